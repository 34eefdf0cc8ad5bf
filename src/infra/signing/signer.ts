import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HubError } from '../../domain/hub-error.ts';

/** Signs bytes with one key. Production keys belong in an HSM behind this same shape. */
export type Signer = {
  readonly keyId: string;
  readonly algorithm: 'ed25519';
  /** Signature of 64 bytes. */
  sign(data: Uint8Array): Uint8Array;
};

/** DER prefix of an Ed25519 SubjectPublicKeyInfo, RFC 8410 section 4. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads an Ed25519 private key from a PKCS #8 PEM file.
 *
 * @throws NO_SIGNING_KEY when the file is missing or holds another kind of key
 */
export function loadSigner(path: string, keyId: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new HubError('NO_SIGNING_KEY', 'config', `no private key can be read from ${path}`, { cause });
  }
  return signerOf(key, keyId);
}

/** A signer from a key object. @throws NO_SIGNING_KEY for a key that is not Ed25519 */
export function signerOf(key: KeyObject, keyId: string): Signer {
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new HubError('NO_SIGNING_KEY', 'config', `key ${keyId} is not an Ed25519 private key`);
  }
  return { keyId, algorithm: 'ed25519', sign: (data) => sign(null, data, key) };
}

/** A fresh Ed25519 key pair: the private key as PKCS #8 PEM, the public key raw in base64. */
export function generateSigningKey(): { privatePem: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: spki.subarray(SPKI_PREFIX.length).toString('base64'),
  };
}

/** The raw public key, base64, that belongs to a private key in a PKCS #8 PEM file. */
export function publicKeyOfFile(path: string): string {
  const spki = createPublicKey(createPrivateKey(readFileSync(path))).export({ type: 'spki', format: 'der' });
  return spki.subarray(SPKI_PREFIX.length).toString('base64');
}

/** Whether a signature over `data` was made by the holder of a raw base64 Ed25519 public key. Never throws. */
export function verifySignature(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== 32 || signature.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  return verify(null, data, key, signature);
}
