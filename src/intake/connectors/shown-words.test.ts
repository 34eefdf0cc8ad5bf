import { describe, expect, it } from '@jest/globals';
import { isDoubtfulColumn, isValueInHeader, shownFileName } from './shown-words.ts';

const NUMBER = '370306199001011237';

describe('the words of a header', () => {
  it.each([NUMBER, '13800138000', '2026-03-02', '20260302', '测试甲有限公司', '91370306QQQQ00013R'])(
    'can only be a value: %s',
    (word) => {
      expect(isValueInHeader(word)).toBe(true);
    },
  );

  it.each([
    '许可日期',
    '法定代表人',
    '统一社会信用代码',
    'CF_XDR_SHXYM',
    '单位名称',
    'yxqz',
    '金额',
    '2024年度',
    '荣誉等级',
    '曾用名',
  ])('name a column: %s', (word) => {
    expect([isValueInHeader(word), isDoubtfulColumn(word)]).toEqual([false, false]);
  });

  it('are doubtful where they are numbers or read like names', () => {
    expect(['张测试', '17', '欧阳测试'].map(isDoubtfulColumn)).toEqual([true, true, true]);
  });
});

describe('the name of a file', () => {
  it('loses the number of a person, and stays another than the next one', () => {
    const shown = ['a1b2c3d4e5', 'ffffffff00'].map((it) => shownFileName(`许可-${NUMBER}.csv`, it));
    expect(shown).toEqual(['许可-〔不收〕a1b2c3d4.csv', '许可-〔不收〕ffffffff.csv']);
    expect(shownFileName('许可-20261130.csv', null)).toBe('许可-20261130.csv');
  });
});
