export * from './caller.ts';
export * from './errors.ts';
export * from './key-exchange.ts';
export * from './nonce-store.ts';
export * from './partner-directory.ts';
export * from './partner-key-store.ts';
export * from './sender-field.ts';
export * from './signed-call.ts';
