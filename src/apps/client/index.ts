export * from './errors.ts';
export * from './signed-query.ts';
