export * from './register-entry.ts';
