import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.ts';

describe('parseStrictJson', () => {
  it.each(['{"a":1,"a":2}', '[{"b":{"a":1,"\\u0061":1}}]', '{"__proto__":1,"__proto__":2}', '{"a":', ''])(
    'refuses %s',
    (text) => {
      expect(() => parseStrictJson(text)).toThrow(SyntaxError);
    },
  );

  it('reads every other JSON text as it stands, also with colons and quotes inside of texts', () => {
    expect(parseStrictJson(String.raw`{"a:b\"":":\\","c":[{"d":1},{"d":2}]}`)).toEqual({
      'a:b"': ':\\',
      c: [{ d: 1 }, { d: 2 }],
    });
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500, seed: 7493 },
    );
  });
});
