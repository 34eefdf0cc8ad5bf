import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { findRawKey, isSameKey, verifySignature } from './public-key.ts';
import { generateSigningKey, loadSigner, signerOf } from './signer.ts';
import { generateSm2Secret, sm2PublicKey, sm2SignerOf, verifySm2 } from './sm2.ts';

const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const scalar = (value: bigint): Buffer => hex(value.toString(16).padStart(64, '0'));

/** GB/T 32918.5-2017, annex A.2: the signature on the recommended curve. */
const STANDARD = {
  message: Buffer.from('message digest', 'ascii'),
  secret: hex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'),
  point: hex(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
      'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
  r: 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n,
  s: 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan,
};

function der(r: bigint, s: bigint): Buffer {
  const part = (value: bigint) => {
    const text = value.toString(16);
    const plain = hex(text.padStart(text.length + (text.length % 2), '0'));
    const body = plain[0]! > 0x7f ? Buffer.concat([Buffer.of(0), plain]) : plain;
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const body = Buffer.concat([part(r), part(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

describe('verifySm2', () => {
  const { message, point, r, s } = STANDARD;
  const good = der(r, s);

  it('refuses another message, another key, and numbers outside 1 to n−1', () => {
    expect(verifySm2(point, Buffer.from('message digesT'), good)).toBe(false);
    expect(verifySm2(sm2PublicKey(generateSm2Secret()), message, good)).toBe(false);
    const wrong: [bigint, bigint][] = [
      [0n, s],
      [r, 0n],
      [r + ORDER, s],
      [r, s + ORDER],
      [r, ORDER - r],
      [r, ORDER - s],
      [s, r],
    ];
    for (const [a, b] of wrong) expect(verifySm2(point, message, der(a, b))).toBe(false);
  });

  it('refuses every form but the one DER: longer, shorter, padded, and r with s beside each other', () => {
    const forms = [
      Buffer.alloc(0),
      Buffer.of(0x30),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0x30, good[1]! + 1, 2, good[3]! + 1, 0), good.subarray(4)]),
      Buffer.concat([scalar(r), scalar(s)]),
    ];
    for (const form of forms) expect(verifySm2(point, message, form)).toBe(false);
  });

  it('refuses a point that is not on the curve, compressed, or infinity', () => {
    const off = Buffer.from(point);
    off.writeUInt8(off.readUInt8(64) ^ 1, 64);
    for (const key of [off, point.subarray(0, 33), Buffer.of(0), Buffer.alloc(65), Buffer.alloc(0)]) {
      expect(verifySm2(key, message, good)).toBe(false);
    }
  });

  it('agrees with the example of GB/T 32918.5', () => {
    expect(Buffer.from(sm2PublicKey(STANDARD.secret)).equals(point)).toBe(true);
    expect(verifySm2(point, message, good)).toBe(true);
  });

  it('takes what sm2SignerOf signs, each time another signature', () => {
    const secret = generateSm2Secret();
    const sign = sm2SignerOf(secret);
    const made = Array.from({ length: 20 }, () => Buffer.from(sign(message)));
    for (const it of made) expect(verifySm2(sm2PublicKey(secret), message, it)).toBe(true);
    expect(new Set(made.map((it) => it.toString('hex'))).size).toBe(20);
  });
});

describe('an SM2 private key', () => {
  it.each([0n, ORDER - 1n, ORDER])('is refused outside 1 to n−2: %s', (value) => {
    expect(() => sm2PublicKey(scalar(value))).toThrow(RangeError);
  });
});

describe('SM2 and OpenSSL with distid 1234567812345678', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-sm2-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): string =>
    execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const options = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];
  const message = Buffer.from('{"测试":"信桥"}', 'utf8');
  writeFileSync(path('message'), message);
  const verifies = (publicFile: string, signature: string): boolean => {
    try {
      const files = [
        '-in',
        path('message'),
        '-sigfile',
        path(signature),
        '-pubin',
        '-inkey',
        path(publicFile),
      ];
      return openssl('pkeyutl', '-verify', ...files, ...options).includes('Verified Successfully');
    } catch {
      return false;
    }
  };

  it.each([
    ['-algorithm SM2', ['-algorithm', 'SM2']],
    ['-algorithm EC', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2']],
  ])('sign and verify both ways with a key of openssl genpkey %s', (_, kind) => {
    openssl('genpkey', ...kind, '-out', path('key.pem'));
    openssl('pkey', '-in', path('key.pem'), '-pubout', '-out', path('public.pem'));
    const signer = loadSigner(path('key.pem'), 'k1');
    expect(signer.algorithm).toBe('sm2');
    const spki = { algorithm: 'sm2', publicKey: readFileSync(path('public.pem'), 'utf8') } as const;
    expect(isSameKey(spki, { algorithm: 'sm2', publicKey: signer.publicKey })).toBe(true);

    writeFileSync(
      path('ours'),
      Buffer.from(signer.sign(message)).map((it, place) => (place === 20 ? it ^ 1 : it)),
    );
    expect(verifies('public.pem', 'ours')).toBe(false);
    writeFileSync(path('ours'), signer.sign(message));
    expect(verifies('public.pem', 'ours')).toBe(true);

    openssl(
      'pkeyutl',
      '-sign',
      '-in',
      path('message'),
      '-inkey',
      path('key.pem'),
      '-out',
      path('theirs'),
      ...options,
    );
    const theirs = readFileSync(path('theirs'));
    expect(verifySignature(spki, message, theirs)).toBe(true);
    expect(verifySignature(spki, Buffer.concat([message, Buffer.of(0)]), theirs)).toBe(false);
  });

  it('read a private key that we made, and refuse what it signs with another user id', () => {
    const { privatePem, publicKey } = generateSigningKey('sm2');
    writeFileSync(path('made.pem'), privatePem);
    const spki = openssl('pkey', '-in', path('made.pem'), '-pubout');
    expect(isSameKey({ algorithm: 'sm2', publicKey: spki }, { algorithm: 'sm2', publicKey })).toBe(true);
    const other = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:8765432187654321'];
    const files = ['-in', path('message'), '-inkey', path('made.pem'), '-out', path('other')];
    openssl('pkeyutl', '-sign', ...files, ...other);
    expect(verifySignature({ algorithm: 'sm2', publicKey }, message, readFileSync(path('other')))).toBe(
      false,
    );
  });
});

describe('verifySignature', () => {
  it('goes by the algorithm of the key: a signature of the other one never verifies', () => {
    const data = Buffer.from('data');
    const sm2 = generateSigningKey('sm2');
    const edwards = generateSigningKey('ed25519');
    const bySm2 = signerOf(createPrivateKey(sm2.privatePem), 'k1').sign(data);
    const byEdwards = signerOf(createPrivateKey(edwards.privatePem), 'k1').sign(data);
    const keys = [
      { algorithm: 'sm2', publicKey: sm2.publicKey },
      { algorithm: 'ed25519', publicKey: edwards.publicKey },
    ] as const;
    expect(keys.map((key) => verifySignature(key, data, bySm2))).toEqual([true, false]);
    expect(keys.map((key) => verifySignature(key, data, byEdwards))).toEqual([false, true]);
    expect(verifySignature({ algorithm: 'ed25519', publicKey: sm2.publicKey }, data, bySm2)).toBe(false);
    expect(findRawKey('sm2', edwards.publicKey)).toBeNull();
  });
});
