import fc from 'fast-check';
import { DeliveryWorld } from './delivery-world.ts';

const RECORDS = 12;

/** One step of the world for a number; what it does is spread so that trouble is as likely as progress. */
function step(world: DeliveryWorld, number: number): void {
  const pick = number >>> 5;
  const steps: readonly (() => void)[] = [
    () => world.pack(),
    () => world.pack(),
    () => world.seal(),
    () => world.seal(),
    () => world.crash(),
    () => world.wait(1_000),
    () => world.wait(61_000),
    () => world.send('answer'),
    () => world.send('answer'),
    () => world.send('drop'),
    () => world.send('away'),
    () => world.send('refuse'),
    () => world.arrive(pick, false),
    () => world.arrive(pick, false),
    () => world.arrive(pick, true),
    () => world.recall(pick),
    () => world.bringReceipt(pick),
    () => world.businessWord(pick),
    () => world.carryOut(pick),
    () => world.carryOut(pick, 2),
    () => world.byHand(pick, 'hold'),
    () => world.byHand(pick, 'release'),
    () => world.byHand(pick, 'replay'),
  ];
  steps[number % steps.length]?.();
}

/** `poison`: records that no envelope arrives with; `overtaken`: the receiver has a newer version of ours. */
type Records = { readonly poison: ReadonlySet<number>; readonly overtaken: ReadonlySet<number> };

/** What must hold between any two steps. */
function faultsNow(world: DeliveryWorld): string[] {
  const counted = world.envelopes.filter((it) => it.facts.failures > it.poisonedSends);
  if (counted.length > 0) return ['a failure was counted twice'];
  return world.deliveries.flatMap(({ state, envelope }, id) => {
    const taken = state === 'stored' || state === 'accepted';
    if (taken && !world.held.has(id)) return [`${id} is ${state} and the receiver does not hold it`];
    if (state !== 'packed') return [];
    const closed = envelope === null || world.envelopes[envelope]?.facts.state === 'closed';
    return closed ? [`${id} is packed and no open envelope carries it`] : [];
  });
}

/** What must hold once everything has come to its end. */
function faultsAfter(world: DeliveryWorld, { poison, overtaken }: Records): string[] {
  return world.deliveries.flatMap(({ state }, id) => {
    if (state === (overtaken.has(id) ? 'superseded' : 'accepted')) return [];
    const mayDie = poison.has(id) || world.refused.has(id);
    return state === 'dead' && mayDie ? [] : [`${id} ended as ${state}`];
  });
}

/** Runs a world through a list of steps and to its end. @throws when a fault shows on the way or at the end */
function live(steps: readonly number[], records: Records): void {
  const world = new DeliveryWorld(RECORDS, records.poison, records.overtaken);
  for (const number of steps) {
    step(world, number);
    const faults = faultsNow(world);
    if (faults.length > 0) throw new Error(faults.join('; '));
  }
  world.drain();
  const faults = [...faultsNow(world), ...faultsAfter(world, records)];
  if (faults.length > 0) throw new Error(faults.join('; '));
}

/**
 * The law of delivery: whatever crash, stall, duplicate, late or stale word comes in between, no record is lost and
 * none is said to be where it is not.
 *
 * @throws with the seed and the shortest list of steps that breaks it
 */
export function assertDeliveryLaw(runs: number, seed: number): void {
  const steps = fc.array(fc.nat(0xff_ffff), { maxLength: 60, size: 'max' });
  const some = fc.uniqueArray(fc.nat(RECORDS - 1), { maxLength: 2 });
  fc.assert(
    fc.property(steps, some, some, (numbers, poison, overtaken) =>
      live(numbers, { poison: new Set(poison), overtaken: new Set(overtaken) }),
    ),
    { numRuns: runs, seed },
  );
}
