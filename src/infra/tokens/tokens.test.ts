import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateSigningKey, signerOf } from '../signing/index.ts';
import { findJwk, parseJwks, thumbprintOf } from './json-web-key.ts';
import { readTokenHead, signToken, verifyToken } from './signed-token.ts';

const signer = signerOf(generateKeyPairSync('ed25519').privateKey, 'k1');
const jwk = findJwk({ ...signer, id: signer.keyId })!;
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('a set of public keys', () => {
  it.each([
    ['is not JSON', '{'],
    ['is no set', '[]'],
    ['holds no usable key', '{"keys":[{"kty":"oct"}]}'],
    ['holds a private key', JSON.stringify({ keys: [{ ...jwk, d: 'AA' }] })],
    ['holds keys for encryption alone', JSON.stringify({ keys: [{ ...jwk, use: 'enc' }] })],
  ])('is refused where it %s', (_, text) => {
    expect(codeOf(() => parseJwks(text, 'test'))).toBe('JWKS_BAD');
  });

  it('leaves out keys it cannot use and keeps the others', () => {
    const text = JSON.stringify({ keys: [{ kty: 'OKP', crv: 'X25519', x: 'AA' }, jwk] });
    expect(parseJwks(text, 'test')).toEqual([jwk]);
  });

  it('has no word for SM2', () => {
    const { publicKey } = generateSigningKey('sm2');
    expect(findJwk({ id: 'k1', algorithm: 'sm2', publicKey })).toBeNull();
  });

  it('names an Ed25519 key by the thumbprint of RFC 8037 appendix A.3', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(thumbprintOf({ kty: 'OKP', crv: 'Ed25519', x })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });
});

describe('a signed token', () => {
  it('is refused with one changed character, another key, or no signature', async () => {
    const token = signToken({ iss: 'shandong' }, signer);
    const [head = '', claims = '', signature = ''] = token.split('.');
    const other = findJwk({ ...signerOf(generateKeyPairSync('ed25519').privateKey, 'k1'), id: 'k1' })!;
    const forged = Buffer.from('{"iss":"shandonG"}').toString('base64url');
    const invalid = { code: 'TOKEN_SIGNATURE_INVALID' };
    await expect(verifyToken(`${head}.${forged}.${signature}`, [jwk])).rejects.toMatchObject(invalid);
    await expect(verifyToken(token, [other])).rejects.toMatchObject(invalid);
    await expect(verifyToken(`${head}.${claims}.`, [jwk])).rejects.toMatchObject(invalid);
    expect(
      codeOf(() => readTokenHead(`${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${claims}.AA`)),
    ).toBe('TOKEN_MALFORMED');
  });

  it('gives its claims back to who has the key', async () => {
    const token = signToken({ iss: 'shandong', purpose: { matter: 'BIDDING', basis: '测试办法' } }, signer);
    expect(readTokenHead(token)).toEqual({ keyId: 'k1', issuer: 'shandong' });
    expect(await verifyToken(token, [jwk])).toMatchObject({ purpose: { basis: '测试办法' } });
  });

  it('is not made by a key of SM2', () => {
    const { privatePem } = generateSigningKey('sm2');
    const sm2 = signerOf(createPrivateKey(privatePem), 'k2');
    expect(codeOf(() => signToken({}, sm2))).toBe('TOKEN_KEY_UNSUPPORTED');
  });
});
