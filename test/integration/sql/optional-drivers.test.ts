import { describe, expect, it } from '@jest/globals';
import { openSql, type SourceSqlDriver } from '../../../src/infra/sql/index.ts';

/** Databases that nobody but an operator has: their contract runs where an address is given. */
const VARIABLES = {
  sqlserver: 'XINQIAO_TEST_SQLSERVER_DSN',
  oracle: 'XINQIAO_TEST_ORACLE_DSN',
  dm: 'XINQIAO_TEST_DM_DSN',
} as const;
const PACKAGES = { sqlserver: 'mssql', oracle: 'oracledb', dm: 'dmdb' } as const;
const FROM = { sqlserver: '', oracle: ' from dual', dm: ' from dual' } as const;
const LIMITS = { timeoutMs: 20_000 };

type Driver = Exclude<SourceSqlDriver, 'sqlite' | 'mysql' | 'postgresql'>;
const DRIVERS = Object.keys(VARIABLES) as Driver[];
const isGiven = (driver: Driver): boolean => (process.env[VARIABLES[driver]] ?? '') !== '';

describe.each(DRIVERS.filter((it) => !isGiven(it)))('a source on %s without its package', (driver) => {
  it('names the package to install', async () => {
    const source = openSql(driver, 'nowhere');
    await expect(source.query({ text: 'select 1', values: {} }, LIMITS)).rejects.toEqual(
      expect.objectContaining({
        code: 'DRIVER_NOT_INSTALLED',
        kind: 'config',
        details: { package: PACKAGES[driver] },
      }),
    );
    await source.close();
  });
});

for (const driver of DRIVERS) {
  const suite = isGiven(driver) ? describe : describe.skip;
  suite(`a source on ${driver}`, () => {
    const open = () => openSql(driver, process.env[VARIABLES[driver]] ?? '');

    it('refuses a statement that is none', async () => {
      const source = open();
      await expect(source.query({ text: 'selekt', values: {} }, LIMITS)).rejects.toEqual(
        expect.objectContaining({ code: 'SQL_FAILED' }),
      );
      await source.close();
    });

    it('is unreachable at another place', async () => {
      const source = openSql(driver, 'nowhere.invalid');
      await expect(source.query({ text: 'select 1', values: {} }, LIMITS)).rejects.toEqual(
        expect.objectContaining({ code: 'SQL_UNREACHABLE' }),
      );
    });

    it('gives values as texts, and a value is never a part of the statement', async () => {
      const evil = "'; drop table t; --";
      const source = open();
      const text = `select cast(:evil as varchar(60)) as a, cast(9007199254740993 as varchar(30)) as b${FROM[driver]}`;
      const { rows } = await source.query({ text, values: { evil } }, LIMITS);
      expect(rows).toEqual([[evil, '9007199254740993']]);
      await source.close();
    });

    it('holds an answer to its rows', async () => {
      const source = open();
      const text = `select 1 as a${FROM[driver]} union all select 2${FROM[driver]}`;
      await expect(source.query({ text, values: {} }, { ...LIMITS, maxRows: 1 })).rejects.toEqual(
        expect.objectContaining({ code: 'SQL_TOO_LARGE' }),
      );
      await source.close();
    });
  });
}
