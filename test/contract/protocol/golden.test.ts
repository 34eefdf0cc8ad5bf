import { describe, expect, it } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import {
  canonicalJson,
  contentHash,
  isTombstone,
  recordKey,
  sha256Hex,
  tombstoneStatement,
} from '../../../src/domain/record/index.ts';
import { decideEntitlement } from '../../../src/domain/routing/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import { bodyOf } from '../../../src/exchange/delivery/index.ts';
import { parseEnvelope } from '../../../src/exchange/inbox/index.ts';
import { signDocument, verifyDocument } from '../../../src/exchange/protocol/index.ts';
import { proofDigest } from '../../../src/exchange/word-back/index.ts';
import { signerOf, signRequest, verifyRequest, verifySignature } from '../../../src/infra/signing/index.ts';
import type { Envelope } from '../../../src/contracts/messages/index.ts';
import {
  privateKeyOf,
  publicKeyOf,
  readVectors,
  type SignedDocument,
  type SignedRequest,
} from './golden-vectors.ts';

/** What the receiver `zibo` makes of a request of `zhoucun`, up to the parsed envelope: null, or the refusal's code. */
function refusalOf(request: SignedRequest, now: number): string | null {
  const { method, targetUri, headers, body } = request;
  const bytes = Buffer.from(body, 'utf8');
  const idempotencyKey = headers['idempotency-key'] ?? '';
  try {
    verifyRequest({ method, targetUri, body: bytes, idempotencyKey }, headers, {
      findKey: (keyId) => (keyId === 'k1' ? publicKeyOf('zhoucun') : null),
      now,
    });
    parseEnvelope(bytes, { sender: 'zhoucun', receiver: 'zibo', id: idempotencyKey });
    return null;
  } catch (error) {
    return toHubError(error).code;
  }
}

const SIGNED = readVectors('signed-request');

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return toHubError(error).code;
  }
}

describe('the golden vectors of refusals', () => {
  it.each(readVectors('refusals').requests)('refuse $name with $code', ({ request, now, code }) => {
    expect(refusalOf(request, now)).toBe(code);
  });

  it.each(readVectors('refusals').records)('$reason: $name', (it) => {
    const { record, sender, agreement, self, entitled, reason } = it;
    expect(decideEntitlement({ record, sender, agreement, self: { hub: self } })).toEqual({
      entitled,
      reason,
    });
  });
});

describe('the golden signed request', () => {
  it('is refused once any field, address, key or byte of it changes', () => {
    const { headers, verifiedAt } = SIGNED;
    const spoil = (text: string): string => text.replace(/[0-9a-f]/, (it) => (it === '0' ? '1' : '0'));
    for (const name of ['content-digest', 'idempotency-key', 'signature-input', 'signature']) {
      const spoilt = { ...SIGNED, headers: { ...headers, [name]: spoil(headers[name] ?? '') } };
      expect({ name, code: refusalOf(spoilt, verifiedAt) }).not.toEqual({ name, code: null });
    }
    expect(refusalOf({ ...SIGNED, method: 'PUT' }, verifiedAt)).toBe('SIGNATURE_INVALID');
    expect(refusalOf({ ...SIGNED, targetUri: `${SIGNED.targetUri}/` }, verifiedAt)).toBe('SIGNATURE_INVALID');
    expect(refusalOf({ ...SIGNED, body: `${SIGNED.body} ` }, verifiedAt)).toBe('DIGEST_MISMATCH');
  });

  it('is accepted as it stands, and its signature is over the base it names', () => {
    expect(refusalOf(SIGNED, SIGNED.verifiedAt)).toBeNull();
    const bytes = Buffer.from(SIGNED.headers['signature']!.slice('xq=:'.length, -1), 'base64');
    expect(verifySignature(publicKeyOf('zhoucun'), Buffer.from(SIGNED.signatureBase), bytes)).toBe(true);
  });

  it('is made anew, byte by byte, from key, time and nonce', () => {
    const { method, targetUri, body, headers, created, nonce, keyOf } = SIGNED;
    const message = {
      method,
      targetUri,
      body: Buffer.from(body),
      idempotencyKey: headers['idempotency-key']!,
    };
    const made = signRequest(message, signerOf(privateKeyOf(keyOf), 'k1'), { at: created, nonce });
    expect({ ...headers, ...made }).toEqual(headers);
    expect(Object.keys(made)).toHaveLength(4);
  });

  it('carries the golden envelope', () => {
    const { body, digest, envelope } = readVectors('envelope');
    expect(SIGNED.body).toBe(body);
    expect(sha256Hex(body)).toBe(digest);
    expect(bodyOf(envelope as Envelope)).toEqual({ body, digest });
  });
});

describe('golden keys', () => {
  it.each(readVectors('keys').keys)('$hub: seed and public key belong together', ({ hub, publicKey }) => {
    const spki = createPublicKey(privateKeyOf(hub)).export({ type: 'spki', format: 'der' });
    expect(spki.subarray(-32).toString('base64')).toBe(publicKey);
  });
});

describe('golden canonical JSON', () => {
  it.each(readVectors('canonical-json').refused)('refuses $name', ({ value, code }) => {
    expect(codeOf(() => canonicalJson(value))).toBe(code);
  });

  it.each(readVectors('canonical-json').cases)('$name', ({ value, canonical, sha256 }) => {
    expect(canonicalJson(value)).toBe(canonical);
    expect(sha256Hex(canonical)).toBe(sha256);
  });
});

