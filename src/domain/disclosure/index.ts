export * from './disclose.ts';
