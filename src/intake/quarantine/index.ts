export * from './quarantine-store.ts';
