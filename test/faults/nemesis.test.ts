import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../src/apps/demo/sources/organisations.ts';
import { Generator } from './generator.ts';
import { longestGaps, type HistoryLine } from './history.ts';
import { faultName, kindsOf, Nemesis, planFaults } from './nemesis.ts';
import { sizeOf } from './options.ts';

const plan = (seed: number) => planFaults({ hubs: 3, target: 15_680, rounds: 1, random: seededRandom(seed) });

describe('planFaults', () => {
  it('is the same for the same seed and another for another one', () => {
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });

  it('holds every kind of fault, one after the other, within the load', () => {
    const faults = plan(3);
    const names = (kinds: ReturnType<typeof kindsOf>) =>
      kinds.map((it) => faultName(it, ['a', 'b', 'c'])).sort();
    expect(names(faults.map((it) => it.kind))).toEqual(names(kindsOf(3)));
    expect(faults.length).toBeGreaterThanOrEqual(25);
    for (const [at, fault] of faults.entries()) {
      expect(fault.until).toBeGreaterThan(fault.from);
      expect(fault.until).toBeLessThan(faults[at + 1]?.from ?? 15_680);
    }
  });

  it('makes the short form as large as the goal asks', () => {
    expect(sizeOf({ minutes: 5 }).target).toBeGreaterThanOrEqual(15_000);
    expect(sizeOf({ minutes: 30 }).rounds).toBeGreaterThan(10);
  });
});

describe('Nemesis', () => {
  it('begins and ends each fault at its place in the load', async () => {
    const seen: string[] = [];
    let accepted = 0;
    const nemesis = new Nemesis({
      plan: plan(4),
      act: () => Promise.resolve({ end: () => Promise.resolve(void seen.push('ended')) }),
      note: (phase) => seen.push(`${phase} ${accepted}`),
    });
    const work = nemesis.run();
    const places: string[] = [];
    for (const { from, until } of plan(4)) {
      for (const [place, words] of [
        [from, [`begin ${from}`]],
        [until, ['ended', `end ${until}`]],
      ] as const) {
        accepted = place - 1;
        nemesis.progress(accepted);
        await new Promise((done) => setImmediate(done));
        expect(seen).toEqual(places);
        accepted = place;
        nemesis.progress(accepted);
        places.push(...words);
        for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
        expect(seen).toEqual(places);
      }
    }
    await work;
    const done = Object.values(nemesis.counted()).reduce((all, it) => all + it, 0);
    expect(done).toBe(plan(4).length);
  });
});

describe('Generator', () => {
  it('gives the same records for the same seed, each once a batch, and corrects only what came before', () => {
    const [one, two] = [new Generator(seededRandom(5)), new Generator(seededRandom(5))];
    const newest = new Map<number, number>();
    for (let batch = 0; batch < 40; batch += 1) {
      const drafts = one.next(50);
      expect(two.next(50)).toEqual(drafts);
      expect(new Set(drafts.map((it) => it.number)).size).toBe(50);
      for (const { number, v } of drafts) {
        expect(v).toBe((newest.get(number) ?? 0) + 1);
        newest.set(number, v);
      }
    }
    expect(Math.max(...newest.values())).toBe(3);
  });
});

describe('longestGaps', () => {
  it('finds the longest stand-still around a fault', () => {
    const accepted = (at: number): HistoryLine => ({ kind: 'accepted', at, key: 'a', v: 1, hash: 'h' });
    const fault: HistoryLine = {
      kind: 'fault',
      at: 10_000,
      phase: 'begin',
      fault: 'mongo-killed',
      accepted: 1,
    };
    const lines = [
      accepted(1_000),
      accepted(9_900),
      fault,
      accepted(10_010),
      accepted(11_500),
      accepted(11_600),
    ];
    expect(longestGaps(lines, 'mongo-killed')).toEqual([1_490]);
    expect(longestGaps(lines, 'redis-wiped')).toEqual([]);
  });
});
