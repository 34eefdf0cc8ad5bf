import { describe, expect, it } from '@jest/globals';
import { assessStatement, PERSON_FIELD_ALIASES, personFieldOf, type FieldSpec } from './index.ts';

const field = (name: string, change: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  type: 'text',
  zh: name,
  en: name,
  required: false,
  ...change,
});
const fields: FieldSpec[] = [
  field('documentNo', { required: true, maxLength: 5 }),
  field('decidedOn', { type: 'date' }),
  field('fineWanYuan', { type: 'money' }),
  field('categories', { type: 'codes', codeList: 'penalty-category@1' }),
  field('category', { type: 'code', codeList: 'licence-category@1' }),
  field('authorityCode', { type: 'uscc' }),
  field('representativeMasked', { personField: 'mask' }),
  field('simpleProcedure', { type: 'boolean' }),
  field('year', { type: 'integer' }),
];
const codes = (list: string): ReadonlySet<string> | null =>
  list === 'penalty-category@1' ? new Set(['FINE', 'WARNING']) : null;
const rulesOf = (values: Record<string, unknown>): string[] =>
  assessStatement(fields, { documentNo: '1', ...values }, codes).map(
    (it) => `${it.rule} ${String(it.field)}`,
  );

describe('assessStatement', () => {
  it('names every fault by rule and field, and never the value', () => {
    expect(rulesOf({ documentNo: ' ' })).toEqual(['MISSING_FIELD documentNo']);
    expect(rulesOf({ documentNo: '测测测测测测' })).toEqual(['TOO_LONG documentNo']);
    expect(rulesOf({ decidedOn: '2026/01/05' })).toEqual(['BAD_DATE decidedOn']);
    expect(rulesOf({ fineWanYuan: '1.5' })).toEqual(['BAD_AMOUNT fineWanYuan']);
    expect(rulesOf({ fineWanYuan: 1.5 })).toEqual(['BAD_TYPE fineWanYuan']);
    expect(rulesOf({ categories: ['FINE', 'X'] })).toEqual(['UNKNOWN_CODE_VALUE categories']);
    expect(rulesOf({ categories: 'FINE' })).toEqual(['BAD_TYPE categories']);
    expect(rulesOf({ authorityCode: '11010519491231002X' })).toEqual([
      'NATURAL_PERSON_SUBJECT authorityCode',
    ]);
    expect(rulesOf({ authorityCode: '91370306QQQQ00013X' })).toEqual(['BAD_USCC authorityCode']);
    expect(rulesOf({ representativeMasked: '张三' })).toEqual([
      'UNMASKED_PERSONAL_DATA representativeMasked',
    ]);
    expect(rulesOf({ simpleProcedure: 'yes' })).toEqual(['BAD_TYPE simpleProcedure']);
    expect(rulesOf({ year: 1.5 })).toEqual(['BAD_TYPE year']);
    const said = JSON.stringify(assessStatement(fields, { documentNo: '1', representativeMasked: '张三' }));
    expect(said).not.toContain('张三');
  });

  it('passes canonical values', () => {
    expect(
      rulesOf({
        decidedOn: '2026-01-05',
        fineWanYuan: '2.000000',
        categories: ['FINE'],
        category: 'ANYTHING',
        authorityCode: '12440800QQQQ0003XY',
        representativeMasked: '张*',
        simpleProcedure: false,
        year: 2026,
      }),
    ).toEqual([]);
  });

  it('does not take an inherited member for a value', () => {
    expect(assessStatement([field('constructor', { required: true })], {})).toMatchObject([
      { rule: 'MISSING_FIELD' },
    ]);
  });
});

describe('personFieldOf', () => {
  it('refuses papers of a natural person, drops those of a representative, masks names', () => {
    const expected: [string, string | null][] = [
      ['CF_XDR_ZJHM', 'refuse'],
      ['xk_xdr_zjlx', 'refuse'],
      ['CF_XDR_SFZ', 'refuse'],
      ['身份证号码', 'refuse'],
      ['AJ_DSR_ZJHM', 'refuse'],
      ['当事人身份证号', 'refuse'],
      ['CF_FR_SFZH', 'drop'],
      ['XK_FR_ZJHM', 'drop'],
      ['法定代表人身份证号', 'drop'],
      ['企业负责人身份证号', 'drop'],
      ['联系电话', 'drop'],
      ['CF_FRDB', 'mask'],
      ['XK_FDDBR', 'mask'],
      ['法定代表人（负责人）', 'mask'],
      ['CF_WSH', null],
      ['XK_XDR_MC', null],
      ['统一社会信用代码', null],
      ['XK_XKZS', null],
      ['许可证件名称', null],
      ['XMMC', null],
    ];
    expect(expected.map(([column]) => [column, personFieldOf(column)])).toEqual(expected);
  });

  it('treats each listed column as listed, without contradiction', () => {
    for (const it of PERSON_FIELD_ALIASES) {
      expect([it.column, personFieldOf(it.column)]).toEqual([it.column, it.treatment]);
      expect(personFieldOf(it.column.toLowerCase())).toBe(it.treatment);
    }
  });
});
