import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { tombstoneReasonOf } from '../../../src/domain/record/index.ts';
import { reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { acceptBatch, findRecord, newestVersion } from '../../../src/registry/records/index.ts';
import { HubProcesses } from '../../support/hub-processes.ts';
import { eventually } from '../../support/hubs.ts';
import { penaltyOf } from '../../support/penalties.ts';

jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
/** Stands in the restricted version alone. */
const INTERNAL = '仅限本平台内部使用的内容';

let hubs: HubProcesses;
const first = penaltyOf('测罚〔2026〕甲1号');
const { key } = first;

const strict = <File extends { recall: { overdueAfterHours: number } }>(file: File): File => ({
  ...file,
  recall: { overdueAfterHours: 0 },
});
const statesAt = async (hub: 'zhoucun' | 'zibo') =>
  Object.values(await hubs.holders(hub, key))
    .map((it) => `${it.hub} ${it.state} ${it.v}`)
    .sort();
const until = (what: string, hub: 'zhoucun' | 'zibo', states: string[]) =>
  eventually(what, async () => JSON.stringify(await statesAt(hub)) === JSON.stringify(states), PATIENCE_MS);

beforeAll(async () => {
  hubs = await HubProcesses.open();
  await Promise.all((['zhoucun', 'zibo', 'shandong'] as const).map((it) => hubs.start(it, strict)));
}, 120_000);
afterAll(() => hubs.close());

describe('a record whose disclosure is raised at its origin', () => {
  it('is known there to be held two hops away, by the signature of the holder itself', async () => {
    await acceptBatch(hubs.parts.zhoucun.database, [first]);
    await until('the tree', 'zhoucun', ['shandong CONFIRMED 1', 'zibo CONFIRMED 1']);
    const { shandong, zibo } = await hubs.holders('zhoucun', key);
    expect(shandong).toMatchObject({
      reportedBy: ['zibo'],
      attestedBy: null,
      hashMatches: true,
      current: true,
    });
    expect(zibo).toMatchObject({ reportedBy: [], attestedBy: null, hashMatches: true, current: true });
    expect((await hubs.xinqiao('zhoucun', 'holders', key)).status).toBe(0);
  });

  it('is unknown and overdue at whoever cannot be reached', async () => {
    await hubs.stop('shandong');
    const restricted = {
      ...penaltyOf('测罚〔2026〕甲1号', INTERNAL),
      disclosure: { class: 'RESTRICTED', publishable: false, reason: null } as const,
    };
    await acceptBatch(hubs.parts.zhoucun.database, [restricted]);
    await until('the city', 'zhoucun', ['shandong UNKNOWN 1', 'zibo WITHDRAWN 2']);
    const { status, stdout } = await hubs.xinqiao('zhoucun', 'holders', key, '--json', '--overdue');
    expect([status, JSON.parse(stdout)]).toMatchObject([
      2,
      { holders: [{ hub: 'shandong', overdue: true }] },
    ]);
    await until('the city itself', 'zibo', ['shandong UNKNOWN 1']);
    const listed = await hubs.xinqiao('zibo', 'holders', '--overdue', '--json');
    expect([listed.status, JSON.parse(listed.stdout)]).toMatchObject([2, { key, hub: 'shandong', v: 2 }]);
    const metrics = await (await fetch(`${hubs.world.facts.zibo.url}/metrics`)).text();
    expect(metrics).toMatch(/xinqiao_recall_overdue\{[^}]*partner="shandong"[^}]*\} 1/);
  });

  it('is withdrawn everywhere in the end, and the hub of its origin is told', async () => {
    await hubs.start('shandong', strict);
    await until('the tree', 'zhoucun', ['shandong WITHDRAWN 2', 'zibo WITHDRAWN 2']);
    expect((await hubs.xinqiao('zhoucun', 'holders', key)).status).toBe(0);
    expect(await hubs.askCity(key)).toEqual({
      version: 2,
      withdrawn: true,
      holders: [{ platform: 'shandong', state: 'WITHDRAWN', version: 2, current: true, overdue: false }],
    });
    expect(await hubs.askCity('0'.repeat(64))).toBeNull();
  });

  it('left nothing of its restricted version outside, and the hubs agree on what each holds', async () => {
    expect(await hubs.remains('zhoucun', [INTERNAL])).toEqual(['records']);
    for (const hub of ['zibo', 'shandong'] as const) {
      expect(await hubs.remains(hub, [INTERNAL])).toEqual([]);
      const record = await findRecord(hubs.parts[hub].database, key);
      expect(tombstoneReasonOf(newestVersion(record!).statement)).toBe('NO_LONGER_ENTITLED');
    }
    for (const [from, to] of [
      ['zhoucun', 'zibo'],
      ['zibo', 'shandong'],
    ] as const) {
      const { caller } = hubs.parts[from];
      expect(await reconcile(caller, caller.directory.get(to))).toMatchObject({ equal: true, records: 1 });
    }
  });
});
