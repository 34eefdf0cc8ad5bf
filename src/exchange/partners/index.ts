export * from './errors.ts';
export * from './nonce-store.ts';
export * from './partner-directory.ts';
export * from './signed-call.ts';
