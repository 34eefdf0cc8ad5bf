import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deliveryModel } from '../../../src/exchange/delivery/index.ts';
import { moveByHand } from '../../../src/exchange/operator/index.ts';
import {
  heldSet,
  owedSet,
  sumsModel,
  takeSnapshot,
  type ElementSet,
  type Snapshot,
} from '../../../src/exchange/reconciliation/index.ts';
import { PartnerDirectory } from '../../../src/exchange/partners/index.ts';
import { Sequencer } from '../../../src/registry/changes/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

let pair: DeliveryPair;

beforeAll(async () => {
  pair = await openDeliveryPair();
});
afterAll(() => pair.close());

const district = () => pair.zhoucun.database;
const city = () => pair.zibo.parts.database;
const directory = () => pair.zhoucun.caller.directory;
const owed = () => owedSet(district(), directory(), directory().get('zibo'));
const held = () => heldSet(city(), 'zhoucun');

const factsOf = ({ rows, apart, items, seq }: Snapshot) => ({
  total: rows.total(),
  rows: rows.bytes,
  apart,
  items,
  seq,
});

/** The cache, brought up to date, is what everything read anew comes to. */
async function sameAsAnew(set: ElementSet, database: typeof city): Promise<Snapshot> {
  const cached = await takeSnapshot(database(), set);
  const anew = await takeSnapshot(database(), set, { rebuild: true });
  expect(factsOf(cached)).toEqual(factsOf(anew));
  return cached;
}

async function sequenceCity(): Promise<void> {
  const sequencer = new Sequencer(city());
  while ((await sequencer.step()) > 0);
  await sequencer.giveBack();
}

type Step =
  | { do: 'owe' | 'correct' | 'withdraw' | 'hold' | 'release' | 'refuse' | 'replay'; of: number }
  | { do: 'drain' | 'cut' | 'look'; of: number };

const NUMBERS = 6;
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    'owe',
    'correct',
    'withdraw',
    'hold',
    'release',
    'refuse',
    'replay',
    'drain',
    'cut',
    'look',
  ),
  of: fc.nat(NUMBERS - 1),
});

/** One thing that happens to the records of a history. */
async function happens(it: Step, name: (of: number) => string): Promise<void> {
  const zibo = { partner: 'zibo' };
  const what = (move: 'hold' | 'release' | 'replay') => ({ move, dryRun: false, by: 'test', reason: null });
  switch (it.do) {
    case 'owe':
      await pair.owe(name(it.of));
      return;
    case 'correct':
      await pair.correct(name(it.of), `${it.of + 2}.000000`);
      return;
    case 'withdraw':
      await pair.withdraw(name(it.of));
      return;
    case 'drain':
      await pair.drain();
      await pair.lookAgain();
      return;
    case 'cut':
      pair.door.meddle((path) => (path.endsWith('/envelopes') ? 'drop-reply' : 'cut'));
      await pair.drain();
      pair.door.meddle(() => 'forward');
      await pair.lookAgain();
      return;
    case 'refuse':
      // As a receipt of a receiver with another rule leaves it.
      await deliveryModel
        .in(district())
        .updateMany(
          { ...zibo, state: 'accepted', v: it.of + 1 },
          { $set: { state: 'rejected', disposition: 'quarantined' } },
        );
      return;
    case 'look':
      await takeSnapshot(district(), owed());
      return;
    case 'hold':
    case 'release':
    case 'replay':
      await moveByHand(district(), zibo, what(it.do));
  }
}

describe('cached sums', () => {
  it('are what everything read anew comes to, after any history', async () => {
    let run = 0;
    const law = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (history) => {
      run += 1;
      const name = (of: number) => `史-${run}-${of}`;
      for (const it of history) await happens(it, name);
      await sequenceCity();
      await sameAsAnew(owed(), district);
      await sameAsAnew(held(), city);
    });
    await fc.assert(law, { seed: 20_260_403, numRuns: 8, endOnFailure: true });
  }, 240_000);

  it('are not computed again where nothing was touched, and only where something was', async () => {
    await pair.reset();
    await pair.owe('触-0');
    await pair.drain();
    await takeSnapshot(district(), owed());
    const [first, second] = [await takeSnapshot(district(), owed()), await takeSnapshot(district(), owed())];
    expect(second.recomputed).toBeLessThanOrEqual(first.recomputed);
    await pair.owe('触-1');
    expect((await takeSnapshot(district(), owed())).recomputed).toBeLessThanOrEqual(second.recomputed + 1);
  });

  it('are void once the route is another', async () => {
    const before = await takeSnapshot(district(), owed());
    const hub = structuredClone(pair.zhoucun.hub);
    const [zibo] = hub.partners;
    Object.assign(zibo!, { relation: 'PEER', receives: null });
    const other = new PartnerDirectory(hub);
    const after = await takeSnapshot(district(), owedSet(district(), other, other.get('zibo')));
    expect(after.recomputed).toBe(4_096);
    expect(after.set.terms).not.toBe(before.set.terms);
    expect((await takeSnapshot(district(), owed())).recomputed).toBe(4_096);
  });

  it('see a record that was lost or altered behind the back of the hub, once everything is read anew', async () => {
    const [lost] = await pair.owe('失-1');
    await pair.drain();
    await sequenceCity();
    const before = (await takeSnapshot(city(), held())).rows.total();
    const record = await recordModel.in(city()).findOneAndDelete({ _id: lost! });
    const without = (await takeSnapshot(city(), held(), { rebuild: true })).rows.total();
    expect(without.count).toBe(before.count - 1);
    await recordModel.in(city()).insertOne(record!);
    expect((await takeSnapshot(city(), held(), { rebuild: true })).rows.total()).toEqual(before);
    expect(await sumsModel.in(city()).countDocuments({})).toBe(1);
  });
});
