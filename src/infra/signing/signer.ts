import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HubError } from '../../domain/hub-error.ts';
import { SPKI_PREFIX, type SignatureAlgorithm } from './public-key.ts';
import { generateSm2Secret, sm2PublicKey, sm2SignerOf } from './sm2.ts';

/** Signs bytes with one key. Production keys belong in an HSM behind this same shape. */
export type Signer = {
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  /** The public key that belongs to it, raw, base64. */
  readonly publicKey: string;
  /** Signature: 64 bytes of Ed25519, or DER of SM2. */
  sign(data: Uint8Array): Uint8Array;
};

/** DER before the 32 bytes of an SM2 private key in PKCS #8, as OpenSSL writes it with the public key behind. */
const SM2_PKCS8_PREFIX = Buffer.from(
  '308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420',
  'hex',
);
/** DER between the private and the public key of the same form. */
const SM2_PKCS8_PUBLIC = Buffer.from('a144034200', 'hex');

function noKey(message: string, cause?: unknown): HubError {
  return new HubError('NO_SIGNING_KEY', 'config', message, { cause });
}

/**
 * Reads a private key of Ed25519 or SM2 from a PKCS #8 PEM file, as `openssl genpkey` writes it.
 *
 * @throws NO_SIGNING_KEY when the file is missing or holds another kind of key
 */
export function loadSigner(path: string, keyId: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw noKey(`no private key can be read from ${path}`, cause);
  }
  return signerOf(key, keyId);
}

/** The secret number of an SM2 key object; null for any other kind. */
function findSm2Secret(key: KeyObject): Uint8Array | null {
  if (key.type !== 'private') return null;
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const start = SM2_PKCS8_PREFIX.length;
  return der.subarray(0, start).equals(SM2_PKCS8_PREFIX) ? der.subarray(start, start + 32) : null;
}

/** A signer from a key object. @throws NO_SIGNING_KEY for a key that is neither Ed25519 nor SM2 */
export function signerOf(key: KeyObject, keyId: string): Signer {
  if (key.type === 'private' && key.asymmetricKeyType === 'ed25519') {
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const publicKey = spki.subarray(SPKI_PREFIX.ed25519.length).toString('base64');
    return { keyId, algorithm: 'ed25519', publicKey, sign: (data) => sign(null, data, key) };
  }
  // Node signs ECDSA with some SM2 key objects and uses an empty user id with others: its own sign() is not taken.
  const secret = findSm2Secret(key);
  if (secret === null) throw noKey(`key ${keyId} is neither an Ed25519 nor an SM2 private key`);
  const publicKey = Buffer.from(sm2PublicKey(secret)).toString('base64');
  return { keyId, algorithm: 'sm2', publicKey, sign: sm2SignerOf(secret) };
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

/** A fresh key pair: the private key as PKCS #8 PEM, the public key raw in base64. */
export function generateSigningKey(algorithm: SignatureAlgorithm = 'ed25519'): {
  privatePem: string;
  publicKey: string;
} {
  if (algorithm === 'ed25519') {
    const { privateKey } = generateKeyPairSync('ed25519');
    const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { privatePem, publicKey: signerOf(privateKey, 'new').publicKey };
  }
  const secret = generateSm2Secret();
  const point = sm2PublicKey(secret);
  const der = Buffer.concat([SM2_PKCS8_PREFIX, secret, SM2_PKCS8_PUBLIC, point]);
  return { privatePem: pemOf(der), publicKey: Buffer.from(point).toString('base64') };
}

/** The raw public key, base64, that belongs to a private key in a PKCS #8 PEM file. @throws NO_SIGNING_KEY */
export function publicKeyOfFile(path: string): string {
  return loadSigner(path, 'file').publicKey;
}
