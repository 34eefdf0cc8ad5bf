import { describe, expect, it } from '@jest/globals';
import { findSourceCode, isOrganisationsCode, mayBeConfirmed, mayBePersons } from './source-code.ts';

const NONE = { uscc: '', registrationNo: '', orgCode: '', taxNo: '' };
const SOUND = '91370306QQQQ00013R';
const NUMBER = '370306228010017';

describe('the code by which a row names its subject', () => {
  it('is none where it is a person’s number, is damaged, or is no code', () => {
    for (const uscc of ['370306194910010002', '9.1370306E+17', '测试', ''])
      expect(findSourceCode({ ...NONE, uscc })).toBeNull();
    expect(findSourceCode({ ...NONE, registrationNo: '370306491001004' })).toBeNull();
  });

  it('is none where the unified code is sound, or is written wrong in its own field', () => {
    expect(findSourceCode({ ...NONE, uscc: SOUND, registrationNo: NUMBER })).toBeNull();
    expect(findSourceCode({ ...NONE, uscc: '91370306QQQQ0001', registrationNo: NUMBER })).toBeNull();
  });

  it('is the unified code itself where only its check fails, and nowhere but in its own field', () => {
    expect(findSourceCode({ ...NONE, uscc: '91370306QQQQ00013X' })).toEqual({
      kind: 'USCC',
      code: '91370306QQQQ00013X',
    });
    expect(findSourceCode({ ...NONE, orgCode: '91370306QQQQ00013X' })).toBeNull();
  });

  it('is the first sound number of another kind, in whatever form it is written', () => {
    expect(findSourceCode({ ...NONE, uscc: 'QQQQ8001-7' })).toEqual({
      kind: 'ORGANISATION_CODE',
      code: 'QQQQ80017',
    });
    expect(findSourceCode({ ...NONE, registrationNo: '370306228010018', taxNo: '370306QQQQ80017' })).toEqual({
      kind: 'TAX_NO',
      code: '370306QQQQ80017',
    });
  });
});

describe('a number with two shapes', () => {
  it('is in doubt a person’s', () => {
    expect(mayBePersons({ kind: 'REGISTRATION_NO', code: '370306491001001' })).toBe(true);
    expect(mayBePersons({ kind: 'REGISTRATION_NO', code: NUMBER })).toBe(false);
    expect(isOrganisationsCode(NUMBER)).toBe(true);
    expect(isOrganisationsCode('370306491001001')).toBe(false);
    expect(isOrganisationsCode('13800000000')).toBe(false);
  });

  it('is asked for at the register only where it can be an organisation’s', () => {
    expect(mayBeConfirmed('370306194910010002')).toBe(false);
    expect(mayBeConfirmed(SOUND)).toBe(true);
    expect(mayBeConfirmed('')).toBe(false);
  });
});
