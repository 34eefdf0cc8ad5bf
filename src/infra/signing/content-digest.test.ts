import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentDigest, matchesContentDigest } from './content-digest.ts';

describe('matchesContentDigest', () => {
  it('refuses another body, another algorithm and a field of another form', () => {
    const body = Buffer.from('{"hello": "world"}');
    const field = contentDigest(body);
    expect(matchesContentDigest(field, Buffer.from('{"hello": "World"}'))).toBe(false);
    expect(matchesContentDigest(field, Buffer.alloc(0))).toBe(false);
    const digest = field.slice('sha-256=:'.length, -1);
    const wrong = ['', 'sha-256', `sha-512=:${digest}:`, `sha-256=${digest}`, `sha-256=:${digest.slice(1)}:`];
    for (const it of wrong) expect(matchesContentDigest(it, body)).toBe(false);
  });

  it('agrees with the example of RFC 9530', () => {
    const example = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
    expect(contentDigest('{"hello": "world"}')).toBe(example);
    expect(matchesContentDigest(` ${example} `, Buffer.from('{"hello": "world"}'))).toBe(true);
  });

  it('matches every body with its own digest and no other body', () => {
    const law = fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (body, at, mask) => {
      const field = contentDigest(body);
      expect(matchesContentDigest(field, body)).toBe(true);
      const place = at % (body.length + 1);
      const other =
        place === body.length ? [...body, mask] : body.map((it, i) => (i === place ? it ^ mask : it));
      expect(matchesContentDigest(field, Uint8Array.from(other))).toBe(false);
    });
    fc.assert(law, { seed: 20_260_401, numRuns: 200 });
  });
});
