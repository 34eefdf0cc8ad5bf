import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { contentDigest } from './content-digest.ts';
import { signRequest, verifyRequest, type SignedMessage } from './http-signature.ts';
import { generateSigningKey, signerOf } from './signer.ts';

const AT = 1_775_000_000;
const { privatePem, publicKey } = generateSigningKey();
const signer = signerOf(createPrivateKey(privatePem), 'k1');
const message: SignedMessage = {
  method: 'POST',
  targetUri: 'https://hub.example/exchange/v1/envelopes?a=1',
  body: Buffer.from('{"id":"e-1"}'),
  idempotencyKey: 'e-1',
};
const signed = signRequest(message, signer, { at: AT, nonce: 'n-1' });
const trust = { findKey: (keyId: string) => (keyId === 'k1' ? publicKey : null), now: AT };

type Fields = Readonly<Record<string, string | undefined>>;
type Change = { message?: Partial<SignedMessage>; fields?: Fields; now?: number };

const verify = (change: Change = {}) =>
  verifyRequest(
    { ...message, ...change.message },
    { ...signed, ...change.fields },
    { ...trust, now: change.now ?? AT },
  );
const refusal = (code: string): unknown => expect.objectContaining({ code, kind: 'refused' });
const input = (from: string | RegExp, to: string) => ({
  'signature-input': signed['signature-input']!.replace(from, to),
});
const flipped = (): string => {
  const bytes = Buffer.from(signed['signature']!.slice(4, -1), 'base64');
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return `xq=:${bytes.toString('base64')}:`;
};

describe('verifyRequest', () => {
  it.each(['signature-input', 'signature', 'content-digest'])('refuses a request without %s', (name) => {
    expect(() => verify({ fields: { [name]: undefined } })).toThrow(refusal('SIGNATURE_MISSING'));
  });

  it.each<[string, string, Change]>([
    ['another method', 'SIGNATURE_INVALID', { message: { method: 'PUT' } }],
    [
      'another path',
      'SIGNATURE_INVALID',
      { message: { targetUri: 'https://hub.example/exchange/v1/pull?a=1' } },
    ],
    ['another query', 'SIGNATURE_INVALID', { message: { targetUri: `${message.targetUri}&b=2` } }],
    ['another hub', 'SIGNATURE_INVALID', { message: { targetUri: message.targetUri.replace('hub', 'hob') } }],
    ['another idempotency key', 'SIGNATURE_INVALID', { message: { idempotencyKey: 'e-2' } }],
    ['another body', 'DIGEST_MISMATCH', { message: { body: Buffer.from('{"id":"e-2"}') } }],
    [
      'another body with its own digest',
      'SIGNATURE_INVALID',
      { message: { body: Buffer.from('x') }, fields: { 'content-digest': contentDigest('x') } },
    ],
    ['a later creation', 'SIGNATURE_INVALID', { fields: input(`created=${AT}`, `created=${AT + 1}`) }],
    ['an earlier end', 'SIGNATURE_INVALID', { fields: input(`expires=${AT + 300}`, `expires=${AT + 299}`) }],
    ['another nonce', 'SIGNATURE_INVALID', { fields: input('n-1', 'n-2') }],
    ['an unknown key', 'UNKNOWN_KEY', { fields: input('"k1"', '"k2"') }],
    ['another algorithm', 'SIGNATURE_INVALID', { fields: input('ed25519', 'rsa-pss-sha512') }],
    ['a flipped bit of the signature', 'SIGNATURE_INVALID', { fields: { signature: flipped() } }],
    ['no signature of this name', 'SIGNATURE_INVALID', { fields: { signature: 'other=:AAAA:' } }],
  ])('refuses %s by %s', (_, code, change) => {
    expect(() => verify(change)).toThrow(refusal(code));
  });

  it.each<[string, Fields]>([
    ['no dictionary', { 'signature-input': '((' }],
    ['another label', input(/^xq=/, 'other=')],
    ['fewer components', input(' "idempotency-key"', '')],
    ['more components', input('"@method"', '"@method" "date"')],
    ['components in another order', input('"@method" "@target-uri"', '"@target-uri" "@method"')],
    ['no creation', input(/created=\d+;/, '')],
    ['no end', input(/expires=\d+;/, '')],
    ['no nonce', input(';nonce="n-1"', '')],
    ['no key', input(';keyid="k1"', '')],
    ['a creation that is a text', input(/created=(\d+)/, 'created="$1"')],
  ])('refuses parameters with %s as malformed', (_, fields) => {
    expect(() => verify({ fields })).toThrow(refusal('SIGNATURE_MALFORMED'));
  });

  it('refuses a signature one second outside its 300 seconds, and takes it at both edges', () => {
    for (const now of [AT + 300.001, AT + 301, AT - 301]) {
      expect(() => verify({ now })).toThrow(refusal('SIGNATURE_EXPIRED'));
    }
    for (const now of [AT - 300, AT, AT + 300]) expect(verify({ now }).created).toBe(AT);
  });

  it('refuses a signature that gives itself a longer life', () => {
    const longer = input(`expires=${AT + 300}`, `expires=${AT + 301}`);
    expect(() => verify({ fields: longer })).toThrow(refusal('SIGNATURE_EXPIRED'));
  });

  it('asks for the key at the time of the signature, not of its arrival', () => {
    const asked: [string, number][] = [];
    const findKey = (keyId: string, at: number) => {
      asked.push([keyId, at]);
      return publicKey;
    };
    verifyRequest(message, signed, { findKey, now: AT + 200 });
    expect(asked).toEqual([['k1', AT]]);
  });

  it('tells key, nonce and times of a request that verifies', () => {
    expect(verify()).toEqual({ keyId: 'k1', nonce: 'n-1', created: AT, expires: AT + 300 });
  });
});

describe('a request signed by SM2', () => {
  const made = generateSigningKey('sm2');
  const sm2 = signerOf(createPrivateKey(made.privatePem), 'k2');
  const fields = signRequest(message, sm2, { at: AT, nonce: 'n-1' });
  const findKey = () => ({ algorithm: 'sm2' as const, publicKey: made.publicKey });

  it('is refused for another body and under an Ed25519 key', () => {
    const other = { ...message, idempotencyKey: 'e-2' };
    expect(() => verifyRequest(other, fields, { findKey, now: AT })).toThrow(refusal('SIGNATURE_INVALID'));
    const wrong = { findKey: () => publicKey, now: AT };
    expect(() => verifyRequest(message, fields, wrong)).toThrow(refusal('SIGNATURE_INVALID'));
  });

  it('names the algorithm sm2-sm3 and verifies', () => {
    expect(fields['signature-input']).toMatch(/;alg="sm2-sm3"$/);
    expect(verifyRequest(message, fields, { findKey, now: AT }).keyId).toBe('k2');
  });
});

describe('signerOf', () => {
  it('refuses a key that is neither Ed25519 nor SM2', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect(() => signerOf(privateKey, 'k1')).toThrow(expect.objectContaining({ code: 'NO_SIGNING_KEY' }));
  });
});
