import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { tombstoneReasonOf } from '../../../src/domain/record/index.ts';
import { acceptBatch, findRecord, newestVersion } from '../../../src/registry/records/index.ts';
import { HubProcesses } from '../../support/hub-processes.ts';
import { eventually } from '../../support/hubs.ts';
import { penaltyOf } from '../../support/penalties.ts';

jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
const RECORDS = Array.from({ length: 30 }, (_, at) => penaltyOf(`测罚〔2026〕乙${at}号`));
const KEYS = RECORDS.map((it) => it.key);

let hubs: HubProcesses;

/** The city's hub file with other terms for the province. */
const provinceAs =
  (terms: Partial<HubFile['partners'][number]> | null) =>
  (file: HubFile): HubFile => ({
    ...file,
    partners: file.partners.flatMap((it) =>
      it.id !== 'shandong' ? [it] : terms === null ? [] : [{ ...it, ...terms }],
    ),
  });
const until = (what: string, hub: 'zhoucun' | 'zibo', state: string) =>
  eventually(
    what,
    async () => {
      const states = await Promise.all(
        KEYS.map(async (key) => (await hubs.holders(hub, key))['shandong']?.state),
      );
      return states.every((it) => it === state);
    },
    PATIENCE_MS,
  );
const atProvince = async (): Promise<unknown[]> =>
  Promise.all(
    KEYS.map(async (key) => {
      const record = await findRecord(hubs.parts.shandong.database, key);
      return tombstoneReasonOf(newestVersion(record!).statement);
    }),
  );

beforeAll(async () => {
  hubs = await HubProcesses.open();
  await Promise.all((['zhoucun', 'zibo', 'shandong'] as const).map((it) => hubs.start(it)));
}, 120_000);
afterAll(() => hubs.close());

describe('a province that the city stops sending to', () => {
  it('holds the records while the terms stand', async () => {
    await acceptBatch(hubs.parts.zhoucun.database, RECORDS);
    await until('the records at the province', 'zhoucun', 'CONFIRMED');
  });

  it('gets withdrawals of what it is not owed any more, also after a crash in the middle', async () => {
    await hubs.stop('zibo');
    await hubs.start('zibo', provinceAs({ relation: 'PEER', receives: null }));
    await hubs.stop('zibo', 'SIGKILL');
    await hubs.start('zibo', provinceAs({ relation: 'PEER', receives: null }));
    await until('the withdrawals', 'zibo', 'WITHDRAWN');
    await until('the word at the origin', 'zhoucun', 'WITHDRAWN');
    expect(new Set(await atProvince())).toEqual(new Set(['NO_LONGER_ENTITLED']));
    const [key = ''] = KEYS;
    expect((await hubs.xinqiao('zibo', 'holders', key)).status).toBe(0);
    expect(await hubs.askCity(key)).toMatchObject({ withdrawn: false, holders: [{ state: 'WITHDRAWN' }] });
  });

  it('gets them again once it is owed them again', async () => {
    await hubs.stop('zibo');
    await hubs.start('zibo');
    await until('the records again', 'zibo', 'CONFIRMED');
    await until('the word at the origin', 'zhoucun', 'CONFIRMED');
    expect(new Set(await atProvince())).toEqual(new Set([null]));
  });

  it('is shown as unknown, and counted, once the city knows it no more', async () => {
    await hubs.stop('zibo');
    await hubs.start('zibo', provinceAs(null));
    const [key = ''] = KEYS;
    const { status, stdout } = await hubs.xinqiao('zibo', 'holders', key, '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([
      2,
      { holders: [{ hub: 'shandong', state: 'UNKNOWN', v: 1 }] },
    ]);
    const counted = async () => {
      const metrics = await (await fetch(`${hubs.world.facts.zibo.url}/metrics`)).text();
      return /xinqiao_recall_unreachable\{[^}]*partner="shandong"[^}]*\} 30/.test(metrics);
    };
    await eventually('the count', counted, PATIENCE_MS);
  });
});
