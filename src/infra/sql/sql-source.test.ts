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

  it('gives the same name the same place in PostgreSQL, so that its type is found', () => {
    const statement = { text: 'where :c is null or id > :c', values: { c: null } };
    expect(bindStatement(statement, 'postgresql')).toEqual({
      text: 'where $1 is null or id > $1',
      parameters: [null],
    });
    expect(bindStatement(statement, 'mysql').parameters).toEqual([null, null]);
  });

  it('leaves texts, comments, quoted names and casts alone', () => {
    const text = `select ':a', ":b", \`:c\`, d::text -- :e\n/* :f */ from t where g = :g`;
    expect(parameterNames(text)).toEqual(['g']);
  });
});
