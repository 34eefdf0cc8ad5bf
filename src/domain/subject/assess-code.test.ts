import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RULE_CATALOGUE } from '../rules.ts';
import { assessCode } from './assess-code.ts';
import {
  hasUsccChecks,
  organisationCodeCheckCharacter,
  registrationNoCheckDigit,
  residentCheckCharacter,
  usccCheckCharacter,
} from './check-characters.ts';
import { assessUscc, isSoleTrader, parseUscc, subjectKindOf, usccParts } from './uscc.ts';

const SEED = { seed: 20260101, numRuns: 300 };
const VECTORS = [
  '91370306QQQQ00013R',
  '92371302QQQQ000214',
  '12440800QQQQ0003XY',
  '51370116QQQQ00048M',
  'N2370116QQQQ00056U',
  '91370306QQQQ0011X0',
];
const ALPHABET = Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY');
const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));

/** Codes as registers issue them: known pair, known region, both check characters. */
function usccs(): fc.Arbitrary<string> {
  const pairs = fc.constantFrom('91', '92', '93', '11', '12', '51', '81', 'N2', 'A1', 'Y1');
  const regions = fc.constantFrom('370306', '370303', '440800', '371200', '100000', '110103');
  const subjects = fc.stringMatching(/^[0-9A-HJ-NPQRTUWXY]{8}$/);
  return fc
    .tuple(pairs, regions, subjects)
    .map(([pair, region, subject]) => pair + region + subject + organisationCodeCheckCharacter(subject))
    .map((first17) => first17 + usccCheckCharacter(first17));
}

function residentNumbers(): fc.Arbitrary<string> {
  const births = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((it) => it.toISOString().slice(0, 10).replaceAll('-', ''));
  return fc
    .tuple(fc.constantFrom('370306', '110105', '440800', '810000', '910156', '999999'), births, digits(3))
    .map(([region, birth, serial]) => region + birth + serial)
    .map((first17) => first17 + residentCheckCharacter(first17));
}

const rulesOf = (text: string): string[] => assessCode(text).findings.map((it) => it.rule);

describe('assessCode', () => {
  it('refuses what is no code', () => {
    for (const text of ['', '测试有限公司', '12345', '无', '9137030']) {
      expect(assessCode(text)).toMatchObject({ valid: false, kind: 'UNKNOWN' });
    }
  });

  it('names each fault of a unified social credit code', () => {
    expect(rulesOf('91370306QQQQ00013X')).toEqual(['BAD_USCC_CHECK']);
    expect(rulesOf('91370306QQQQ00014R')).toEqual(['BAD_USCC_CHECK', 'BAD_ORG_CODE_CHECK']);
    expect(rulesOf('9137O3O6QQQQ00013R')).toEqual(['BAD_USCC_FORM']);
    const province = '91990306QQQQ00013';
    expect(rulesOf(province + usccCheckCharacter(province))).toEqual(['UNKNOWN_PROVINCE']);
  });

  it('accepts the vectors without a warning', () => {
    for (const code of VECTORS) {
      expect(assessCode(code)).toEqual({ code, valid: true, kind: 'USCC', findings: [] });
    }
  });

  it('only warns of an unknown county or category', () => {
    const county = '91379906QQQQ00013';
    expect(assessCode(county + usccCheckCharacter(county))).toMatchObject({ valid: true, kind: 'USCC' });
    expect(rulesOf(county + usccCheckCharacter(county))).toEqual(['UNKNOWN_COUNTY']);
    const category = '54370306QQQQ00013';
    expect(rulesOf(category + usccCheckCharacter(category))).toEqual([]);
    const strange = '97370306QQQQ00013';
    expect(rulesOf(strange + usccCheckCharacter(strange))).toEqual(['UNKNOWN_CATEGORY']);
  });

  it('knows State registration and abolished regions', () => {
    for (const region of ['100000', '371200', '371202', '370301', '110103']) {
      const first = `91${region}QQQQ00013`;
      expect(rulesOf(first + usccCheckCharacter(first))).toEqual([]);
    }
  });

  it('reads full-width, lower-case, spaced and quoted codes', () => {
    for (const text of [
      ' ９１３７０３０６ＱＱＱＱ０００１３Ｒ ',
      '91370306qqqq00013r',
      "'9137 0306 QQQQ 0001 3R",
    ]) {
      expect(assessCode(text)).toMatchObject({ code: VECTORS[0], valid: true });
    }
  });

  it('tells the other kinds of code and judges each by its own check', () => {
    expect(assessCode('110108000000016')).toMatchObject({ kind: 'REGISTRATION_NO', valid: true });
    expect(rulesOf('110108000000017')).toEqual(['BAD_REGISTRATION_NO']);
    expect(assessCode('QQQQ0001-3')).toEqual({
      code: 'QQQQ00013',
      kind: 'ORGANISATION_CODE',
      valid: true,
      findings: [],
    });
    expect(rulesOf('QQQQ00014')).toEqual(['BAD_ORG_CODE_CHECK']);
    expect(assessCode('370306QQQQ00013')).toMatchObject({ kind: 'TAX_NO', valid: true });
    expect(rulesOf('370306QQQQ00014')).toEqual(['BAD_TAX_NO']);
    expect(assessCode('370306NA000001X')).toMatchObject({ kind: 'REGISTRATION_NO', valid: true });
  });

  it('names damage by a spreadsheet', () => {
    for (const text of ['9.137E+17', '9.13703E+17', '913703061234567000', '9.1370306E+17']) {
      expect(rulesOf(text)).toEqual(['DAMAGED_CODE']);
    }
  });

  it('only warns of damage where both check characters are right', () => {
    const codes = Array.from(
      { length: 100_000 },
      (_, serial) => `91370306${String(serial).padStart(7, '0')}000`,
    );
    const right = codes.filter((it) => hasUsccChecks(it));
    expect(right.length).toBeGreaterThan(0);
    for (const code of right) {
      expect(assessCode(code)).toMatchObject({
        valid: true,
        findings: [{ rule: 'DAMAGED_CODE', severity: 'warn' }],
      });
    }
  });

  it('has a catalogue that says each rule once, in both languages, with a way out', () => {
    const ids = RULE_CATALOGUE.map((it) => it.rule);
    expect(new Set(ids).size).toBe(ids.length);
    for (const it of RULE_CATALOGUE)
      expect([it.zh, it.en, it.fixZh].every((text) => text.length > 3)).toBe(true);
  });

  it('finds every generated code valid', () => {
    fc.assert(
      fc.property(usccs(), (code) => {
        expect(assessCode(code)).toMatchObject({ code, kind: 'USCC', valid: true });
      }),
      SEED,
    );
  });

  it('catches every substitution of a single character', () => {
    fc.assert(
      fc.property(usccs(), fc.nat(17), fc.constantFrom(...ALPHABET), (code, place, character) => {
        fc.pre(code.charAt(place) !== character);
        const wrong = code.slice(0, place) + character + code.slice(place + 1);
        expect(assessCode(wrong).valid).toBe(false);
      }),
      SEED,
    );
    for (const code of VECTORS) {
      for (let place = 0; place < 18; place += 1) {
        for (const it of ALPHABET.filter((other) => other !== code.charAt(place))) {
          expect(hasUsccChecks(code.slice(0, place) + it + code.slice(place + 1))).toBe(false);
        }
      }
    }
  });

  it('never finds a resident number valid, and puts no value into a finding', () => {
    fc.assert(
      fc.property(residentNumbers(), (number) => {
        const { kind, valid, findings } = assessCode(number);
        expect({ kind, valid }).toEqual({ kind: 'PERSON_NUMBER', valid: false });
        expect(JSON.stringify(findings)).not.toContain(number);
      }),
      SEED,
    );
  });

  it('finds the person in a code field behind a label, an old tax number or a mistyped digit', () => {
    for (const text of [
      '身份证：11010519491231002X',
      '11010519491231002X00',
      '110105194912310021',
      'K1234567',
    ]) {
      expect(assessCode(text)).toMatchObject({ kind: 'PERSON_NUMBER', valid: false });
    }
  });

  it('finds registration numbers and organisation codes valid for any serial', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (serial) => {
        const digits = String(serial).padStart(8, '0');
        const registration = `370306${digits}`;
        expect(assessCode(registration + registrationNoCheckDigit(registration)).valid).toBe(true);
        const organisation = digits + organisationCodeCheckCharacter(digits);
        expect(assessCode(organisation).valid).toBe(true);
      }),
      SEED,
    );
  });
});

