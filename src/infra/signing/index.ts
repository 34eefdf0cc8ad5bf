export * from './content-digest.ts';
export * from './errors.ts';
export * from './http-signature.ts';
export * from './signer.ts';
