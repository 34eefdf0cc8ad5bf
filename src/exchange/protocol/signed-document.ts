import { canonicalJson } from '../../domain/record/index.ts';
import { verifySignature, type Signer } from '../../infra/signing/index.ts';

/** A signature inside a document: over the canonical JSON of the document without this member. */
export type DocumentSignature = { keyId: string; algorithm: 'ed25519'; value: string };

/** Signs a document, so that it can be verified offline years later. */
export function signDocument<T extends object>(
  document: T,
  signer: Signer,
): T & { signature: DocumentSignature } {
  const value = Buffer.from(signer.sign(Buffer.from(canonicalJson(document), 'utf8'))).toString('base64');
  return { ...document, signature: { keyId: signer.keyId, algorithm: signer.algorithm, value } };
}

/** Whether a document is exactly what the holder of a raw base64 public key signed. */
export function verifyDocument(document: { signature: DocumentSignature }, publicKey: string): boolean {
  const { signature, ...unsigned } = document;
  return verifySignature(
    publicKey,
    Buffer.from(canonicalJson(unsigned), 'utf8'),
    Buffer.from(signature.value, 'base64'),
  );
}
