export * from './conversion-decisions-store.ts';
export * from './conversion-store.ts';
export * from './conversion.ts';
export * from './resolve-codes.ts';
