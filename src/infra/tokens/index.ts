export * from './errors.ts';
export * from './json-web-key.ts';
export * from './signed-token.ts';
