export * from './errors.ts';
export * from './generation-store.ts';
export * from './schema-diff.ts';
