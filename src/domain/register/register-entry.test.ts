import { describe, expect, it } from '@jest/globals';
import { assessRegisterEntry, readRegisterEntry } from './register-entry.ts';

const SUBJECT = '91370306QQQQ800174';
const OTHER = '91370306QQQQ80025Y';
const said = (values: Record<string, string>, uscc = SUBJECT): string[] =>
  assessRegisterEntry(uscc, values).map((it) => `${it.rule} ${it.field ?? ''}`);

describe('an entry of the subject register', () => {
  it.each([
    [
      'a person’s number among its earlier codes',
      { formerCodes: `${OTHER}；370306194910010002` },
      'formerCodes',
    ],
    ['a person’s number as its registration number', { registrationNo: '370306491001004' }, 'registrationNo'],
    ['a person’s name among its earlier names', { formerNames: '测试旧名有限公司；张测' }, 'formerNames'],
  ])('is about a person with %s', (_what, values, field) => {
    expect(said(values)).toEqual([`NATURAL_PERSON_SUBJECT ${field}`]);
  });

  it('is refused with a number that fails its check, one in the wrong field, or a merger into itself', () => {
    expect(said({ registrationNo: '370306228010018' })).toEqual(['BAD_REGISTRATION_NO registrationNo']);
    expect(said({ registrationNo: OTHER })).toEqual(['UNKNOWN_CODE_FORM registrationNo']);
    expect(said({ mergedInto: SUBJECT })).toEqual(['CODE_CONFLICT mergedInto']);
  });

  it('of a sole trader may bear its owner’s masked name', () => {
    expect(said({ formerNames: '张*' }, '92370306QQQQ800689')).toEqual([]);
  });

  it('tells codes from other numbers, and takes a tax number that repeats the code for none', () => {
    const entry = readRegisterEntry({
      status: 'REVOKED',
      taxNo: SUBJECT,
      formerCodes: `${OTHER}, 370306228010017`,
      formerNames: '测试甲（周村）有限公司 ; 测试乙有限公司',
    });
    expect(entry).toEqual({
      status: 'REVOKED',
      registrationNo: null,
      taxNo: null,
      formerNames: ['测试甲(周村)有限公司', '测试乙有限公司'],
      formerCodes: [OTHER],
      formerNumbers: ['370306228010017'],
      mergedInto: null,
      codeException: null,
    });
  });
});
