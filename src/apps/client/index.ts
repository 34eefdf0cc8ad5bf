export * from './signed-query.ts';
