export * from './by-hand-store.ts';
export * from './errors.ts';
export * from './partner-report.ts';
