import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  openSql,
  openSqlTarget,
  type SqlDriver,
  type SqlLimits,
  type SqlSource,
  type SqlStatement,
} from '../../../src/infra/sql/index.ts';
import { eventually } from '../../support/eventually.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';

/** What each database needs said in its own words; everything else is said once for all of them. */
const DIALECTS: Readonly<
  Record<SqlDriver, { types: string; values: string; texts: (string | null)[]; forever: string }>
> = {
  sqlite: {
    types: 'id integer, day text, moment text, money text, size text, none text',
    values:
      "9223372036854775807, '2026-02-28', '2026-02-28 23:59:59.123456', '12345678901234567890.123456', '1.1'",
    texts: [
      '9223372036854775807',
      '2026-02-28',
      '2026-02-28 23:59:59.123456',
      '12345678901234567890.123456',
      '1.1',
      null,
    ],
    forever:
      "with recursive n(code) as (select '' union all select code from n) select * from n where code in (:codes)",
  },
  mysql: {
    types:
      'id bigint unsigned, day date, moment datetime(6), money decimal(26,6), size float, none varchar(10), json json',
    values:
      "18446744073709551615, '2026-02-28', '2026-02-28 23:59:59.123456', 12345678901234567890.123456, 1.1, null, '{\"n\": 12345678901234567890}'",
    texts: [
      '18446744073709551615',
      '2026-02-28',
      '2026-02-28 23:59:59.123456',
      '12345678901234567890.123456',
      '1.1',
      null,
      '{"n": 12345678901234567890}',
    ],
    forever: 'select code, benchmark(1000000000, sha2(code, 512)) from codes where code in (:codes)',
  },
  postgresql: {
    types:
      'id bigint, day date, moment timestamp, money numeric(26,6), size real, none varchar(10), json jsonb',
    values:
      "9223372036854775807, '2026-02-28', '2026-02-28 23:59:59.123456', 12345678901234567890.123456, 1.1, null, '{\"n\": 12345678901234567890}'",
    texts: [
      '9223372036854775807',
      '2026-02-28',
      '2026-02-28 23:59:59.123456',
      '12345678901234567890.123456',
      '1.1',
      null,
      '{"n": 12345678901234567890}',
    ],
    forever: 'select code, pg_sleep(60) from codes where code in (:codes)',
  },
};

const LIMITS: SqlLimits = { timeoutMs: 10_000 };
const EVIL = [`'; drop table codes; --`, `a"b\\'c`, '测试`$1 :codes', 'plain'];
const BY_CODES = 'select code from codes where code in (:codes) order by place';

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error as { code?: string }).code,
  );

