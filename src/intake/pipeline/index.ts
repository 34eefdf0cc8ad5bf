export { discardRun, releaseRun, type RunOrder } from './decide-run.ts';
export * from './errors.ts';
export { personForgetter } from './forget-persons.ts';
export * from './partner-intake.ts';
export * from './run-connector.ts';
export * from './run-options.ts';
export * from './run-receipt.ts';
export * from './run-store.ts';
