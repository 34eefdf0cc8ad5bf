export * from './errors.ts';
export * from './exchange-router.ts';
