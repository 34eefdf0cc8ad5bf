export * from './canonical-json.ts';
export * from './code-lists.ts';
export * from './errors.ts';
export * from './json.ts';
export * from './kinds.ts';
export * from './money.ts';
export * from './record-key.ts';
