export * from './lease-store.ts';
