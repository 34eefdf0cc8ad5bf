export * from './connector.ts';
export * from './dataset.ts';
export * from './hub-file.ts';
export * from './primitives.ts';
export * from './platform.ts';
