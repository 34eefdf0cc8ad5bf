import { canonicalJson } from '../../domain/record/index.ts';
import { verifySignature, type SignatureAlgorithm, type VerificationKey } from './public-key.ts';
import type { Signer } from './signer.ts';

/** A signature inside a document: over the canonical JSON of the document without this member. */
export type DocumentSignature = { keyId: string; algorithm: SignatureAlgorithm; value: string };

/** Signs a document, so that it can be verified offline years later. */
export function signDocument<T extends object>(
  document: T,
  signer: Signer,
): T & { signature: DocumentSignature } {
  const value = Buffer.from(signer.sign(Buffer.from(canonicalJson(document), 'utf8'))).toString('base64');
  return { ...document, signature: { keyId: signer.keyId, algorithm: signer.algorithm, value } };
}

/**
 * Whether a document is exactly what the holder of a key signed. The key decides the algorithm. The signature has one
 * form only: its algorithm must be the key's, its base64 the canonical one, so that no changed text verifies.
 */
export function verifyDocument(document: { signature: DocumentSignature }, key: VerificationKey): boolean {
  const { signature, ...unsigned } = document;
  const algorithm = typeof key === 'string' ? 'ed25519' : key.algorithm;
  const bytes = Buffer.from(signature.value, 'base64');
  if (signature.algorithm !== algorithm || bytes.toString('base64') !== signature.value) return false;
  return verifySignature(key, Buffer.from(canonicalJson(unsigned), 'utf8'), bytes);
}
