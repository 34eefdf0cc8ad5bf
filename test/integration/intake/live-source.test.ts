import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { loadConnector } from '../../../src/intake/connectors/index.ts';
import { liveSourceOf } from '../../../src/intake/live/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const hub = { id: 'zhoucun', soleTraders: 'on' } as HubFile;
const CODE = '91370306QQQQ00013R';
const FOREVER =
  "with recursive n(shxym) as (select '' union all select shxym from n) select * from n where shxym in (:codes)";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-live-'));
  const database = new DatabaseSync(join(folder, 'housing.sqlite'));
  database.exec('create table spfys (ID, shxym, qymc, ysxkzh, xmmc, ysmj, fzrq, yxqz, fzjg)');
  const insert = database.prepare('insert into spfys values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const permit = (id: number, more: { name?: string; until?: string }) =>
    insert.run(
      id,
      CODE,
      more.name ?? '测试甲有限公司',
      `周房预售证第2026-${String(id)}号`,
      '测试家园',
      '8000',
      '2026-02-01',
      more.until ?? '2028-02-01',
      '测试局',
    );
  permit(1, {});
  permit(2, { until: '' });
  permit(3, { name: '张 3703061949 10010002' });
  database.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function sourceAt(file: string, live: object = {}): LiveSource {
  process.env['XQ_HOUSING_DSN'] = join(folder, file);
  const connector = loadConnector(join(CONNECTORS, 'sources/zc-housing'), catalogue);
  const changed = {
    ...connector,
    live: { ...connector.live, timeoutMs: 20_000, ...live },
  } as typeof connector;
  return liveSourceOf({ connector: changed, catalogue, hub, clock: systemClock });
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error as { code?: string }).code,
  );

describe('asking a live source', () => {
  it('says that the source is not there, without its address', async () => {
    const asked = sourceAt('nothing.sqlite').ask({ codes: [CODE], signal: new AbortController().signal });
    await expect(asked).rejects.toMatchObject({ code: 'LIVE_UNAVAILABLE', kind: 'transient' });
    await expect(asked).rejects.not.toThrow(folder);
  });

  it('ends at its own time limit and at the abort of the asker, and answers the next question', async () => {
    const signal = new AbortController().signal;
    expect(
      await codeOf(
        sourceAt('housing.sqlite', { lookup: FOREVER, timeoutMs: 150 }).ask({ codes: [CODE], signal }),
      ),
    ).toBe('LIVE_TIMEOUT');
    const slow = sourceAt('housing.sqlite', { lookup: FOREVER, timeoutMs: 20_000 });
    expect(await codeOf(slow.ask({ codes: [CODE], signal: AbortSignal.timeout(150) }))).toBe('LIVE_TIMEOUT');
    const sound = sourceAt('housing.sqlite');
    expect(await codeOf(sound.ask({ codes: [CODE], signal: AbortSignal.abort() }))).toBe('LIVE_TIMEOUT');
    expect(await codeOf(sound.ask({ codes: [CODE], signal }))).toBe('answered');
  });

  it('withholds rows that fail a check or are about a person, and counts them', async () => {
    const answer = await sourceAt('housing.sqlite').ask({
      codes: [CODE],
      signal: new AbortController().signal,
    });
    expect(answer.withheld).toBe(2);
    expect(answer.records.map((it) => it.statement['documentNo'])).toEqual(['周房预售证第2026-1号']);
  });
});
