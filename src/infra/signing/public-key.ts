import { createHash, createPublicKey, verify } from 'node:crypto';
import { isSm2Point, verifySm2 } from './sm2.ts';

/** Algorithms that documents and requests may be signed with: Ed25519 (RFC 8032), and SM2 over SM3 (GB/T 32918.2). */
export const SIGNATURE_ALGORITHMS = ['ed25519', 'sm2'] as const;
/** One word of {@link SIGNATURE_ALGORITHMS}. */
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/**
 * A public key and what it verifies by. `publicKey` is base64: the raw key (32 bytes of Ed25519, the uncompressed point
 * of 65 bytes of SM2) or its SubjectPublicKeyInfo, in DER or as a PEM text. A bare text is a raw key of Ed25519.
 */
export type VerificationKey = string | { readonly algorithm: SignatureAlgorithm; readonly publicKey: string };

/** DER before the raw key in a SubjectPublicKeyInfo. @see RFC 8410 section 4; GM/T 0010-2012 clause 6 */
export const SPKI_PREFIX: Readonly<Record<SignatureAlgorithm, Buffer>> = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  sm2: Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex'),
};
const RAW_LENGTH: Readonly<Record<SignatureAlgorithm, number>> = { ed25519: 32, sm2: 65 };

/** The raw public key of 32 or 65 bytes; null for a text that is no key of this algorithm. */
export function findRawKey(algorithm: SignatureAlgorithm, publicKey: string): Uint8Array | null {
  const bytes = Buffer.from(publicKey.replace(/-----(BEGIN|END) PUBLIC KEY-----|\s/g, ''), 'base64');
  const prefix = SPKI_PREFIX[algorithm];
  const raw = bytes.subarray(0, prefix.length).equals(prefix) ? bytes.subarray(prefix.length) : bytes;
  if (raw.length !== RAW_LENGTH[algorithm]) return null;
  return algorithm === 'ed25519' || isSm2Point(raw) ? raw : null;
}

/** Whether two texts are the same key of the same algorithm, in whichever of their forms. */
export function isSameKey(
  one: Exclude<VerificationKey, string>,
  other: Exclude<VerificationKey, string>,
): boolean {
  const [a, b] = [findRawKey(one.algorithm, one.publicKey), findRawKey(other.algorithm, other.publicKey)];
  return one.algorithm === other.algorithm && a !== null && b !== null && Buffer.from(a).equals(b);
}

/**
 * Fingerprint for a person to read out: SHA-256 over the raw public key, 64 hexadecimal digits in groups of four. Null
 * for a text that is no key.
 */
export function findFingerprint(key: Exclude<VerificationKey, string>): string | null {
  const raw = findRawKey(key.algorithm, key.publicKey);
  if (raw === null) return null;
  const hex = createHash('sha256').update(raw).digest('hex');
  return hex.match(/.{4}/g)?.join(' ') ?? null;
}

/**
 * Whether a signature over `data` was made by the holder of a key. The key alone decides the algorithm, never what a
 * message says of itself. Never throws.
 */
export function verifySignature(key: VerificationKey, data: Uint8Array, signature: Uint8Array): boolean {
  const { algorithm, publicKey } =
    typeof key === 'string' ? { algorithm: 'ed25519' as const, publicKey: key } : key;
  const raw = findRawKey(algorithm, publicKey);
  if (raw === null) return false;
  if (algorithm === 'sm2') return verifySm2(raw, data, signature);
  if (signature.length !== 64) return false;
  const spki = Buffer.concat([SPKI_PREFIX.ed25519, raw]);
  return verify(null, data, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
}
