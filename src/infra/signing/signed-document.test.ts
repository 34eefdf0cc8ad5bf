import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSigningKey, signerOf } from './signer.ts';
import { signDocument, verifyDocument } from './signed-document.ts';

const { privatePem, publicKey } = generateSigningKey();
const signer = signerOf(createPrivateKey(privatePem), 'k1');

const receipt = {
  type: 'TRANSPORT',
  envelopeId: 'e-1',
  records: [
    { key: 'a', v: 1, disposition: 'stored', held: null },
    { key: 'b', v: 2, disposition: 'refused', held: { v: 3, hash: 'h' } },
  ],
  signed: true,
};

type Signed = ReturnType<typeof signDocument<typeof receipt>>;
type Leaf = { holder: Record<string, unknown>; name: string };

function leavesOf(value: object): Leaf[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    typeof member === 'object' && member !== null
      ? leavesOf(member)
      : [{ holder: value as Record<string, unknown>, name }],
  );
}

const altered = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}'`;
  return value === null ? 0 : !value;
};

describe('verifyDocument', () => {
  it('refuses a document of which any one member was altered, taken away or added', () => {
    const places = leavesOf(receipt).length;
    for (let place = 0; place < places; place += 1) {
      for (const change of ['alter', 'remove', 'add']) {
        const copy = JSON.parse(JSON.stringify(signDocument(receipt, signer))) as Signed;
        const { signature, ...rest } = copy;
        const { holder, name } = leavesOf(rest)[place]!;
        if (change === 'alter') holder[name] = altered(holder[name]);
        else if (change === 'remove') Reflect.deleteProperty(holder, name);
        else holder['added'] = null;
        expect(verifyDocument({ ...rest, signature }, publicKey)).toBe(false);
      }
    }
  });

  it('refuses another key, a signature of another document and one that is no signature', () => {
    const signed = signDocument(receipt, signer);
    const other = signDocument({ ...receipt, envelopeId: 'e-2' }, signer);
    expect(verifyDocument(signed, generateSigningKey().publicKey)).toBe(false);
    expect(verifyDocument({ ...signed, signature: other.signature }, publicKey)).toBe(false);
    for (const value of ['', 'AAAA', signed.signature.value.slice(4)]) {
      expect(verifyDocument({ ...signed, signature: { ...signed.signature, value } }, publicKey)).toBe(false);
    }
  });

  it('refuses any one flipped bit of a signature', () => {
    const signed = signDocument(receipt, signer);
    const law = fc.property(fc.nat(511), (bit) => {
      const bytes = Buffer.from(signed.signature.value, 'base64');
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const signature = { ...signed.signature, value: bytes.toString('base64') };
      expect(verifyDocument({ ...signed, signature }, publicKey)).toBe(false);
    });
    fc.assert(law, { seed: 20_260_401, numRuns: 100 });
  });

  it('verifies what was signed after it went over the wire with its members in another order', () => {
    const signed = signDocument(receipt, signer);
    const turned = Object.fromEntries(Object.entries(signed).reverse());
    const arrived = JSON.parse(JSON.stringify(turned)) as typeof signed;
    expect(verifyDocument(arrived, publicKey)).toBe(true);
    expect(arrived.signature).toMatchObject({ keyId: 'k1', algorithm: 'ed25519' });
  });
});
