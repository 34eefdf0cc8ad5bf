export * from './agreements.ts';
