import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runReceiptSchema } from '../../../src/contracts/messages/index.ts';
import { verifyOffline } from '../../../src/exchange/protocol/index.ts';
import { discardRun, releaseRun, readState, type RunReceipt } from '../../../src/intake/pipeline/index.ts';
import { listQuarantine, quarantineModel } from '../../../src/intake/quarantine/index.ts';
import { readSample, stageModel } from '../../../src/intake/stage/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import { claimLease, releaseLease } from '../../../src/registry/leases/index.ts';
import { counts, openRunWorld, row, rows, type RunWorld } from './run-fixture.ts';

const SOURCE = 'zc-penalty';
let world: RunWorld;
const waiting: { run: RunReceipt | null } = { run: null };
const order = (run: string) => ({ run, by: 'clerk01', reason: '部门已确认' });
const staged = () => stageModel.in(world.database).countDocuments({ kind: { $in: ['chunk', 'sample'] } });

beforeAll(async () => {
  world = await openRunWorld();
});
afterAll(() => world.close());

describe('a run that a gate stops', () => {
  it('accepts nothing, tells every figure and waits', async () => {
    world.supply([...rows(1, 8), row(9, { CF_YXQ: '' }), row(10, { CF_YXQ: '' })]);
    const run = await world.run({ rejectRate: { stop: '20%' } });
    waiting.run = run;
    expect(run.state).toBe('STOPPED');
    expect(counts(run)).toEqual([10, 0, 0, 2, 0, 8]);
    expect(run.gates.find((it) => it.gate === 'rejectRate')).toMatchObject({
      ...{ verdict: 'stop', count: 2, of: 10, stop: 0.2 },
    });
    expect(await world.versions()).toEqual({});
    expect(await staged()).toBeGreaterThan(0);
  });

  it('keeps its connector from running until a person has decided', async () => {
    await expect(world.run()).rejects.toMatchObject({ code: 'RUN_WAITS' });
  });

  it('leaves nothing behind that only it met once it is discarded, and is discarded once', async () => {
    expect(await listQuarantine(world.database, SOURCE, 10)).toHaveLength(2);
    const { id } = waiting.run!;
    await expect(discardRun(world.parts, { ...order(id), reason: ' ' })).rejects.toMatchObject({
      code: 'NO_REASON',
    });
    const discarded = await discardRun(world.parts, order(id));
    expect(discarded).toMatchObject({ state: 'DISCARDED', accepted: 0, staged: 8 });
    expect(await discardRun(world.parts, order(id))).toMatchObject({ state: 'DISCARDED' });
    await expect(releaseRun(world.parts, order(id))).rejects.toMatchObject({ code: 'RUN_NOT_WAITING' });
    expect(await quarantineModel.in(world.database).countDocuments({})).toBe(0);
    expect(await stageModel.in(world.database).countDocuments({})).toBe(0);
    const noted = await listAudit(world.database, 'RUN_DISCARDED', 10);
    expect(noted.map((it) => [it.actor, it.details])).toEqual([
      ['clerk01', { run: id, source: SOURCE, reason: '部门已确认' }],
    ]);
  });

  it('is accepted from its stage once it is released, with a receipt that anyone can verify', async () => {
    const stopped = await world.run({ rejectRate: { stop: '20%' } });
    // The file is gone meanwhile: what was read counts.
    world.supply([row(1)]);
    const released = await releaseRun(world.parts, order(stopped.id));
    expect(released).toMatchObject({ id: stopped.id, state: 'RELEASED', created: 8 });
    expect(counts(released)).toEqual([10, 8, 0, 2, 0, 0]);
    expect(Object.keys(await world.versions())).toHaveLength(8);
    expect(await staged()).toBe(0);
    const text = JSON.stringify(released);
    expect(runReceiptSchema.parse(JSON.parse(text)).files[0]).toMatchObject({ name: 'a.csv', rows: 10 });
    const keys = [
      {
        ...{ hub: 'zhoucun', id: 'k1', algorithm: 'ed25519' as const, publicKey: world.publicKey },
        ...{ from: '2026-01-01T00:00:00.000Z', until: null, revokedAt: null },
      },
    ];
    const verify = (it: string) => verifyOffline([{ name: 'r', text: it }], { keys, fingerprints: [] })[0];
    expect(verify(text)).toMatchObject({ valid: true, document: 'run-receipt', records: 8 });
    expect(verify(text.replace('"created":8', '"created":9'))).toMatchObject({ valid: false });
  });
});

