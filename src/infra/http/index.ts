export * from './client.ts';
export * from './errors.ts';
export * from './link-header.ts';
export * from './rate-budget.ts';
export * from './retry-after.ts';
export * from './strict-json.ts';
