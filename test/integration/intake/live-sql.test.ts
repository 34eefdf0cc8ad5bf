import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import type { SqlDriver } from '../../../src/infra/sql/index.ts';
import { loadConnector, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import { liveSourceOf } from '../../../src/intake/live/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const hub = { id: 'zhoucun', soleTraders: 'on' } as HubFile;
const CODES = ['91370306QQQQ00013R', '91370303QQQQ005151', '91370304QQQQ00611Q'];
const SLEEP: Readonly<Record<SqlDriver, string>> = {
  sqlite: '',
  mysql: 'sleep(30)',
  postgresql: 'pg_sleep(30)::text',
};

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error as { code?: string }).code,
  );

describe.each<SqlDriver>(['mysql', 'postgresql'])('a department on %s that is asked live', (driver) => {
  let database: SqlDatabase;
  const opened: LiveSource[] = [];

  beforeAll(async () => {
    database = await openSqlDatabase(driver);
    await database.run(
      `create table spfys (id integer, shxym char(18), qymc varchar(60), ysxkzh varchar(60), xmmc varchar(60),
        ysmj decimal(12, 2), fzrq date, yxqz date, fzjg varchar(60))`,
      ...CODES.map(
        (code, place) =>
          `insert into spfys values (${String(place)}, '${code}', '测试甲有限公司', '周房预售证第${String(place)}号', '测试家园', 8000.50, '2026-02-01', '2028-02-01', '测试局')`,
      ),
    );
  });
  afterAll(async () => {
    for (const it of opened) await it.close?.();
    await database.close();
  });

  function sourceOf(live: object): LiveSource {
    const shipped = loadConnector(join(CONNECTORS, 'sources/zc-housing'), catalogue);
    const connector = {
      ...shipped,
      source: { ...shipped.source, driver, dsn: database.dsn },
      live: { ...shipped.live, timeoutMs: 10_000, ...live },
    } as LoadedConnector;
    const source = liveSourceOf({ connector, catalogue, hub, clock: systemClock });
    opened.push(source);
    return source;
  }
  const signal = new AbortController().signal;
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

  it('has no statement left running after its time-out, and answers the next question', async () => {
    const lookup = `select spfys.*, ${SLEEP[driver]} as waited from spfys where shxym in (:codes)`;
    const slow = sourceOf({ lookup, timeoutMs: 1_500 });
    const asked = codeOf(slow.ask({ codes: CODES, signal }));
    expect((await somethingRuns()).length).toBeGreaterThan(0);
    expect(await asked).toBe('LIVE_TIMEOUT');
    expect(await nothingRuns()).toEqual([]);
    expect(await codeOf(sourceOf({}).ask({ codes: CODES, signal }))).toBe('answered');
  });

  it('has no statement left running after its asker went away', async () => {
    const controller = new AbortController();
    const lookup = `select spfys.*, ${SLEEP[driver]} as waited from spfys where shxym in (:codes)`;
    const asked = codeOf(sourceOf({ lookup }).ask({ codes: CODES, signal: controller.signal }));
    expect((await somethingRuns()).length).toBeGreaterThan(0);
    controller.abort();
    expect(await asked).toBe('LIVE_TIMEOUT');
    expect(await nothingRuns()).toEqual([]);
  });

  it('maps its rows, dates and decimals as the department wrote them', async () => {
    const answer = await sourceOf({}).ask({ codes: CODES, signal });
    expect(answer.withheld).toBe(0);
    expect(answer.records.map((it) => it.subject.uscc).toSorted()).toEqual(CODES.toSorted());
    expect(answer.records[0]?.statement).toMatchObject({
      decidedOn: '2026-02-01',
      floorAreaSquareMetres: '8000.50',
    });
  });

  it('asked one code at a time runs no more statements at once than it may, and keeps what it reached', async () => {
    const nap = driver === 'mysql' ? 'sleep(0.4)' : 'pg_sleep(0.4)::text';
    const lookup = `select spfys.*, ${nap} as waited from spfys where shxym = :code`;
    const source = sourceOf({ lookup, concurrency: 1, timeoutMs: 1_000 });
    const answer = await source.ask({ codes: CODES, signal });
    expect(answer.records.map((it) => it.subject.uscc)).toEqual(CODES.slice(0, 2));
    expect(answer.unanswered).toEqual(new Map([[CODES[2], 'TIMEOUT']]));
    expect(await nothingRuns()).toEqual([]);
  });
});
