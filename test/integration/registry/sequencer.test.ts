import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HubDatabase } from '../../../src/infra/mongo/index.ts';
import { changeModel, lastSeq, listChanges, Sequencer } from '../../../src/registry/changes/index.ts';
import { leaseModel } from '../../../src/registry/leases/index.ts';
import { acceptBatch, countUnsequenced, recordModel } from '../../../src/registry/records/index.ts';
import { candidateOf, dropRegistry, keyOf, openRegistry, recordOf } from './registry-fixture.ts';

let database: HubDatabase;

beforeAll(async () => {
  database = await openRegistry();
});

beforeEach(async () => {
  for (const model of [recordModel, changeModel, leaseModel]) await model.in(database).deleteMany({});
});

afterAll(async () => dropRegistry(database));

/** What a process that died left behind: nobody holds the lease. */
const forgetLeader = async () => leaseModel.in(database).deleteMany({});

async function sequence(): Promise<[number, string, number][]> {
  return (await listChanges(database, 0, 1_000)).map((it) => [it._id, it.key, it.v]);
}

async function drain(sequencer: Sequencer): Promise<void> {
  while ((await sequencer.step()) > 0);
}

const accept = async (name: string, title: string, ownerRow: string | null = null) =>
  acceptBatch(database, [candidateOf(name, { title }, { ownerRow })]);

describe('Sequencer', () => {
  it('does nothing while another process leads', async () => {
    const [leader, second] = [new Sequencer(database), new Sequencer(database)];
    await leader.step();
    await accept('led', 'a');
    expect(await second.step()).toBe(0);
    expect(await lastSeq(database)).toBe(0);
    expect(await leader.step()).toBe(1);
  });

  it('gives every version its place without a gap, the versions of a record in order', async () => {
    const sequencer = new Sequencer(database);
    for (const title of ['a', 'b', 'c']) {
      for (const name of ['x', 'y']) await accept(name, title);
      if (title !== 'a') await drain(sequencer);
    }
    const placed = await sequence();
    expect(placed.map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const name of ['x', 'y']) {
      expect(placed.filter(([, key]) => key === keyOf(name)).map(([, , v]) => v)).toEqual([1, 2, 3]);
    }
    expect(await countUnsequenced(database)).toBe(0);
    expect(await recordOf(database, 'x')).not.toHaveProperty('outbox');
  });

  it('goes on from the last place when another process takes over', async () => {
    await accept('first', 'a');
    await drain(new Sequencer(database));
    await forgetLeader();
    await accept('second', 'a');
    await drain(new Sequencer(database));
    expect((await sequence()).map(([seq, key]) => [seq, key])).toEqual([
      [1, keyOf('first')],
      [2, keyOf('second')],
    ]);
  });

  it('never gives a version two places', async () => {
    await accept('unique', 'a');
    await drain(new Sequencer(database));
    const [change] = await listChanges(database, 0, 1);
    await expect(changeModel.in(database).insertOne({ ...change!, _id: 2 })).rejects.toMatchObject({
      code: 11_000,
    });
  });

  it('heals a crash between the append and the settling: the version keeps its one place', async () => {
    await accept('crash', 'a');
    const { outbox } = await recordOf(database, 'crash');
    await drain(new Sequencer(database));
    await recordModel.in(database).updateOne({ _id: keyOf('crash') }, { $set: { outbox: outbox ?? [] } });
    await forgetLeader();
    await accept('crash', 'b');
    await drain(new Sequencer(database));
    expect((await sequence()).map(([seq, , v]) => [seq, v])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await countUnsequenced(database)).toBe(0);
  });

  it('heals a leader that woke up after another had gone on: no gap, no double', async () => {
    const sleeper = new Sequencer(database);
    await accept('a', '1');
    await drain(sleeper);
    const lease = await leaseModel.in(database).findOne({ _id: 'sequencer' });
    await forgetLeader();
    await accept('b', '1');
    await drain(new Sequencer(database));
    // The sleeper believes that its lease still lives, and counts on from what it knew.
    await leaseModel.in(database).replaceOne({ _id: 'sequencer' }, { ...lease! });
    await accept('c', '1');
    await accept('d', '1');
    expect(await sleeper.step()).toBe(0);
    await drain(sleeper);
    expect((await sequence()).map(([seq]) => seq)).toEqual([1, 2, 3, 4]);
    expect(new Set((await sequence()).map(([, key]) => key)).size).toBe(4);
  });

  it('puts a replacing record behind the withdrawal of the one it replaces', async () => {
    const sequencer = new Sequencer(database);
    for (let round = 0; round < 10; round += 1) {
      const [before, after] = [`before-${round}`, `after-${round}`];
      await accept(before, 'a', `source|${round}`);
      await drain(sequencer);
      await accept(after, 'b', `source|${round}`);
      await drain(sequencer);
      const places = (await sequence()).slice(-2).map(([, key, v]) => [key, v]);
      expect(places).toEqual([
        [keyOf(before), 2],
        [keyOf(after), 1],
      ]);
    }
  });
});
