export * from './errors.ts';
export * from './organisations.ts';
export * from './start-sandbox.ts';
export * from './words.ts';
