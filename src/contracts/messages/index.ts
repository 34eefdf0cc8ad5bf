export * from './envelope.ts';
export * from './feedback.ts';
export * from './key-statement.ts';
export * from './pass-back.ts';
export * from './pull.ts';
export * from './receipt.ts';
export * from './reconcile.ts';
export * from './token-claims.ts';
