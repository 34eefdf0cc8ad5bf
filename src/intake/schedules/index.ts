export * from './errors.ts';
export * from './run-due.ts';
export * from './schedule-engine.ts';
export * from './schedule-store.ts';
