import { hash } from 'node:crypto';
import type { ReconcileElement } from '../../contracts/messages/index.ts';

/** Bytes of a packed element: 32 of the key, 8 of the version (big endian), 32 of the content hash. */
export const ELEMENT_BYTES = 72;
/** Bytes of a fingerprint and of a sum. */
export const SUM_BYTES = 8;
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);
const NOTHING = new Uint8Array();

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** An element as its 72 bytes. */
export function packElement(element: ReconcileElement): Buffer {
  const packed = Buffer.allocUnsafe(ELEMENT_BYTES);
  packed.write(element.key, 0, 32, 'hex');
  packed.writeBigUInt64BE(BigInt(element.v), 32);
  packed.write(element.hash, 40, 32, 'hex');
  return packed;
}

/** The elements in packed bytes, or null where they are none: a broken length or a version that no hub counts to. */
export function unpackElements(bytes: Buffer): ReconcileElement[] | null {
  if (bytes.length % ELEMENT_BYTES !== 0) return null;
  const elements = Array.from({ length: bytes.length / ELEMENT_BYTES }, (_, place) => {
    const one = bytes.subarray(place * ELEMENT_BYTES, (place + 1) * ELEMENT_BYTES);
    return {
      key: one.toString('hex', 0, 32),
      v: Number(one.readBigUInt64BE(32)),
      hash: one.toString('hex', 40),
    };
  });
  return elements.every((it) => it.v >= 1 && Number.isSafeInteger(it.v)) ? elements : null;
}

/**
 * Hash of an element as a leaf: SHA-256 over a zero byte and the 72 bytes.
 *
 * @see RFC 6962 section 2.1
 */
export function leafHash(element: ReconcileElement): Buffer {
  return sha256(Buffer.concat([LEAF_PREFIX, packElement(element)]));
}

/** Fingerprint of an element: the first 8 bytes of its leaf hash, as a number. */
export function fingerprint(element: ReconcileElement): bigint {
  return leafHash(element).readBigUInt64BE(0);
}

/** Hash of two subtrees: SHA-256 over a one byte and both hashes. @see RFC 6962 section 2.1 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([NODE_PREFIX, left, right]));
}

/**
 * Merkle tree hash over leaf hashes; of nothing: SHA-256 of the empty text. The left subtree holds the greatest power
 * of two of leaves that is less than all.
 *
 * @see RFC 6962 section 2.1
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(NOTHING);
  if (leaves.length === 1) return only;
  const left = 2 ** (31 - Math.clz32(leaves.length - 1));
  return nodeHash(merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}

/** The bucket of a record key: its first three hexadecimal digits, 0 to 4095. */
export function bucketOf(key: string): number {
  return Number.parseInt(key.slice(0, 3), 16);
}

/** The leaf of a record key: its first four hexadecimal digits, 0 to 65535. */
export function leafOf(key: string): number {
  return Number.parseInt(key.slice(0, 4), 16);
}

/** Elements in the order of their keys. */
export function sortElements<T extends { readonly key: string }>(elements: readonly T[]): T[] {
  return elements.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
