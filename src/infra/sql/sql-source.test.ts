import { describe, expect, it } from '@jest/globals';
import { bindStatement, parameterNames } from './sql-source.ts';

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('binding a statement', () => {
  it('refuses a name without a value and an empty list', () => {
    expect(codeOf(() => bindStatement({ text: 'select :a', values: {} }, 'sqlite'))).toBe(
      'SQL_BAD_STATEMENT',
    );
    const empty = { text: 'select 1 where x in (:codes)', values: { codes: [] } };
    expect(codeOf(() => bindStatement(empty, 'sqlite'))).toBe('SQL_BAD_STATEMENT');
  });

  it.each([
    ['sqlserver', '@p1', '@p2'],
    ['oracle', ':1', ':2'],
    ['dm', '?', '?'],
  ] as const)('has the placeholders of %s', (driver, first, second) => {
    const statement = {
      text: 'select a from t where b > :cursor.b and c < :x',
      values: { 'cursor.b': '1', x: '2' },
    };
    expect(bindStatement(statement, driver)).toEqual({
      text: `select a from t where b > ${first} and c < ${second}`,
      parameters: ['1', '2'],
    });
  });

  it('never writes a value into the text', () => {
    const evil = "'; drop table t; --";
    const bound = bindStatement(
      { text: 'select * from t where id > :cursor.id', values: { 'cursor.id': evil } },
      'mysql',
    );
    expect(bound).toEqual({ text: 'select * from t where id > ?', parameters: [evil] });
  });

  it('binds each element of a list', () => {
    const statement = {
      text: 'select * from t where c in (:codes) limit :limit',
      values: { codes: ['a', 'b'], limit: 5 },
    };
    expect(bindStatement(statement, 'sqlite')).toEqual({
      text: 'select * from t where c in (?, ?) limit ?',
      parameters: ['a', 'b', 5],
    });
    expect(bindStatement(statement, 'postgresql').text).toBe('select * from t where c in ($1, $2) limit $3');
  });

  it('gives each place a value of its own: beside another column its type may be another', () => {
    const statement = { text: 'update t set id = :c where code = :c', values: { c: '5' } };
    expect(bindStatement(statement, 'postgresql')).toEqual({
      text: 'update t set id = $1 where code = $2',
      parameters: ['5', '5'],
    });
    expect(bindStatement(statement, 'mysql').parameters).toEqual(['5', '5']);
  });

  it('answers PostgreSQL beforehand whether a value is null, and leaves the question to the others', () => {
    const text = 'where :c IS NULL or id > :c and :c is not null';
    expect(bindStatement({ text, values: { c: null } }, 'postgresql')).toEqual({
      text: 'where (1 = 1) or id > $1 and (1 = 0)',
      parameters: [null],
    });
    expect(bindStatement({ text, values: { c: '5' } }, 'postgresql').text).toBe(
      'where (1 = 0) or id > $1 and (1 = 1)',
    );
    expect(bindStatement({ text, values: { c: '5' } }, 'mysql')).toEqual({
      text: 'where ? IS NULL or id > ? and ? is not null',
      parameters: ['5', '5', '5'],
    });
  });

  it('leaves texts, comments, quoted names and casts alone', () => {
    const text = `select ':a', ":b", \`:c\`, d::text -- :e\n/* :f */ from t where g = :g`;
    expect(parameterNames(text)).toEqual(['g']);
  });
});
