import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyCorrections, type Corrections } from '../../../src/apps/demo/sources/corrections.ts';
import { startTaxFeed, type Feed } from '../../../src/apps/demo/sources/tax-feed.ts';
import {
  makeWorld,
  namedByHabit,
  placesIn,
  writeWorld,
  type World,
  type WorldPlaces,
} from '../../../src/apps/demo/sources/world.ts';
import { addsUp } from '../../../src/apps/demo/steps.ts';
import { getConnector, readStatus, type RunningHub } from '../../../src/apps/hub/index.ts';
import { reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { runConnector, type RunReceipt } from '../../../src/intake/pipeline/index.ts';
import { listQuarantine } from '../../../src/intake/quarantine/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { recordModel, type RecordDocument } from '../../../src/registry/records/index.ts';
import { eventually, makeHubWorld } from '../../support/hubs.ts';

const COLLECTED = ['zc-register', 'zc-penalty', 'zc-licence', 'zc-frxzcf', 'zc-tax-grade'];
let zhoucun: RunningHub;
let zibo: RunningHub;
let shandong: RunningHub;
let feed: Feed;
let world: World;
let places: WorldPlaces;
let first: RunReceipt[];
let corrections: Corrections;

async function collect(hub: RunningHub, ids: readonly string[]): Promise<RunReceipt[]> {
  const { catalogue, database, hub: file, log, secret, connectors } = hub.parts;
  const receipts: RunReceipt[] = [];
  for (const id of ids) {
    const connector = getConnector(connectors, id);
    receipts.push(
      await runConnector({ connector, catalogue, database, hub: file, log, secret, clock: systemClock }),
    );
  }
  return receipts;
}

async function settled(hub: RunningHub, partner: string): Promise<boolean> {
  const status = await readStatus(hub.parts, null);
  const counts = status.partners.find((it) => it.id === partner)?.deliveries ?? {};
  const open = (counts['pending'] ?? 0) + (counts['packed'] ?? 0) + (counts['stored'] ?? 0);
  return open + status.unsequenced + status.unrelayed === 0;
}

async function delivered(): Promise<void> {
  await eventually('delivery to the city', () => settled(zhoucun, 'zibo'));
  await eventually('delivery to the province', () => settled(zibo, 'shandong'));
  await eventually('the pull', async () => {
    const pulled = (await readStatus(zhoucun.parts, null)).partners.find(
      (it) => it.id === 'zibo',
    )?.pulledThrough;
    return pulled === (await readStatus(zibo.parts, null)).seq;
  });
}

const compare = (from: RunningHub, to: string) =>
  reconcile(from.parts.caller, from.parts.caller.directory.get(to), { rebuild: true });

async function findByDocument(hub: RunningHub, documentNo: string): Promise<RecordDocument[]> {
  const filter = { 'versions.statement.documentNo': documentNo };
  return recordModel.in(hub.parts.database).find(filter).toArray();
}

beforeAll(async () => {
  const hubs = await makeHubWorld();
  places = placesIn(hubs.folder);
  world = namedByHabit(makeWorld({ rows: 1_000, seed: 7, today: systemClock.today() }));
  await writeWorld(world, places);
  feed = await startTaxFeed(world.grades);
  Object.assign(process.env, {
    XQ_INBOX_DIR: places.inbox,
    XQ_FRXZCF_DSN: places.front,
    XQ_HOUSING_DSN: places.housing,
    XQ_TAX_URL: feed.url,
  });
  [zhoucun, zibo, shandong] = await Promise.all([
    hubs.start('zhoucun'),
    hubs.start('zibo'),
    hubs.start('shandong'),
  ]);
});
afterAll(async () => {
  await Promise.all([zhoucun, zibo, shandong].map((it) => it.close()));
  await feed.close();
});

describe('the main job', () => {
  it('collects from six sources, and every receipt adds up', async () => {
    first = [...(await collect(zhoucun, COLLECTED)), ...(await collect(zibo, ['zd-penalty']))];
    expect(first.map(addsUp)).toEqual([...COLLECTED, 'zd-penalty'].map(() => true));
    expect(first.every((it) => it.accepted > 0)).toBe(true);
    expect(first[1]?.refused).toBeGreaterThan(0);
    expect(first[1]?.quarantined).toBeGreaterThan(0);
  });

  it('fails the check of a receipt from which one row is missing', () => {
    const [receipt] = first;
    expect(addsUp({ ...receipt!, refused: receipt!.refused - 1 })).toBe(false);
    expect(addsUp({ ...receipt!, created: receipt!.created + 1 })).toBe(false);
  });

  it('keeps no number of a person in quarantine', async () => {
    const rows = await listQuarantine(zhoucun.parts.database, 'zc-penalty', 1_000);
    expect(rows.length).toBeGreaterThan(0);
    // Digests are left out: one in some hundred has so many digits in a row.
    const kept = rows.map(({ row, rowNumber, redacted, findings }) => ({
      row,
      rowNumber,
      redacted,
      findings,
    }));
    expect(JSON.stringify(kept)).not.toMatch(/\d{17}[\dX]/);
    expect(rows.every((it) => it.findings.every((finding) => finding.zh !== '' && finding.en !== ''))).toBe(
      true,
    );
  });

  it('changes nothing when the same input comes again', async () => {
    const again = await collect(zhoucun, COLLECTED);
    expect(again.map((it) => it.accepted)).toEqual(COLLECTED.map(() => 0));
    expect(again.map(addsUp)).toEqual(COLLECTED.map(() => true));
  });

  it('brings the same set of versions to the city, the province and back', async () => {
    await delivered();
    for (const found of [
      await compare(zhoucun, 'zibo'),
      await compare(zibo, 'shandong'),
      await compare(zibo, 'zhoucun'),
    ]) {
      expect(found.equal).toBe(true);
      expect(found.records).toBeGreaterThan(0);
    }
  });

  it('sends nothing back up that came down', async () => {
    const down = await recordModel.in(zhoucun.parts.database).countDocuments({ origin: 'zibo' });
    const status = await readStatus(zhoucun.parts, null);
    const up = Object.values(status.partners.find((it) => it.id === 'zibo')?.deliveries ?? {});
    expect(down).toBeGreaterThan(0);
    expect(up.reduce((sum, it) => sum + it, 0)).toBe(status.records - down);
  });

  it('carries corrections and a withdrawal to the province, and history stays', async () => {
    corrections = await applyCorrections(world, places);
    const receipts = await collect(zhoucun, ['zc-penalty', 'zc-licence']);
    expect(receipts.map((it) => [it.corrected, it.withdrawn])).toEqual([
      [2, 0],
      [0, 1],
    ]);
    await delivered();
    const [amended] = await findByDocument(shandong, corrections.amount.documentNo);
    expect(amended?.versions.map((it) => it.v)).toEqual([1, 2]);
    expect(amended?.versions[1]?.statement['fineWanYuan']).toBe(corrections.amount.fineWanYuan);
    expect(amended?.versions[0]?.knownUntil).toEqual(amended?.versions[1]?.knownFrom);
    const [withdrawn] = await findByDocument(shandong, corrections.withdrawn.documentNo);
    expect(withdrawn?.head.operation).toBe('WITHDRAW');
  });

  it('leaves no second record alive under the number that was wrong', async () => {
    for (const hub of [zhoucun, zibo, shandong]) {
      const [before] = await findByDocument(hub, corrections.number.before);
      const [after] = await findByDocument(hub, corrections.number.after);
      expect(before?.head.operation).toBe('WITHDRAW');
      expect(after?.head.operation).toBe('UPSERT');
      expect(after?.replaces).toBe(before?._id);
    }
    expect((await compare(zhoucun, 'zibo')).equal).toBe(true);
    expect((await compare(zibo, 'shandong')).equal).toBe(true);
  });

  it('finds the difference when a hub loses a record, changes one, or has one too many', async () => {
    const records = recordModel.in(zibo.parts.database);
    const [lost, changed] = await records.find({ origin: 'zhoucun', 'head.v': 1 }).limit(2).toArray();
    await records.deleteOne({ _id: lost!._id });
    expect((await compare(zhoucun, 'zibo')).differences.missingThere.map((it) => it.key)).toEqual([
      lost!._id,
    ]);
    await records.insertOne(lost!);
    await records.updateOne({ _id: changed!._id }, { $set: { 'head.hash': 'f'.repeat(64) } });
    expect((await compare(zhoucun, 'zibo')).differences.conflicting.map((it) => it.key)).toEqual([
      changed!._id,
    ]);
    await records.replaceOne({ _id: changed!._id }, changed!);
    const extra = { ...lost!, _id: 'e'.repeat(64) };
    await records.insertOne(extra);
    expect((await compare(zhoucun, 'zibo')).differences.missingHere.map((it) => it.key)).toEqual([extra._id]);
    await records.deleteOne({ _id: extra._id });
    expect((await compare(zhoucun, 'zibo')).equal).toBe(true);
  });
});
