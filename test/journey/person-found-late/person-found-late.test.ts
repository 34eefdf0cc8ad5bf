import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeWorld, placesIn, writeWorld } from '../../../src/apps/demo/sources/world.ts';
import { getConnector } from '../../../src/apps/hub/index.ts';
import { tombstoneReasonOf } from '../../../src/domain/record/index.ts';
import { runConnector, type RunReceipt } from '../../../src/intake/pipeline/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import { findRecord, newestVersion, recordModel } from '../../../src/registry/records/index.ts';
import { HubProcesses } from '../../support/hub-processes.ts';
import { eventually } from '../../support/hubs.ts';

jest.setTimeout(180_000);
const PATIENCE_MS = 90_000;
const HUBS = ['zhoucun', 'zibo', 'shandong'] as const;

let hubs: HubProcesses;
let keys: string[];
/** Document numbers of the records in which the province found a person. */
let documents: string[];
/** Codes and names of their subjects. */
let subjects: string[];

async function collect(): Promise<RunReceipt> {
  const { catalogue, database, hub, log, secret, connectors } = hubs.parts.zhoucun;
  const connector = getConnector(connectors, 'zc-penalty');
  return runConnector({ connector, catalogue, database, hub, log, secret, clock: systemClock });
}

const erasedAt = (hub: (typeof HUBS)[number]) =>
  recordModel.in(hubs.parts[hub].database).countDocuments({ 'versions.statement.reason': 'PERSON_FOUND' });

beforeAll(async () => {
  hubs = await HubProcesses.open();
  const places = placesIn(hubs.world.folder);
  await writeWorld(makeWorld({ rows: 250, seed: 7, today: systemClock.today() }), places);
  Object.assign(process.env, { XQ_INBOX_DIR: places.inbox });
  await collect();
  const traders = await recordModel
    .in(hubs.parts.zhoucun.database)
    .find({ subject: { $regex: '^92' } })
    .toArray();
  keys = traders.map((it) => it._id);
  documents = traders.map((it) => newestVersion(it).statement['documentNo'] as string);
  subjects = [...new Set(traders.flatMap((it) => [it.subject, it.subjectName]))];
  await Promise.all([hubs.start('zhoucun'), hubs.start('zibo')]);
  // The province takes no sole traders at all: to it they are persons.
  await hubs.start('shandong', (file) => ({ ...file, soleTraders: 'off' }));
}, 120_000);
afterAll(() => hubs.close());

describe('a person whom the province finds in records of the district', () => {
  it('makes the origin erase every such record and withdraw it at the city', async () => {
    expect(keys.length).toBeGreaterThan(3);
    await eventually(
      'the erasure at the district',
      async () => (await erasedAt('zhoucun')) === keys.length,
      PATIENCE_MS,
    );
    await eventually(
      'the erasure at the city',
      async () => (await erasedAt('zibo')) === keys.length,
      PATIENCE_MS,
    );
    const done = async () =>
      (await listAudit(hubs.parts.zhoucun.database, 'PERSON_ERASED', 1_000)).length === keys.length &&
      (await listAudit(hubs.parts.zibo.database, 'PERSON_ERASED', 1_000)).length === keys.length;
    await eventually('both to have finished', done, PATIENCE_MS);
  });

  it('leaves no word of them in any database of the three hubs', async () => {
    for (const hub of HUBS) {
      expect({ hub, in: await hubs.remains(hub, documents) }).toEqual({ hub, in: [] });
      expect({ hub, in: (await hubs.remains(hub, subjects)).filter((it) => it !== 'quarantine') }).toEqual({
        hub,
        in: [],
      });
    }
  });

  it('leaves every other record where it was', async () => {
    const { database } = hubs.parts.zhoucun;
    const others = await recordModel.in(database).countDocuments({ 'head.operation': 'UPSERT' });
    expect(others).toBeGreaterThan(20);
    expect(
      await recordModel.in(hubs.parts.zibo.database).countDocuments({ 'head.operation': 'UPSERT' }),
    ).toBe(others);
  });

  it('shows at the origin who refused and who holds the withdrawal', async () => {
    const [key = ''] = keys;
    const told = async () => (await hubs.holders('zhoucun', key))['zibo']?.state === 'WITHDRAWN';
    await eventually('the word of the city', told, PATIENCE_MS);
    expect(await hubs.holders('zhoucun', key)).toMatchObject({
      zibo: { state: 'WITHDRAWN', v: 2, current: true },
      shandong: { state: 'REFUSED', v: null, rule: 'NATURAL_PERSON_SUBJECT', reportedBy: ['zibo'] },
    });
    expect((await hubs.xinqiao('zhoucun', 'holders', key, '--json')).status).toBe(0);
    expect(await hubs.askCity(key)).toMatchObject({ withdrawn: true });
  });

  it('is not brought back by the next run of the same source', async () => {
    const again = await collect();
    expect(again.findingsByRule['PERSON_FOUND_BEFORE']).toBeGreaterThanOrEqual(keys.length);
    expect(again.read).toBe(again.accepted + again.unchanged + again.quarantined + again.refused);
    const record = await findRecord(hubs.parts.zhoucun.database, keys[0] ?? '');
    expect(tombstoneReasonOf(newestVersion(record!).statement)).toBe('PERSON_FOUND');
    expect(await hubs.remains('zhoucun', documents)).toEqual([]);
    expect((await hubs.remains('zhoucun', subjects)).filter((it) => it !== 'quarantine')).toEqual([]);
  });
});
