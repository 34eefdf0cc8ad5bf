export * from './assess-values.ts';
export * from './judge-row.ts';
export * from './person-guard.ts';
export * from './redact-row.ts';
