import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  hasUsccChecks,
  organisationCodeCheckCharacter,
  residentCheckCharacter,
  usccCheckCharacter,
} from './check-characters.ts';
import { assessSubjectCategory, isOrganisationCategory } from './subject-category.ts';
import { isMaskedName, looksLikePersonName, maskName, normaliseName } from './names.ts';
import { detectPersonNumber } from './person-number.ts';
import { redactText } from './redact-text.ts';
import { isKnownProvince, isKnownRegion, isWithinRegion, regionName } from './regions.ts';

const resident = (first17: string): string => first17 + residentCheckCharacter(first17);
// Made up: places and days that exist, serial 000 or 999.
const RESIDENT = resident('37030619900101000');
const OLD_RESIDENT = '370306900101999';

/** The first code of an organisation that is a resident number at the same time, by trying serials. */
function findBoth(): string {
  for (let serial = 0; serial < 1_000_000; serial += 1) {
    const subject = `${String(19000101 + (serial % 28)).slice(2)}${String(serial % 100).padStart(2, '0')}`;
    const first17 = `51371${String(serial % 10)}19${subject.slice(0, 6)}${String(serial).padStart(6, '0').slice(-2)}`;
    const first16 = first17.slice(0, 16);
    const withOrg = first16 + organisationCodeCheckCharacter(first16.slice(8));
    if (!/^\d{17}$/.test(withOrg)) continue;
    const code = withOrg + usccCheckCharacter(withOrg);
    if (/^\d{17}[\dX]$/.test(code) && residentCheckCharacter(withOrg) === code.charAt(17)) return code;
  }
  throw new Error('none found');
}

describe('detectPersonNumber', () => {
  it('refuses each kind of number that names a person', () => {
    expect(detectPersonNumber(RESIDENT)).toBe('RESIDENT');
    expect(detectPersonNumber('11010519491231002x')).toBe('RESIDENT');
    expect(detectPersonNumber(OLD_RESIDENT)).toBe('RESIDENT_OLD');
    expect(detectPersonNumber(resident('93715619900101000'))).toBe('FOREIGN_RESIDENT');
    for (const front of ['810000', '820000', '830000']) {
      expect(detectPersonNumber(resident(`${front}19900101000`))).toBe('HMT_RESIDENCE_PERMIT');
    }
    for (const text of ['E12345678', 'EA1234567', 'G12345678', 'H12345678', 'm12345678']) {
      expect(detectPersonNumber(text)).toBe('TRAVEL_DOCUMENT');
    }
  });

  it('refuses damaged numbers whose birth date is plausible or cannot be ruled out', () => {
    for (const text of [
      '370306199001012000',
      '110105194912313000',
      '3.70306E+17',
      '3.70306199001011E+17',
      '3.7030619900101E+17',
      '370306199001012000.00',
    ]) {
      expect(detectPersonNumber(text)).toBe('DAMAGED');
    }
    for (const text of ['9.137E+17', '913703061234567000', '3.70306E+14', '1.24408E+17']) {
      expect(detectPersonNumber(text)).toBeNull();
    }
  });

  it('is not misled by width, case, blanks or separators', () => {
    const grouped = `${RESIDENT.slice(0, 6)} ${RESIDENT.slice(6, 14)}-${RESIDENT.slice(14)}`;
    const wide = Array.from(RESIDENT, (it) => String.fromCharCode(it.charCodeAt(0) + 0xfee0)).join('');
    for (const text of [grouped, wide, `'${RESIDENT}`, ` ${RESIDENT}\u200b`, `\ufeff${RESIDENT}`]) {
      expect(detectPersonNumber(text)).toBe('RESIDENT');
    }
  });

  it('weighs both checks: a code that is both is a person unless confirmed', () => {
    const both = findBoth();
    expect(hasUsccChecks(both)).toBe(true);
    expect(detectPersonNumber(both)).toBe('RESIDENT');
    expect(detectPersonNumber(both, { confirmed: true })).toBeNull();
    expect(detectPersonNumber(RESIDENT, { confirmed: true })).toBe('RESIDENT');
  });

  it('is stricter in a code field', () => {
    const mistyped = RESIDENT.slice(0, 17) + (RESIDENT.endsWith('1') ? '2' : '1');
    expect(detectPersonNumber(mistyped)).toBeNull();
    expect(detectPersonNumber(mistyped, { codeField: true })).toBe('DAMAGED');
    expect(detectPersonNumber('K1234567', { codeField: true })).toBe('TRAVEL_DOCUMENT');
    expect(detectPersonNumber('D237012345')).toBeNull();
  });

  it('leaves codes of organisations and ordinary document numbers alone', () => {
    for (const text of [
      '91370306QQQQ00013R',
      '110108000000016',
      '370306QQQQ00013',
      'QQQQ0001-3',
      '鲁周市监罚〔2026〕12号',
      'JY13703060001234',
      '2026-01-05',
      '',
    ]) {
      expect(detectPersonNumber(text, { codeField: true })).toBeNull();
    }
  });
});

