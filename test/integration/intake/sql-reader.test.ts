import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectorSchema } from '../../../src/contracts/manifests/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import type { SqlDriver } from '../../../src/infra/sql/index.ts';
import { readSource, type LoadedConnector, type RawPage } from '../../../src/intake/connectors/index.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';

/** The statement of the front-exchange table that is shipped. */
const QUERY = `select * from frxzcf
  where :cursor.SJC is null or SJC > :cursor.SJC or (SJC = :cursor.SJC and ID > :cursor.ID)
  order by SJC, ID limit :limit`;
const MOMENT: Readonly<Record<SqlDriver, string>> = {
  sqlite: 'varchar(26)',
  mysql: 'datetime(6)',
  postgresql: 'timestamp(6)',
};
const ROWS = [
  ['2026-01-01 00:00:00.123456', '9', '甲'],
  ['2026-01-01 00:00:00.123456', '10', ''],
  ['2026-01-01 00:00:00.123457', '2', '乙'],
  ['2026-01-02 00:00:00', '9007199254740993', '丙'],
];

describe.each<SqlDriver>(['sqlite', 'mysql', 'postgresql'])('collecting a table on %s', (driver) => {
  let database: SqlDatabase;

  beforeAll(async () => {
    database = await openSqlDatabase(driver);
    await database.run(
      `create table frxzcf (SJC ${MOMENT[driver]}, ID bigint, MC varchar(40))`,
      ...ROWS.map(([at = '', id = '', name = '']) =>
        name === ''
          ? `insert into frxzcf values ('${at}', ${id}, null)`
          : `insert into frxzcf values ('${at}', ${id}, '${name}')`,
      ),
    );
  });
  afterAll(() => database.close());

  function connectorOf(query: string, overlap?: string): LoadedConnector {
    const manifest = connectorSchema.parse({
      apiVersion: 'xinqiao/v1',
      kind: 'Connector',
      metadata: {
        id: 'test-table',
        title: { zh: '测试', en: 'test' },
        owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
        dataset: 'housing_presale@1',
        legalBasis: { document: '测试办法', article: '第一条' },
      },
      source: { type: 'sql', driver, dsn: database.dsn, query, pageRows: 2, timeoutMs: 10_000 },
      sync: {
        mode: 'incremental',
        cursor: ['SJC', 'ID'],
        key: ['ID'],
        ...(overlap === undefined ? {} : { overlap }),
      },
      map: { 'subject.uscc': 'ID', 'subject.name': 'MC' },
    });
    return { ...manifest, directory: '.', revision: '000000000000' };
  }

  async function read(query: string, cursor: Record<string, string> | null = null, overlap?: string) {
    const pages: RawPage[] = [];
    const faults: string[] = [];
    const onFault = (error: unknown): unknown => faults.push(toHubError(error).code);
    for await (const page of readSource(connectorOf(query, overlap), {
      cursor,
      isRead: () => false,
      onFault,
    }))
      pages.push(page);
    return { pages, faults, rows: pages.flatMap((it) => it.rows.map((row) => row.cells)) };
  }

  it('names a statement that the database does not take', async () => {
    expect((await read('select nothing from nowhere where :cursor.SJC is null limit :limit')).faults).toEqual(
      ['SQL_FAILED'],
    );
  });

  it('reads page by page, keeps microseconds and big numbers, and goes on where it stopped', async () => {
    const { pages, faults, rows } = await read(QUERY);
    expect(faults).toEqual([]);
    expect(rows).toEqual(ROWS);
    const [first, second] = pages.map((it) => it.cursor ?? {});
    expect(first).toEqual({ SJC: ROWS[1]?.[0], ID: '10' });
    expect((await read(QUERY, first)).rows).toEqual(ROWS.slice(2));
    expect((await read(QUERY, second)).rows).toEqual([]);
  });

  it('begins once before its last place and never goes back behind it', async () => {
    const last = { SJC: ROWS[3]?.[0] ?? '', ID: ROWS[3]?.[1] ?? '' };
    const hour = await read(QUERY, last, '1h');
    expect([hour.faults, hour.rows]).toEqual([[], ROWS.slice(3)]);
    const days = await read(QUERY, last, '2d');
    expect([days.faults, days.rows]).toEqual([[], ROWS]);
    expect(days.pages.map((it) => it.cursor)).toEqual([last, last]);
    expect((await read(QUERY, { SJC: '7', ID: '7' }, '1h')).faults).toEqual(['CURSOR_NOT_A_TIME']);
  });
});
