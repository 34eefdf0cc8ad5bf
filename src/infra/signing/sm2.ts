import { createHash, randomBytes } from 'node:crypto';
import { weierstrass, type WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js';

/** The recommended curve of 256 bits. @see GB/T 32918.5-2017 clause 2 */
const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
const Point = weierstrass(CURVE);
const ORDER = CURVE.n;
/** The user id that systems use where none was agreed. @see GM/T 0009-2012 clause 10 */
const USER_ID = Buffer.from('1234567812345678', 'ascii');
/** A key checks thousands of signatures and its point and digest never change; more keys than this are made anew. */
const MAX_KNOWN_KEYS = 256;

type VerifyingKey = { readonly point: WeierstrassPoint<bigint>; readonly za: Buffer };
const known = new Map<string, VerifyingKey>();

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const modulo = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;
const sm3 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sm3').update(Buffer.concat(parts)).digest();

/** Digest ZA that binds user id, curve and public key. @see GB/T 32918.2-2016 clause 5.5 */
function identityDigest(point: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(USER_ID.length * 8);
  const curve = [CURVE.a, CURVE.b, CURVE.Gx, CURVE.Gy].map(bytesOf);
  return sm3(length, USER_ID, ...curve, point.subarray(1));
}

/** A number drawn evenly from 1 to n−1 by the system's source of randomness. */
function drawScalar(): bigint {
  for (;;) {
    const drawn = numberOf(randomBytes(32));
    if (drawn > 0n && drawn < ORDER) return drawn;
  }
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const plain = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const body = plain.readUInt8(0) > 0x7f ? Buffer.concat([Buffer.of(0), plain]) : plain;
  return Buffer.concat([Buffer.of(2, body.length), body]);
}

/** The two numbers of a signature as DER, the form OpenSSL gives. @see GM/T 0009-2012 clause 7.3 */
function encodeDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** The two numbers of a signature; null for anything but their one DER form. */
function decodeDer(signature: Uint8Array): { r: bigint; s: bigint } | null {
  const bytes = Buffer.from(signature);
  const lengthOfR = bytes[3] ?? 0;
  const bodyOfS = 6 + lengthOfR;
  if (lengthOfR < 1 || lengthOfR > 33 || bytes.length <= bodyOfS) return null;
  const [r, s] = [numberOf(bytes.subarray(4, 4 + lengthOfR)), numberOf(bytes.subarray(bodyOfS))];
  return encodeDer(r, s).equals(bytes) ? { r, s } : null;
}

function findVerifyingKey(publicKey: Uint8Array): VerifyingKey | null {
  const name = Buffer.from(publicKey).toString('base64');
  const found = known.get(name);
  if (found !== undefined) return found;
  if (publicKey.length !== 65 || publicKey[0] !== 4) return null;
  try {
    const point = Point.fromBytes(publicKey);
    point.assertValidity();
    const made = { point, za: identityDigest(publicKey) };
    if (known.size >= MAX_KNOWN_KEYS) known.clear();
    known.set(name, made);
    return made;
  } catch {
    return null;
  }
}

/** A fresh private key of 32 bytes, between 1 and n−2. */
export function generateSm2Secret(): Uint8Array {
  for (;;) {
    const drawn = drawScalar();
    if (drawn !== ORDER - 1n) return bytesOf(drawn);
  }
}

/** The public key, an uncompressed point of 65 bytes, of a private key. Throws for a number outside 1 to n−2. */
export function sm2PublicKey(secret: Uint8Array): Uint8Array {
  const d = numberOf(secret);
  if (secret.length !== 32 || d === ORDER - 1n) throw new RangeError('no private key of SM2');
  return Point.BASE.multiply(d).toBytes(false);
}

/** Whether these bytes are an uncompressed point of the curve, and not infinity. */
export function isSm2Point(publicKey: Uint8Array): boolean {
  return findVerifyingKey(publicKey) !== null;
}

/**
 * A function that signs with one private key: SM2 over SM3 with the user id `1234567812345678`, in DER. Each signature
 * draws its own random number.
 *
 * @see GB/T 32918.2-2016 clause 6.1
 */
export function sm2SignerOf(secret: Uint8Array): (data: Uint8Array) => Uint8Array {
  const d = numberOf(secret);
  const za = identityDigest(sm2PublicKey(secret));
  const inverse = Point.Fn.inv(d + 1n);
  return (data) => {
    const e = numberOf(sm3(za, data));
    for (;;) {
      const k = drawScalar();
      const r = modulo(e + Point.BASE.multiply(k).x);
      if (r === 0n || r + k === ORDER) continue;
      const s = modulo(inverse * (k - r * d));
      if (s !== 0n) return encodeDer(r, s);
    }
  };
}

/**
 * Whether a DER signature over `data` was made by the holder of a public point. Never throws.
 *
 * @see GB/T 32918.2-2016 clause 7.1
 */
export function verifySm2(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const numbers = decodeDer(signature);
  const key = findVerifyingKey(publicKey);
  if (numbers === null || key === null) return false;
  const { r, s } = numbers;
  if (r < 1n || r >= ORDER || s < 1n || s >= ORDER) return false;
  const t = modulo(r + s);
  if (t === 0n) return false;
  const sum = Point.BASE.multiplyUnsafe(s).add(key.point.multiplyUnsafe(t));
  return !sum.is0() && modulo(numberOf(sm3(key.za, data)) + sum.x) === r;
}
