export * from './database.ts';
export * from './duplicate-key.ts';
export * from './errors.ts';
export * from './expressions.ts';
export * from './id-chunks.ts';
export * from './ping.ts';
export * from './store-error.ts';
