export * from './errors.ts';
export * from './key-validity.ts';
export * from './key-statement.ts';
export * from './offline-keys.ts';
export * from './reconciliation-parts.ts';
export { signDocument, verifyDocument, type DocumentSignature } from '../../infra/signing/index.ts';
export * from './verify-offline.ts';
export * from './wire-record.ts';
