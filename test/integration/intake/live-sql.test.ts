import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import type { SqlDriver } from '../../../src/infra/sql/index.ts';
import { eventually } from '../../support/eventually.ts';
import { housingSource, putPermits, slowLookup } from '../../support/housing.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';

const CODES = ['91370306QQQQ00013R', '91370303QQQQ005151', '91370304QQQQ00611Q'];

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
    await putPermits(
      database,
      CODES.map((code, place) => ({ code, number: `周房预售证第${String(place)}号`, on: '2026-02-01' })),
    );
  });
  afterAll(async () => {
    for (const it of opened) await it.close?.();
    await database.close();
  });

  function sourceOf(live: object): LiveSource {
    const source = housingSource(database, { live: { timeoutMs: 10_000, ...live } });
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
    const lookup = slowLookup(driver, 30);
    const slow = sourceOf({ lookup, timeoutMs: 1_500 });
    const asked = codeOf(slow.ask({ codes: CODES, signal }));
    expect((await somethingRuns()).length).toBeGreaterThan(0);
    expect(await asked).toBe('LIVE_TIMEOUT');
    expect(await nothingRuns()).toEqual([]);
    expect(await codeOf(sourceOf({}).ask({ codes: CODES, signal }))).toBe('answered');
  });

  it('has no statement left running after its asker went away', async () => {
    const controller = new AbortController();
    const lookup = slowLookup(driver, 30);
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
    const lookup = slowLookup(driver, 1).replace('in (:codes)', '= :code');
    const source = sourceOf({ lookup, concurrency: 1, timeoutMs: 2_800 });
    const answer = await source.ask({ codes: CODES, signal });
    expect(answer.records.map((it) => it.subject.uscc)).toEqual(CODES.slice(0, 2));
    expect(answer.unanswered).toEqual(new Map([[CODES[2], 'TIMEOUT']]));
    expect(await nothingRuns()).toEqual([]);
  });
});
