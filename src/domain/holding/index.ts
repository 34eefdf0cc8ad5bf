export * from './holding.ts';
