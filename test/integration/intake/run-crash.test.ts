import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Signer } from '../../../src/infra/signing/index.ts';
import { listRuns, readState } from '../../../src/intake/pipeline/index.ts';
import { stageModel } from '../../../src/intake/stage/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { counts, openRunWorld, row, rows, type RunWorld } from './run-fixture.ts';

const SOURCE = 'zc-penalty';
let world: RunWorld;
const phase = async () => (await readState(world.database, SOURCE)).open?.phase ?? null;

beforeAll(async () => {
  world = await openRunWorld();
});
afterAll(() => world.close());

/** A key that cannot sign any more: the run ends between its last record and its receipt. */
const broken = (signer: Signer): Signer => ({
  ...signer,
  sign: () => {
    throw new Error('the key is away');
  },
});

describe('a run that ends in the middle', () => {
  it('while it reads has accepted nothing, and the next run starts again', async () => {
    world.supply(rows(1, 700));
    const onProgress = (read: number) => {
      if (read > 500) throw new Error('killed');
    };
    await expect(world.run({}, { onProgress })).rejects.toThrow('killed');
    expect(await phase()).toBe('reading');
    expect(await world.versions()).toEqual({});
    expect(await stageModel.in(world.database).countDocuments({ kind: 'chunk' })).toBe(1);
    world.supply(rows(1, 5));
    expect(counts(await world.run())).toEqual([5, 5, 0, 0, 0, 0]);
    expect(await stageModel.in(world.database).countDocuments({ kind: 'chunk' })).toBe(0);
  });

  it('after its last record is finished by the next one, and each effect is there once', async () => {
    world.supply([
      ...rows(1, 2),
      row(3, { CF_NR_FK: '0.9' }),
      row(4, { SFCX: '1' }),
      row(5, { CF_WSH: '新5号' }),
      row(6),
    ]);
    await expect(world.run({}, { signer: broken(world.signer) })).rejects.toThrow('the key is away');
    expect(await phase()).toBe('accepting');
    const before = await world.versions();
    const next = await world.run();
    expect(counts(next)).toEqual([6, 0, 6, 0, 0, 0]);
    expect(await world.versions()).toEqual(before);
    const [, finished] = await listRuns(world.database, { connector: SOURCE, limit: 2 });
    expect(finished).toMatchObject({
      state: 'DONE',
      created: 1,
      corrected: 2,
      withdrawn: 1,
      unchanged: 2,
      staged: 0,
    });
    expect(await phase()).toBeNull();
  });

  it('between two records is finished from its stage, though its file is gone', async () => {
    world.supply([...rows(1, 3), ...rows(11, 20)]);
    await expect(world.run({}, { signer: broken(world.signer) })).rejects.toThrow('the key is away');
    // As if the process had died before these were written.
    const gone = { ownerRow: { $in: [15, 16, 17].map((it) => `connector:${SOURCE}|${it}`) } };
    expect((await recordModel.in(world.database).deleteMany(gone)).deletedCount).toBe(3);
    world.supply([row(1)]);
    await world.run();
    const [, finished] = await listRuns(world.database, { connector: SOURCE, limit: 2 });
    expect(finished).toMatchObject({ read: 13, created: 10, corrected: 1, unchanged: 2, state: 'DONE' });
    const versions = await world.versions();
    for (let id = 11; id <= 20; id += 1) expect(versions[String(id)]).toEqual(['1 UPSERT']);
  });
});