describe.each<SqlDriver>(['sqlite', 'mysql', 'postgresql'])('a source on %s', (driver) => {
  const dialect = DIALECTS[driver];
  const forever: SqlStatement = { text: dialect.forever, values: { codes: ['plain'] } };
  let database: SqlDatabase;
  let source: SqlSource;

  beforeAll(async () => {
    database = await openSqlDatabase(driver);
    await database.run(
      'create table codes (place integer, code varchar(60))',
      `create table typed (${dialect.types})`,
      driver === 'sqlite'
        ? `insert into typed (id, day, moment, money, size) values (${dialect.values})`
        : `insert into typed values (${dialect.values})`,
    );
    const target = openSqlTarget(driver, database.dsn);
    const rows = EVIL.map((code, place) => ({
      text: 'insert into codes (place, code) values (:place, :code)',
      values: { place, code },
    }));
    await target.transact(rows, LIMITS);
    await target.close();
    source = openSql(driver, database.dsn, 2);
  });
  afterAll(async () => {
    await source.close();
    await database.close();
  });

  const nothingRuns = (): Promise<string[]> =>
    eventually(
      () => database.running(),
      (found) => found.length === 0,
    );
  const somethingRuns = (): Promise<string[]> =>
    eventually(
      () => database.running(),
      (found) => found.length > 0,
    );

  it('is never written to', async () => {
    expect(await codeOf(source.query({ text: 'delete from codes', values: {} }, LIMITS))).toBe('SQL_FAILED');
    const [left] = await database.rows('select count(*) as n from codes');
    expect(left?.['n']).toBe('4');
  });

  it('refuses a wrong statement by its code and answers the next one', async () => {
    const wrong = { text: 'select nothing from nowhere', values: {} };
    expect(await codeOf(source.query(wrong, LIMITS))).toBe('SQL_FAILED');
    expect(await codeOf(source.query({ text: BY_CODES, values: { codes: EVIL } }, LIMITS))).toBe('answered');
  });

  it('repeats no value of a row where it refuses one', async () => {
    const cast = { text: 'select cast(code as integer) from codes', values: {} };
    const said = await source.query(cast, LIMITS).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(EVIL.filter((it) => said.includes(it))).toEqual([]);
  });

  it('takes every value as a value: quotes, colons and dollar signs change no statement', async () => {
    const { columns, rows } = await source.query({ text: BY_CODES, values: { codes: EVIL } }, LIMITS);
    expect([columns, rows]).toEqual([['code'], EVIL.map((it) => [it])]);
    const none = await source.query({ text: BY_CODES, values: { codes: ["x' or '1'='1"] } }, LIMITS);
    expect([none.columns, none.rows]).toEqual([['code'], []]);
  });

  it('binds a limit, and a null where a first run has no place yet', async () => {
    const page = {
      text: 'select code from codes where :after is null or place > :after order by place limit :limit',
      values: { after: null, limit: 2 },
    };
    expect((await source.query(page, LIMITS)).rows).toEqual([[EVIL[0]], [EVIL[1]]]);
    const next = { ...page, values: { after: '1', limit: 2 } };
    expect((await source.query(next, LIMITS)).rows).toEqual([[EVIL[2]], [EVIL[3]]]);
  });

  it('gives every value as the text that stands there', async () => {
    const { rows } = await source.query({ text: 'select * from typed', values: {} }, LIMITS);
    expect(rows).toEqual([dialect.texts]);
  });

  it('keeps no more rows than it may, ends the statement, and answers the next one', async () => {
    const statement = { text: BY_CODES, values: { codes: EVIL } };
    expect(await codeOf(source.query(statement, { ...LIMITS, maxRows: 3 }))).toBe('SQL_TOO_LARGE');
    expect((await source.query(statement, { ...LIMITS, maxRows: 4 })).rows).toHaveLength(4);
  });

  it('has nothing left running after a time-out', async () => {
    const own = openSql(driver, database.dsn);
    const asked = codeOf(own.query(forever, { timeoutMs: 1_500 }));
    expect((await somethingRuns()).length).toBeGreaterThan(0);
    expect(await asked).toBe('SQL_TIMEOUT');
    await own.close();
    await source.close();
    expect(await nothingRuns()).toEqual([]);
  });

  it('has nothing left running after an abort, and answers others meanwhile', async () => {
    const controller = new AbortController();
    const asked = codeOf(source.query(forever, { ...LIMITS, signal: controller.signal }));
    await somethingRuns();
    const beside = await source.query({ text: BY_CODES, values: { codes: ['plain'] } }, LIMITS);
    expect(beside.rows).toEqual([['plain']]);
    controller.abort();
    expect(await asked).toBe('SQL_TIMEOUT');
    await source.close();
    expect(await nothingRuns()).toEqual([]);
    const aborted = source.query(forever, { ...LIMITS, signal: AbortSignal.abort() });
    expect(await codeOf(aborted)).toBe('SQL_TIMEOUT');
  });

  it('lets a statement wait for a connection no longer than its time', async () => {
    const one = openSql(driver, database.dsn);
    const controller = new AbortController();
    const first = codeOf(one.query(forever, { ...LIMITS, signal: controller.signal }));
    const second = codeOf(one.query({ text: BY_CODES, values: { codes: ['plain'] } }, { timeoutMs: 200 }));
    expect(await second).toBe('SQL_TIMEOUT');
    const third = codeOf(one.query({ text: BY_CODES, values: { codes: ['plain'] } }, LIMITS));
    controller.abort();
    expect([await first, await third]).toEqual(['SQL_TIMEOUT', 'answered']);
    await one.close();
  });

  it('writes all of several statements or none', async () => {
    const target = openSqlTarget(driver, database.dsn);
    const insert = (place: number) => ({
      text: 'insert into codes (place, code) values (:place, :code)',
      values: { place, code: 'new' },
    });
    const broken = { text: 'insert into nowhere (a) values (:a)', values: { a: '1' } };
    expect(await codeOf(target.transact([insert(10), broken], LIMITS))).toBe('SQL_FAILED');
    const count = async () => (await database.rows("select count(*) as n from codes where code = 'new'"))[0];
    expect(await count()).toEqual({ n: '0' });
    await target.transact([insert(10), insert(11)], LIMITS);
    expect(await count()).toEqual({ n: '2' });
    await target.close();
    await database.run("delete from codes where code = 'new'");
  });

  it('that cannot be reached says so without its address', async () => {
    const nowhere = {
      sqlite: '/nonexistent/secret-place.sqlite',
      mysql: 'mysql://someone:hidden@127.0.0.1:1/secret-place',
      postgresql: 'postgres://someone:hidden@127.0.0.1:1/secret-place',
    }[driver];
    const away = openSql(driver, nowhere);
    const failed: unknown = await away
      .query({ text: 'select 1', values: {} }, LIMITS)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'SQL_UNREACHABLE', kind: 'transient' });
    expect((failed as Error).message).not.toMatch(/127\.0\.0\.1|secret|hidden|someone/);
    await away.close();
  });
});

describe.each<SqlDriver>(['mysql', 'postgresql'])('a server %s that ends connections', (driver) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSqlDatabase(driver);
    await database.run('create table codes (code varchar(60))', "insert into codes values ('plain')");
  });
  afterAll(() => database.close());

  it('in the middle of a statement is away, and is found again by the next one', async () => {
    const source = openSql(driver, database.dsn);
    const forever = { text: DIALECTS[driver].forever, values: { codes: ['plain'] } };
    const asked = source.query(forever, LIMITS).catch((error: unknown) => error);
    await eventually(
      () => database.running(),
      (found) => found.length > 0,
    );
    await database.endConnections();
    const failed = await asked;
    expect(failed).toMatchObject({ code: 'SQL_UNREACHABLE', kind: 'transient' });
    expect((failed as Error).message).not.toMatch(/127\.0\.0\.1|xinqiao_/);
    const again = await source.query({ text: 'select code from codes', values: {} }, LIMITS);
    expect(again.rows).toEqual([['plain']]);
    await source.close();
  });

  it('between two statements is found again', async () => {
    const source = openSql(driver, database.dsn);
    const all = { text: 'select code from codes', values: {} };
    await source.query(all, LIMITS);
    await database.endConnections();
    const answers = await eventually(
      () => codeOf(source.query(all, LIMITS)),
      (it) => it === 'answered',
    );
    expect(answers).toBe('answered');
    await source.close();
  });
});
