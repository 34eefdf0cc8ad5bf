import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sourceSchema } from '../../../src/contracts/manifests/index.ts';
import type { SqlDriver } from '../../../src/infra/sql/index.ts';
import { discoverSource } from '../../../src/intake/discovery/index.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';
import { inboxOf } from './driver-fixture.ts';

describe('what a folder of files holds', () => {
  it('shows the words for what a row says, also those that begin with a surname', async () => {
    const header = '许可类别,许可内容,许可日期,许可机关,张测试';
    const folder = inboxOf({ 'a.csv': `${header}\n1,2,3,4,5\n` });
    const source = sourceSchema.parse({ type: 'file', folder, path: '*.csv', format: 'csv' });
    const [stream] = (await discoverSource(source, folder)).streams;
    expect(stream?.columns.map((it) => it.name).join(',')).toBe(
      '许可类别,许可内容,许可日期,许可机关,〔不收〕',
    );
  });

  it('names what cannot be read, and shows no value, not even where a header is missing', async () => {
    const folder = inboxOf({
      'a.csv':
        'DM,MC,RQ,N\n91370306QQQQ00013R,测试甲,2026-01-01,1.5\n91370306QQQQ00021L,测试乙,2026-01-02,2.5\n',
      'b.csv': '370306190001019990,13800000000,2026-01-01\n',
      'c.csv': 'DM,"x',
    });
    const source = sourceSchema.parse({ type: 'file', folder, path: '*.csv', format: 'csv' });
    const found = await discoverSource(source, folder);
    expect(found.faults.map((it) => [it.stream, it.code])).toEqual([['c.csv', 'FILE_TRUNCATED']]);
    expect(found.streams.slice(0, 2)).toEqual([
      {
        name: 'a.csv',
        columns: [
          { name: 'DM', type: 'code18' },
          { name: 'MC', type: 'text' },
          { name: 'RQ', type: 'day' },
          { name: 'N', type: 'decimal' },
        ],
        key: [],
        rows: 2,
      },
      {
        name: 'b.csv',
        columns: Array.from({ length: 3 }, () => ({ name: '〔不收〕', type: 'empty' })),
        key: [],
        rows: 0,
      },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/测试|1380|1990|QQQQ/);
  });
});

describe.each<SqlDriver>(['sqlite', 'mysql', 'postgresql'])('what a database on %s holds', (driver) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSqlDatabase(driver);
    await database.run(
      'create table frxzcf (id integer not null, sjc varchar(30), mc varchar(40), primary key (id))',
      "insert into frxzcf values (1, '2026', '测试')",
    );
  });
  afterAll(() => database.close());

  it('is its tables with columns, declared types and keys', async () => {
    const source = sourceSchema.parse({ type: 'sql', driver, dsn: database.dsn });
    const { streams, faults } = await discoverSource(source, '.');
    const table = streams.find((it) => it.name === 'frxzcf');
    expect(faults).toEqual([]);
    expect(table?.columns.map((it) => it.name)).toEqual(['id', 'sjc', 'mc']);
    expect(table?.columns[0]?.type).toMatch(/int/i);
    expect(table?.key).toEqual(['id']);
    expect(JSON.stringify(streams)).not.toContain('测试');
  });
});
