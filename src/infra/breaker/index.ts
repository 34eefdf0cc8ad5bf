export * from './breaker.ts';
export * from './health.ts';
