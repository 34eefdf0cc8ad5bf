export * from './content-digest.ts';
export * from './errors.ts';
export * from './http-signature.ts';
export * from './key-ring.ts';
export * from './public-key.ts';
export * from './signed-document.ts';
export * from './signer.ts';
