import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideHolderState,
  foldWord,
  NO_HOLDING,
  orderOfWord,
  type HolderWord,
  type Holding,
} from './holding.ts';

const SEED = 20_261_121;
const DUE = { v: 2, hash: 'b', withdraws: false };
const word = (change: Partial<HolderWord> = {}): HolderWord => ({
  ...{ v: 2, hash: 'b', outcome: 'taken', rule: null, at: '2026-11-21T00:00:00.000Z', digest: 'd' },
  withdraws: false,
  ...change,
});
const words = fc.array(
  fc.record({
    v: fc.integer({ min: 1, max: 4 }),
    hash: fc.constantFrom('a', 'b', 'c'),
    outcome: fc.constantFrom('taken' as const, 'refused' as const),
    rule: fc.constant(null),
    at: fc.constantFrom('2026-11-21T00:00:00.000Z', '2026-11-21T00:00:01.000Z'),
    digest: fc.constantFrom('d', 'e', 'f', 'g'),
    withdraws: fc.boolean(),
  }),
  { maxLength: 12 },
);
const fold = (all: readonly HolderWord[]): Holding => all.reduce<Holding>(foldWord, NO_HOLDING);

/** Two words of one place are one word: a digest names one receipt. */
const distinct = (all: readonly HolderWord[]): HolderWord[] => [
  ...new Map(all.map((it) => [`${orderOfWord(it)} ${it.outcome}`, it])).values(),
];

describe('foldWord', () => {
  it('does not let an older version take the place of a newer one', () => {
    expect(fold([word(), word({ v: 1, hash: 'a', at: '2027-01-01T00:00:00.000Z' })]).taken?.v).toBe(2);
  });

  it('comes to the same in any order and however often words come', () => {
    const law = fc.property(words, fc.integer(), (all, seed) => {
      const once = distinct(all);
      const shuffled = [...once, ...once].sort(
        (a, b) =>
          ((orderOfWord(a).length * seed) % 7) - ((orderOfWord(b).length * seed) % 7) ||
          (orderOfWord(a) < orderOfWord(b) ? seed : -seed),
      );
      expect(fold(shuffled)).toEqual(fold(once));
      expect(fold([...once].reverse())).toEqual(fold(once));
    });
    fc.assert(law, { seed: SEED, numRuns: 2_000 });
  });
});

describe('decideHolderState', () => {
  it('calls nobody confirmed who holds another content under the newest number', () => {
    expect(decideHolderState(fold([word({ hash: 'x' })]), DUE)).toBe('UNKNOWN');
    expect(decideHolderState(fold([word({ v: 1 })]), DUE)).toBe('UNKNOWN');
    expect(decideHolderState(NO_HOLDING, DUE)).toBe('UNKNOWN');
  });

  it('lets a refusal of a newer version stand over what was taken before, and no older one', () => {
    const refusal = word({
      outcome: 'refused',
      rule: 'NATURAL_PERSON_SUBJECT',
      at: '2026-11-21T00:00:01.000Z',
    });
    expect(decideHolderState(fold([word(), refusal]), DUE)).toBe('REFUSED');
    expect(decideHolderState(fold([word(), { ...refusal, v: 1 }]), DUE)).toBe('CONFIRMED');
  });

  it('calls a holder of any withdrawal withdrawn', () => {
    expect(decideHolderState(fold([word({ v: 1, hash: 't', withdraws: true })]), DUE)).toBe('WITHDRAWN');
  });
});
