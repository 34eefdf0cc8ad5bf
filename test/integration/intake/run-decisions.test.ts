import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  getRun,
  listMissing,
  readState,
  replayRun,
  resetState,
  revertRun,
  setCursor,
  withdrawMissing,
  type RunReceipt,
} from '../../../src/intake/pipeline/index.ts';
import { UNNAMED_OWNER } from '../../../src/intake/connectors/index.ts';
import { quarantineModel } from '../../../src/intake/quarantine/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { counts, openRunWorld, row, rows, type RunWorld } from './run-fixture.ts';

const SOURCE = 'zc-penalty';
let world: RunWorld;
let second: RunReceipt;
const order = (run: string) => ({ run, by: 'clerk01', reason: '部门已确认' });
const incremental = () => ({
  connector: { ...world.connector, sync: { ...world.connector.sync, mode: 'incremental' as const } },
});
const missing = async (run: string) => {
  const found: (string | null)[] = [];
  for await (const it of listMissing(world.database, run)) found.push(it.row);
  return found.sort();
};

beforeAll(async () => {
  world = await openRunWorld();
});
afterAll(() => world.close());

describe('taking a run back', () => {
  it('is refused for a run that accepted nothing, and without a reason', async () => {
    world.supply(rows(1, 5));
    const stopped = await world.run({ rejectRate: { stop: '0%' }, drift: { columns: 'stop' } });
    expect(stopped.state).toBe('DONE');
    await expect(revertRun(world.parts, { ...order(stopped.id), by: '' })).rejects.toMatchObject({
      code: 'NO_REASON',
    });
    for (const by of ['张测试', '370306199001011237'])
      await expect(revertRun(world.parts, { ...order(stopped.id), by })).rejects.toMatchObject({
        code: 'BAD_ACTOR',
      });
    await expect(world.run({}, { by: '张测试' })).rejects.toMatchObject({ code: 'BAD_ACTOR' });
    await expect(
      revertRun(world.parts, { ...order(stopped.id), reason: '找13800138000问' }),
    ).rejects.toMatchObject({ code: 'BAD_REASON' });
    await expect(revertRun(world.parts, order('no-run'))).rejects.toMatchObject({ code: 'UNKNOWN_RUN' });
  });

  it('withdraws what it created, restores what it changed or ended, and leaves what changed since', async () => {
    world.supply([
      row(1, { CF_NR_FK: '0.9' }),
      row(2, { SFCX: '1' }),
      row(3, { CF_WSH: '周市监罚字〔2026〕33号' }),
      row(4, { CF_NR_FK: '0.8' }),
      row(5),
      row(6),
    ]);
    second = await world.run();
    expect(second).toMatchObject({ created: 1, corrected: 3, withdrawn: 1, unchanged: 1 });
    world.supply([row(4, { CF_NR_FK: '0.7' })]);
    await world.run();
    const { receipt, withdrawn, restored, left } = await revertRun(world.parts, order(second.id));
    expect(receipt).toMatchObject({ state: 'REVERTED', decision: { by: 'clerk01', reason: '部门已确认' } });
    expect([withdrawn, restored, left.length]).toEqual([2, 3, 1]);
    const living = await recordModel
      .in(world.database)
      .find({ 'head.operation': { $ne: 'WITHDRAW' } })
      .toArray();
    const shown = living.map((it) => {
      const { statement } = it.versions.at(-1)!;
      return [statement['documentNo'], statement['fineWanYuan']];
    });
    expect(shown.sort()).toEqual([
      ['周市监罚字〔2026〕1号', '0.500000'],
      ['周市监罚字〔2026〕2号', '0.500000'],
      ['周市监罚字〔2026〕3号', '0.500000'],
      ['周市监罚字〔2026〕4号', '0.700000'],
      ['周市监罚字〔2026〕5号', '0.500000'],
    ]);
  });

  it('does nothing more when it is done again', async () => {
    const before = await world.versions();
    const again = await revertRun(world.parts, order(second.id));
    expect([again.withdrawn, again.restored, again.left.length]).toEqual([0, 0, 1]);
    expect(await world.versions()).toEqual(before);
  });
});

describe('records that a full read did not meet', () => {
  it('are listed, and withdrawn only where the producer confirms them', async () => {
    world.supply([row(1), row(2, { CF_YXQ: '' }), row(4, { CF_NR_FK: '0.7' })]);
    const full = await world.run();
    expect(full.missing).toBe(2);
    expect(await missing(full.id)).toEqual(['3', '5']);
    const records = await recordModel.in(world.database).find({}).toArray();
    const keyOf = (id: string, living: boolean) =>
      records.find((it) => it.ownerRow?.endsWith(`|${id}`) && (it.head.operation !== 'WITHDRAW') === living)!
        ._id;
    const keys = [keyOf('5', true), keyOf('1', true)];
    const done = await withdrawMissing(world.parts, order(full.id), keys);
    expect(done).toEqual({ withdrawn: 1, notMissing: [keyOf('1', true)] });
    expect(await missing(full.id)).toEqual(['3']);
    expect((await withdrawMissing(world.parts, order(full.id), keys)).withdrawn).toBe(0);
    await expect(missing(second.id)).rejects.toMatchObject({ code: 'NOT_LAST_FULL_READ' });
  });
});