describe('redactText', () => {
  it('takes out every person number and mobile number inside text', () => {
    const cases = [
      `当事人身份证${RESIDENT}，住周村区`,
      `ID${RESIDENT}。`,
      `（${OLD_RESIDENT}）`,
      `号码 370306 19900101 0005 起`,
      '电话13812345678',
      '电话+86 138-1234-5678',
      '护照号E12345678',
      '证件K1234567',
      '证件号为3.70306E+17',
      `00${RESIDENT}55`,
    ];
    for (const text of cases) {
      const { text: out, hits } = redactText(text);
      expect(hits).toBe(1);
      expect(out).toContain('〔不收〕');
      expect(out).not.toMatch(/\d{5}|E\+17/);
    }
  });

  it('keeps codes of organisations, amounts, dates and short numbers', () => {
    for (const text of [
      '测试一有限公司（91370306QQQQ00013R）罚款20000元',
      '依据《食品安全法》第一百二十四条，2026年1月5日',
      '鲁周市监罚〔2026〕12号',
      '许可证JY13703060001234',
      '',
    ]) {
      expect(redactText(text)).toEqual({ text, hits: 0 });
    }
  });

  it('leaves no resident number in any text around it, and changes nothing on a second pass', () => {
    const wraps = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(wraps, fc.integer({ min: 0, max: 999 }), ([before, after], serial) => {
        const number = resident(`37030619900101${String(serial).padStart(3, '0')}`);
        const once = redactText(`${before}（${number}）${after}`);
        expect(once.hits).toBeGreaterThanOrEqual(1);
        expect(once.text).not.toContain(number);
        expect(redactText(once.text).text).toBe(once.text);
      }),
      { seed: 20260102, numRuns: 300 },
    );
  });
});

describe('names', () => {
  it('masks to the surname', () => {
    expect(['张三', '欧阳测试', '张*', '', ' 李 四 ', 'Smith'].map(maskName)).toEqual([
      '张*',
      '欧阳*',
      '张*',
      '',
      '李*',
      'S*',
    ]);
    expect(['张*', '张**', '欧阳*', '张某', '*'].every(isMaskedName)).toBe(true);
    expect(['张三', '张三*', '测试有限公司'].some(isMaskedName)).toBe(false);
  });

  it('reads as persons what sole traders register under their own name', () => {
    for (const name of [
      '张三',
      '王小测',
      '欧阳测试',
      '经营者：张三',
      '张三（个体工商户）',
      '买买提·艾力',
      '张某',
    ]) {
      expect([name, looksLikePersonName(name)]).toEqual([name, true]);
    }
    for (const name of ['张三小吃店', '测试一有限公司', '金店', '周村区测试商行', '测试便利超市']) {
      expect([name, looksLikePersonName(name)]).toEqual([name, false]);
    }
  });

  it('are normalised to one written form, once and for all', () => {
    expect(normaliseName(' 测试（周村） 有限公司　')).toBe('测试(周村)有限公司');
    expect(normaliseName('ＡＢＣ  Test〔一〕')).toBe('ABC Test(一)');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(normaliseName(normaliseName(name))).toBe(normaliseName(name));
      }),
      { seed: 20260103, numRuns: 500 },
    );
  });
});

describe('counterpart category', () => {
  it('refuses natural persons and unknown words', () => {
    expect(assessSubjectCategory('自然人', 'category')).toMatchObject([
      { rule: 'NATURAL_PERSON_SUBJECT', severity: 'reject', field: 'category' },
    ]);
    expect(assessSubjectCategory('企业')).toMatchObject([{ rule: 'UNKNOWN_CODE_VALUE' }]);
    expect(assessSubjectCategory('')).toMatchObject([{ rule: 'MISSING_FIELD' }]);
  });

  it('accepts organisations and sole traders', () => {
    for (const it of ['法人及非法人组织', '个体工商户 ']) {
      expect(assessSubjectCategory(it)).toEqual([]);
      expect(isOrganisationCategory(it)).toBe(true);
    }
  });
});

describe('regions', () => {
  it('does not know what GB/T 2260 never had', () => {
    expect(isKnownProvince('99')).toBe(false);
    expect(isKnownProvince('10')).toBe(false);
    expect(['370399', '000000', '999901', '37030', '9901'].filter(isKnownRegion)).toEqual([]);
  });

  it('knows current, former and State codes', () => {
    expect(regionName('370306')).toBe('周村区');
    expect(regionName('370303')).toBe('张店区');
    expect(regionName('440800')).toBe('湛江市');
    expect(regionName('371200')).toBe('莱芜市');
    expect(regionName('370301')).toBe('市辖区');
    expect(isKnownRegion('100000')).toBe(true);
  });

  it('orders regions by their trailing zeros', () => {
    expect(isWithinRegion('370306', '370300')).toBe(true);
    expect(isWithinRegion('370306', '370000')).toBe(true);
    expect(isWithinRegion('370306', '370306')).toBe(true);
    expect(isWithinRegion('370306', '100000')).toBe(true);
    expect(isWithinRegion('370300', '370306')).toBe(false);
    expect(isWithinRegion('370303', '370306')).toBe(false);
    expect(isWithinRegion('440800', '370000')).toBe(false);
    expect(isWithinRegion('100000', '370000')).toBe(false);
  });
});
