import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { PartnerKey } from '../../../src/contracts/manifests/index.ts';
import {
  keyStatementSchema,
  transportReceiptSchema,
  type KeyStatement,
  type TransportReceipt,
} from '../../../src/contracts/messages/index.ts';
import { canonicalJson } from '../../../src/domain/record/index.ts';
import { applyStatement, signDocument, verifyDocument } from '../../../src/exchange/protocol/index.ts';
import { findFingerprint, isSameKey, signerOf, verifyRequest } from '../../../src/infra/signing/index.ts';
import { sm2PublicKey } from '../../../src/infra/signing/sm2.ts';
import { privateKeyOf, readVectors } from '../protocol/golden-vectors.ts';

type Sm2Vectors = {
  readonly keyId: string;
  readonly secretHex: string;
  readonly publicKey: string;
  readonly spki: string;
  readonly fingerprint: string;
  readonly receipt: TransportReceipt;
  readonly canonical: string;
  readonly request: {
    readonly method: string;
    readonly targetUri: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly created: number;
  };
};
type StatementVectors = {
  readonly declared: PartnerKey[];
  readonly takenAt: string;
  readonly statement: KeyStatement;
  readonly canonical: string;
  readonly keysAfter: PartnerKey[];
};

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../golden/protocol/${name}.json`), 'utf8'));
const SM2 = read('sm2') as Sm2Vectors;
const STATED = read('key-statement') as StatementVectors;
const KEY = { algorithm: 'sm2', publicKey: SM2.publicKey } as const;
const refusedFor = (reason: string): unknown =>
  expect.objectContaining({ code: 'KEY_STATEMENT_REFUSED', details: { reason } });

describe('the golden vectors of SM2', () => {
  it('are refused after any change, and under a key of the other algorithm', () => {
    const { receipt } = SM2;
    const { signature } = receipt;
    const changed: TransportReceipt[] = [
      { ...receipt, sender: 'zhangdian' },
      { ...receipt, records: receipt.records.slice(1) },
      { ...receipt, signature: { ...signature, algorithm: 'ed25519' } },
      { ...receipt, signature: { ...signature, value: `${signature.value}=` } },
    ];
    expect(changed.filter((it) => verifyDocument(it, KEY))).toEqual([]);
    expect(verifyDocument(receipt, { algorithm: 'ed25519', publicKey: SM2.publicKey })).toBe(false);
  });

  it('have a key whose forms are one key, and its fingerprint', () => {
    const point = Buffer.from(sm2PublicKey(Buffer.from(SM2.secretHex, 'hex'))).toString('base64');
    expect(point).toBe(SM2.publicKey);
    expect(isSameKey(KEY, { algorithm: 'sm2', publicKey: SM2.spki })).toBe(true);
    expect(findFingerprint({ algorithm: 'sm2', publicKey: SM2.spki })).toBe(SM2.fingerprint);
  });

  it('have a receipt that OpenSSL signed and that verifies', () => {
    const { signature, ...unsigned } = transportReceiptSchema.parse(SM2.receipt);
    expect(canonicalJson(unsigned)).toBe(SM2.canonical);
    expect(signature).toMatchObject({ keyId: 'k2', algorithm: 'sm2' });
    expect(verifyDocument(SM2.receipt, KEY)).toBe(true);
  });

  it('have a request that OpenSSL signed and that verifies, and no other does', () => {
    const { method, targetUri, headers, created } = SM2.request;
    const body = Buffer.from(readVectors('envelope').body, 'utf8');
    const message = { method, targetUri, body, idempotencyKey: headers['idempotency-key']! };
    const trust = { findKey: () => KEY, now: created };
    const put = { ...message, method: 'PUT' };
    expect(() => verifyRequest(put, headers, trust)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
    expect(verifyRequest(message, headers, trust).keyId).toBe('k2');
    expect(headers['signature-input']).toContain('alg="sm2-sm3"');
  });
});

describe('the golden key statement', () => {
  const { declared, statement, keysAfter } = STATED;
  const takenMs = Date.parse(STATED.takenAt);
  const signer = signerOf(privateKeyOf('zibo'), 'k1');
  const stated = (change: Partial<KeyStatement>): KeyStatement => {
    const { signature, ...unsigned } = { ...statement, ...change };
    expect(signature.keyId).toBe('k1');
    return signDocument(unsigned, signer);
  };
  const [k1, k2] = statement.keys;

  it('is refused when it was changed, comes from the future, or its key is not one that is valid', () => {
    const changed = { ...statement, keys: [k1!] };
    expect(() => applyStatement(declared, changed, takenMs)).toThrow(refusedFor('SIGNATURE'));
    expect(() => applyStatement([], statement, takenMs)).toThrow(refusedFor('SIGNER'));
    expect(() => applyStatement(declared, statement, takenMs - 303_000)).toThrow(refusedFor('AHEAD'));
    const ended = declared.map((it) => ({ ...it, until: '2026-01-31T00:00:00.000Z' }));
    expect(() => applyStatement(ended, statement, takenMs)).toThrow(refusedFor('SIGNER'));
  });

  it('is refused when its key has ended or was revoked since, whatever time it claims', () => {
    const later = takenMs + 3_600_000;
    const revoked = declared.map((it) => ({ ...it, revokedAt: '2026-02-01T00:30:00.000Z' }));
    expect(() => applyStatement(revoked, statement, later)).toThrow(refusedFor('SIGNER_ENDED'));
    expect(() => applyStatement(keysAfter, statement, later)).toThrow(refusedFor('SIGNER_ENDED'));
  });

  it('is refused when it puts another key behind a known id, a known key behind another id, or no key', () => {
    const replaced = stated({ keys: [{ ...k1!, algorithm: 'sm2', publicKey: k2!.publicKey }] });
    expect(() => applyStatement(declared, replaced, takenMs)).toThrow(refusedFor('REPLACED'));
    const renamed = stated({ keys: [{ ...k1!, id: 'k3' }] });
    expect(() => applyStatement(declared, renamed, takenMs)).toThrow(refusedFor('TWO_IDS'));
    const empty = stated({ keys: [{ ...k2!, publicKey: 'AAAA' }] });
    expect(() => applyStatement(declared, empty, takenMs)).toThrow(refusedFor('NOT_A_KEY'));
  });

  it('never takes a revocation back, never makes a key live longer, never reaches back before its issue', () => {
    const revokedAt = '2026-02-03T00:00:00.000Z';
    const other = {
      ...k2!,
      id: 'k0',
      publicKey: 'GNvNd9pTDMxLqrMu0zVZ1/3gHMcz/NdXlVoM3UoqPEE=',
      algorithm: 'ed25519',
    } as const;
    const known = [...declared, { ...other, until: revokedAt, revokedAt }];
    const alive = stated({ keys: [{ ...other, until: null, revokedAt: null }] });
    expect(applyStatement(known, alive, takenMs)[1]).toMatchObject({ until: revokedAt, revokedAt });
    const early = '2026-01-15T00:00:00.000Z';
    const back = stated({
      keys: [
        { ...k1!, until: early, revokedAt: early },
        { ...k2!, from: early },
      ],
    });
    const earliest = '2026-01-31T23:59:50.000Z';
    expect(applyStatement(declared, back, takenMs)).toMatchObject([
      { until: earliest, revokedAt: earliest },
      { id: 'k2', from: earliest },
    ]);
  });

  it('leads to the keys it names, and is made anew byte by byte', () => {
    const { signature, ...unsigned } = keyStatementSchema.parse(statement);
    expect(canonicalJson(unsigned)).toBe(STATED.canonical);
    expect(signDocument(unsigned, signer).signature).toEqual(signature);
    expect(applyStatement(declared, statement, takenMs)).toEqual(keysAfter);
  });
});