describe('golden statements', () => {
  const { statements, tombstones, keys } = readVectors('statements');

  it('have another hash once one character of them changes', () => {
    for (const { statement, hash } of statements) {
      for (const name of Object.keys(statement))
        expect(contentHash({ ...statement, [name]: 'other' })).not.toBe(hash);
    }
  });

  it.each(statements)('$name: canonical text and content hash', ({ statement, canonical, hash }) => {
    expect(canonicalJson(statement)).toBe(canonical);
    expect(contentHash(statement)).toBe(hash);
  });

  it.each(tombstones)('a withdrawal for $reason', ({ reason, replacedBy, statement, hash }) => {
    expect(tombstoneStatement({ reason, replacedBy })).toEqual(statement);
    expect(isTombstone(statement)).toBe(true);
    expect(contentHash(statement)).toBe(hash);
  });

  it.each(keys)('record key of a $kind', ({ key, ...identity }) => {
    expect(recordKey(identity)).toBe(key);
    expect(recordKey({ ...identity, producer: identity.subject })).not.toBe(key);
  });
});

/** Every document that differs from this one in one leaf. */
function mutationsOf(document: SignedDocument): SignedDocument[] {
  const mutated: unknown[] = [];
  const walk = (value: unknown, put: (changed: unknown) => unknown): void => {
    if (Array.isArray(value)) {
      value.forEach((it, place) => walk(it, (changed) => put(value.with(place, changed))));
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, it] of Object.entries(value))
        walk(it, (changed) => put({ ...value, [name]: changed }));
    } else {
      mutated.push(put(typeof value === 'number' ? value + 1 : `${String(value)}x`));
    }
  };
  const { signature, ...unsigned } = document;
  walk(unsigned, (changed) => ({ ...(changed as object), signature }));
  return mutated as SignedDocument[];
}

describe('golden signed documents', () => {
  const documents = [
    ...readVectors('receipts').receipts.map((it) => it.document),
    ...readVectors('pull').answers,
    readVectors('pass-back').statement,
  ];
  const key = publicKeyOf('zibo');

  it('are refused after any change of one value, or under another key', () => {
    for (const document of documents) {
      const mutations = mutationsOf(document);
      expect(mutations.length).toBeGreaterThan(4);
      expect(mutations.filter((it) => verifyDocument(it, key))).toEqual([]);
      expect(verifyDocument(document, publicKeyOf('zhoucun'))).toBe(false);
    }
  });

  it('verify, and are made anew byte by byte', () => {
    const signer = signerOf(privateKeyOf('zibo'), 'k1');
    for (const document of documents) {
      const { signature, ...unsigned } = document;
      expect(verifyDocument(document, key)).toBe(true);
      expect(signDocument(unsigned, signer).signature).toEqual(signature);
    }
  });

  it('are signed over the canonical JSON without the signature', () => {
    for (const { document, canonical } of readVectors('receipts').receipts) {
      const { signature, ...unsigned } = document;
      expect(canonicalJson(unsigned)).toBe(canonical);
      expect(verifySignature(key, Buffer.from(canonical), Buffer.from(signature.value, 'base64'))).toBe(true);
    }
  });

  it('a pulled envelope is exactly the text its digest names', () => {
    for (const { envelope, digest } of readVectors('pull').answers) {
      expect(digest).toBe(envelope === null ? null : sha256Hex(envelope));
      if (envelope === null) continue;
      const expected = { sender: 'zibo', receiver: 'zhoucun', id: null };
      expect(parseEnvelope(Buffer.from(envelope), expected).records).toHaveLength(1);
    }
  });
});

describe("an envelope's id", () => {
  const { envelope } = readVectors('pull').answers.find((it) => it.envelope !== null) ?? {};
  const codeOfId = (id: string): string | null =>
    codeOf(() => {
      const body = JSON.stringify({ ...(JSON.parse(envelope ?? '') as object), id });
      parseEnvelope(Buffer.from(body), { sender: 'zibo', receiver: 'zhoucun', id });
    });

  it.each([
    ['digits of a telephone number', 'b1482315-7103-4172-92ad-80d83abfeacc'],
    ['digits of a passport', '31abbd97-9ddf-4a95-bc70-abce12345678'],
    ['the name of a half', 'b1457713-8288-42e3-a48c-2923fbcff524-a-b'],
  ])('may be any UUID, also one with %s', (_, id) => {
    expect(codeOfId(id)).toBeNull();
  });

  it.each(['370306-19900101-0014', 'XQ 13800138000', 'B1482315-7103-4172-92AD-80D83ABFEACC'])(
    'is refused where it may be the number of a person: %s',
    (id) => {
      expect(codeOfId(id)).toBe('BAD_ENVELOPE');
    },
  );
});

describe('golden receipts on their way back', () => {
  const { statement, canonical, proofDigest: digest, request } = readVectors('pass-back');

  it('name the receipt that a statement stands for, by the digest of all of it', () => {
    const [receipt, stated] = request.items.map((it) => it.proof);
    expect(proofDigest(receipt!)).toBe(digest);
    expect(statement).toMatchObject({ proofDigest: digest });
    expect(stated).toEqual(statement);
  });

  it('are stated over the canonical JSON without the signature', () => {
    const { signature, ...unsigned } = statement;
    expect(canonicalJson(unsigned)).toBe(canonical);
    expect(signature.algorithm).toBe('ed25519');
  });
});