describe('a run judged again', () => {
  it('names files that are gone, and changes nothing', async () => {
    const [last] = [await getRun(world.database, (await readState(world.database, SOURCE)).lastFull!.run)];
    world.supply([row(1)]);
    const { connector } = world;
    await expect(replayRun({ ...world.parts, connector }, last.id, false)).rejects.toMatchObject({
      code: 'REPLAY_FILE_GONE',
    });
  });

  it('shows which rows are judged otherwise by the manifest of today, and applies it as a run', async () => {
    world.supply([row(51), row(52, { CF_NR_FK: '5000元' }), row(53)]);
    const before = await world.run();
    expect(counts(before)).toEqual([3, 2, 0, 1, 0, 0]);
    const map = { ...world.connector.map };
    Reflect.deleteProperty(map, 'fineWanYuan');
    const connector = { ...world.connector, map };
    const options = { ...world.parts, connector };
    const seen = await replayRun(options, before.id, false);
    expect(seen.after).toMatchObject({ state: 'DRY', staged: 3 });
    expect(seen.soundNow.map((it) => it.row)).toEqual(['52']);
    expect(seen.badNow).toEqual([]);
    const applied = await replayRun(options, before.id, true);
    expect(applied.after).toMatchObject({ state: 'DONE', created: 1, corrected: 2 });
  });
});

describe('a row that waits without a name of its own', () => {
  it('waits no more once the same row is judged sound, and goes on waiting while it is not', async () => {
    const sync = { ...world.connector.sync };
    Reflect.deleteProperty(sync, 'key');
    const metadata = { ...world.connector.metadata, id: 'zc-nameless' };
    const connector = { ...world.connector, metadata, sync };
    world.supply([row(61, { CF_NR_FK: '5000元' }), row(62, { CF_XDR_SHXYM: '91370306QQQQ00013X' }), row(63)]);
    const before = await world.run({}, { connector });
    expect(counts(before)).toEqual([3, 1, 0, 2, 0, 0]);
    const map = { ...connector.map };
    Reflect.deleteProperty(map, 'fineWanYuan');
    await replayRun({ ...world.parts, connector: { ...connector, map } }, before.id, true);
    const states = await quarantineModel
      .in(world.database)
      .find({ source: 'zc-nameless' })
      .sort({ row: 1 })
      .toArray();
    expect(states.map((it) => [it.rowNumber, it.status])).toEqual([
      ['2', 'resolved'],
      ['3', 'open'],
    ]);
  });
});

describe('a draft whose department nobody has written', () => {
  it('is run dry and never for good', async () => {
    const metadata = { ...world.connector.metadata, id: 'zc-draft', owner: UNNAMED_OWNER };
    const connector = { ...world.connector, metadata };
    expect((await world.run({}, { connector, dry: true })).state).toBe('DRY');
    await expect(world.run({}, { connector })).rejects.toMatchObject({ code: 'OWNER_UNNAMED' });
  });
});

describe('files of an incremental source', () => {
  it('are read once by their digest, again on demand, and again once their run was taken back', async () => {
    world.supply(rows(71, 73), 'b.csv');
    const first = await world.run({}, incremental());
    expect(first.files.map((it) => it.state)).toEqual(['read', 'read']);
    expect(first.files[0]?.sm3).toMatch(/^[0-9a-f]{64}$/);
    world.supply(rows(74, 75), 'c.csv');
    const next = await world.run({}, incremental());
    expect(next.read).toBe(2);
    expect(next.files.map((it) => [it.name, it.state, it.readBy])).toEqual([
      ['a.csv', 'skipped', first.id],
      ['b.csv', 'skipped', first.id],
      ['c.csv', 'read', null],
    ]);
    expect((await world.run({}, { ...incremental(), again: true })).read).toBe(8);
    await revertRun(world.parts, order(first.id));
    expect((await world.run({}, incremental())).read).toBeLessThan(8);
  });
});

describe('the state of a connector', () => {
  const by = { by: 'clerk01', reason: '补采' };

  it('takes no cursor that its manifest does not know, and none while a run waits', async () => {
    const { parts, connector } = world;
    const order = { connector, order: by };
    await expect(setCursor(parts, order, { ID: '1' })).rejects.toMatchObject({ code: 'BAD_CURSOR_VALUE' });
    const sql = { ...connector, sync: { ...connector.sync, cursor: ['SJC', 'ID'] } };
    for (const value of [{ SJC: 'x' }, { SJC: 'x', ID: 1 }, { SJC: 'x', ID: '1', X: '2' }, 'x', [], null])
      await expect(setCursor(parts, { ...order, connector: sql }, value)).rejects.toMatchObject({
        code: 'BAD_CURSOR_VALUE',
      });
    const state = await setCursor(parts, { ...order, connector: sql }, { SJC: '2026-11-01', ID: '7' });
    expect(state.cursor).toEqual({ SJC: '2026-11-01', ID: '7' });
    expect(await resetState(parts, order)).toMatchObject({ cursor: null, files: [] });
    world.supply([row(1, { CF_YXQ: '' })]);
    const waits = await world.run({ rejectRate: { stop: '10%' } });
    expect(waits.state).toBe('STOPPED');
    await expect(resetState(parts, order)).rejects.toMatchObject({ code: 'RUN_WAITS' });
  });
});
