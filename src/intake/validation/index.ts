export * from './assess-values.ts';
export * from './judge-row.ts';
export * from './known-subjects.ts';
export { PRODUCER_FIELD } from './make-candidate.ts';
export * from './person-guard.ts';
export * from './redact-row.ts';