describe('assessUscc', () => {
  it('refuses in the words of record validation', () => {
    const rules = (text: string): string[] =>
      assessUscc(text, { field: 'subject' }).findings.map((it) => it.rule);
    expect(rules('91370306QQQQ00013X')).toEqual(['BAD_USCC']);
    expect(rules('110108000000016')).toEqual(['BAD_USCC']);
    expect(rules('9.137E+17')).toEqual(['DAMAGED_CODE']);
    expect(rules('11010519491231002X')).toEqual(['NATURAL_PERSON_SUBJECT']);
    expect(rules('')).toEqual(['MISSING_FIELD']);
    expect(assessUscc('91370306QQQQ00013X').uscc).toBeNull();
  });

  it('lets a registry confirm a code against its checks, but not a form', () => {
    const { uscc, findings } = assessUscc('91370306QQQQ00013X', { confirmed: true });
    expect(uscc).toBe('91370306QQQQ00013X');
    expect(findings.map((it) => it.severity)).toEqual(['warn']);
    expect(assessUscc('9137O306QQQQ00013R', { confirmed: true }).uscc).toBeNull();
    expect(assessUscc('11010519491231002X', { confirmed: true }).uscc).toBeNull();
  });

  it('parses or throws, and cuts into parts', () => {
    expect(() => parseUscc('x')).toThrow(expect.objectContaining({ code: 'BAD_USCC' }));
    expect(() => parseUscc('11010519491231002X')).toThrow(
      expect.objectContaining({ code: 'NATURAL_PERSON_SUBJECT', kind: 'refused' }),
    );
    expect(usccParts(parseUscc(' 91370306qqqq00013r'))).toEqual({
      authority: '9',
      category: '1',
      regionCode: '370306',
      orgCode: 'QQQQ00013',
    });
    expect(VECTORS.map(subjectKindOf)).toEqual([
      'LEGAL_PERSON',
      'SOLE_TRADER',
      'LEGAL_PERSON',
      'LEGAL_PERSON',
      'LEGAL_PERSON',
      'LEGAL_PERSON',
    ]);
    expect(isSoleTrader('92371302QQQQ000214')).toBe(true);
  });
});
