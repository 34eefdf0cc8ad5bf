import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalJson,
  contentHash,
  findCode,
  formatWanYuan,
  IDENTITY_FIELDS,
  isRefusedMeasure,
  isTombstone,
  isWanYuan,
  KIND_LABELS,
  parseWanYuan,
  PENALTY_CATEGORIES,
  RECORD_KINDS,
  recordKey,
  sha256Hex,
  TOMBSTONE_REASONS,
  tombstoneStatement,
  type JsonValue,
  type RecordIdentity,
} from './index.ts';

const refusal = (code: string): unknown => expect.objectContaining({ code, kind: 'refused' });

/** The same value with the members of every object in reverse order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

const jsonObjects = fc
  .dictionary(fc.string({ unit: 'grapheme-ascii' }), fc.jsonValue({ maxDepth: 3 }))
  .map((it) => JSON.parse(JSON.stringify(it)) as Record<string, JsonValue>);

describe('canonicalJson', () => {
  it('refuses what JSON cannot say', () => {
    const nested: unknown[] = [];
    nested.push(nested);
    const values = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [undefined],
      new Date(0),
      1n,
      () => 1,
      '\ud800',
      nested,
      { '\u00e9': 1, 'e\u0301': 2 },
      undefined,
    ];
    for (const value of values) expect(() => canonicalJson(value)).toThrow(refusal('NOT_CANONICAL'));
  });

  it('agrees with the examples of RFC 8785', () => {
    expect(
      canonicalJson({
        numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
        string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\/',
        literals: [null, true, false],
      }),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    const order = [...canonicalJson(names).matchAll(/:(\d)/g)].map((it) => it[1]).join('');
    // U+FB33 is a compatibility form that NFC decomposes to U+05D3 U+05BC.
    expect(order).toBe('2467315');
  });

  it('drops undefined members and writes text in NFC', () => {
    expect(canonicalJson({ b: undefined, a: 'e\u0301' })).toBe('{"a":"\u00e9"}');
    expect(canonicalJson(-0)).toBe('0');
  });

  it('does not depend on the order of members, and says what it was given', () => {
    fc.assert(
      fc.property(jsonObjects, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(contentHash(value)).toBe(sha256Hex(text));
      }),
      { seed: 20260106, numRuns: 300 },
    );
  });

  it('hashes as FIPS 180-4 does', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex(new TextEncoder().encode('信'))).toBe(sha256Hex('信'));
  });
});

describe('recordKey', () => {
  const record: RecordIdentity = {
    kind: 'PENALTY',
    producer: '11370306QQQQ00013R',
    subject: '91370306QQQQ00013R',
    identity: { documentNo: '测罚〔2026〕1号', decidedOn: '2026-01-05' },
  };

  it('is refused where an identity field is empty or none is declared', () => {
    for (const identity of [{}, { documentNo: ' ', decidedOn: '2026-01-05' }]) {
      expect(() => recordKey({ ...record, identity })).toThrow(refusal('BAD_IDENTITY'));
    }
  });

  it('depends on every part and on nothing else', () => {
    const key = recordKey(record);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const identity = { decidedOn: '2026-01-05', documentNo: ' 测罚〔2026〕1号 ' };
    expect(recordKey({ ...record, identity })).toBe(key);
    const others = [
      recordKey({ ...record, kind: 'LICENCE' }),
      recordKey({ ...record, producer: record.subject }),
      recordKey({ ...record, subject: record.producer }),
      recordKey({ ...record, identity: { ...record.identity, decidedOn: '2026-01-06' } }),
    ];
    expect(new Set([key, ...others]).size).toBe(5);
  });

  it('has identity fields and labels for each kind', () => {
    for (const kind of RECORD_KINDS) {
      expect(IDENTITY_FIELDS[kind].length).toBe(kind === 'REGISTRATION' ? 1 : 2);
      expect(KIND_LABELS[kind].zh).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('tombstones', () => {
  it('say why and repeat nothing', () => {
    expect(isTombstone({ documentNo: '1' })).toBe(false);
    for (const reason of TOMBSTONE_REASONS) expect(isTombstone(tombstoneStatement({ reason }))).toBe(true);
    expect(tombstoneStatement({ reason: 'REKEYED', replacedBy: 'k' })).toMatchObject({ replacedBy: 'k' });
  });
});

describe('money', () => {
  it('is refused with signs, exponents, lost places, or a unit that contradicts', () => {
    for (const text of [
      '-1',
      '+1',
      '1e3',
      '0.0000001',
      '1234567890123',
      '',
      '.',
      '一万',
      '1,2',
      '2元',
      '1.2.3',
      'NaN',
      '0x10',
    ]) {
      expect(() => parseWanYuan(text, '万元')).toThrow(refusal('BAD_AMOUNT'));
    }
    expect(() => parseWanYuan('2万元', '元')).toThrow(refusal('BAD_AMOUNT'));
    expect(() => parseWanYuan('0.001', '元')).toThrow(refusal('BAD_AMOUNT'));
    expect(() => formatWanYuan('1.5')).toThrow(refusal('BAD_AMOUNT'));
  });

  it('is written in 万元 with six places', () => {
    expect(parseWanYuan('20000', '元')).toBe('2.000000');
    expect(parseWanYuan('1', '元')).toBe('0.000100');
    expect(parseWanYuan('¥1,234,567.89', '元')).toBe('123.456789');
    expect(parseWanYuan('２.５万元', '万元')).toBe('2.500000');
    expect(parseWanYuan('007.10', '万元')).toBe('7.100000');
    expect(parseWanYuan('.5', '万元')).toBe('0.500000');
    expect(parseWanYuan('1.50000000', '万元')).toBe('1.500000');
    expect(parseWanYuan('9999999999999999.99', '元')).toBe('999999999999.999999');
    expect(['2.500000', '100.000000', '0.000000'].map(formatWanYuan)).toEqual([
      '2.5万元',
      '100万元',
      '0万元',
    ]);
  });

  it('agrees with exact integers for every amount, and reads back what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (fen) => {
        const yuan = `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
        const amount = parseWanYuan(yuan, '元');
        expect(isWanYuan(amount)).toBe(true);
        expect(BigInt(amount.replace('.', ''))).toBe(fen);
        expect(parseWanYuan(amount, '万元')).toBe(amount);
        expect(parseWanYuan(formatWanYuan(amount), '万元')).toBe(amount);
      }),
      { seed: 20260107, numRuns: 300 },
    );
  });
});

describe('code lists', () => {
  it('refuse measures against persons and know no word outside the list', () => {
    expect(isRefusedMeasure('行政拘留')).toBe(true);
    expect(isRefusedMeasure('限制从业')).toBe(true);
    expect(isRefusedMeasure('罚款')).toBe(false);
    expect(findCode(PENALTY_CATEGORIES, '行政拘留')).toBeNull();
    expect(findCode(PENALTY_CATEGORIES, ' 罚款 ')).toBe('FINE');
    expect(PENALTY_CATEGORIES.some((it) => isRefusedMeasure(it.zh))).toBe(false);
  });
});