describe('known records', () => {
  it('that would change in great number stop the run, and a person sees which and how', async () => {
    world.supply(rows(1, 8, { CF_WFXW: '误映射的列' }));
    const run = await world.run({ changeRateFrom: 8 });
    expect(run.state).toBe('STOPPED');
    expect(run.gates.find((it) => it.gate === 'changeRate')).toMatchObject({ count: 8, of: 8 });
    const sample = await readSample(world.database, run.id);
    expect(sample).toHaveLength(8);
    expect(sample[0]?.fields).toEqual([
      expect.objectContaining({ before: '未按规定公示信息', after: '误映射的列' }),
    ]);
    // A representative is masked, and a masked name is shown to nobody.
    expect(JSON.stringify(sample)).not.toContain('王');
    await discardRun(world.parts, order(run.id));
  });

  it('that a full read no longer holds are counted, and none is withdrawn', async () => {
    world.supply([...rows(1, 5), row(8, { CF_YXQ: '' })]);
    const run = await world.run({ shrink: { warn: '10%', stop: '90%' } });
    expect(run).toMatchObject({ state: 'DONE', missing: 2, withdrawn: 0 });
    expect(run.gates.find((it) => it.gate === 'shrink')).toMatchObject({ verdict: 'warn', count: 4, of: 10 });
    expect(Object.values(await world.versions()).flat()).toEqual(Array<string>(8).fill('1 UPSERT'));
  });

  it('stop a full read that is far shorter than the last one', async () => {
    world.supply([row(1)]);
    const run = await world.run({ shrink: { stop: '50%' } });
    expect(run.gates.find((it) => it.gate === 'shrink')).toMatchObject({ verdict: 'stop', count: 5, of: 6 });
    await discardRun(world.parts, order(run.id));
  });
});

describe('drift', () => {
  it('of columns and of code values is told by name', async () => {
    world.supply(rows(1, 5, { CF_CFLB: '新种类', XINLIE: 'x' }));
    const run = await world.run({ drift: { codes: 'warn', columns: 'stop' } });
    const of = (gate: string) => run.gates.find((it) => it.gate === gate);
    expect(of('columns')).toMatchObject({ verdict: 'stop', about: ['+XINLIE'] });
    expect(of('codes')).toMatchObject({ verdict: 'warn', count: 5 });
    await discardRun(world.parts, order(run.id));
  });
});

describe('runs of one connector', () => {
  it('exclude each other over processes', async () => {
    const held = await claimLease(world.database, `run:${SOURCE}`, { holder: 'another', forMs: 60_000 });
    await expect(world.run()).rejects.toMatchObject({ code: 'CONNECTOR_BUSY' });
    await releaseLease(world.database, held!);
  });

  it('write nothing where they are dry, and count the same', async () => {
    world.supply([...rows(1, 5), ...rows(21, 25), row(30, { CF_YXQ: '' })]);
    const all = async () => {
      const names = (await world.database.connection.db!.listCollections().toArray()).map((it) => it.name);
      const found = await Promise.all(
        names
          .filter((it) => it !== 'leases')
          .map((it) => world.database.connection.collection(it).find().toArray()),
      );
      return JSON.stringify(found);
    };
    const before = await all();
    const dry = await world.run({}, { dry: true });
    expect(dry.state).toBe('DRY');
    expect(counts(dry)).toEqual([11, 0, 5, 1, 0, 5]);
    expect(await all()).toBe(before);
    expect((await readState(world.database, SOURCE)).open ?? null).toBeNull();
  });
});
