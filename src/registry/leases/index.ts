export * from './lease-store.ts';
export * from './while-renewed.ts';
