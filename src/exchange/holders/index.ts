export * from './errors.ts';
export * from './holding-store.ts';
export * from './list-holders.ts';
export * from './overdue.ts';
export * from './send-pass-backs.ts';
export * from './take-pass-back.ts';
