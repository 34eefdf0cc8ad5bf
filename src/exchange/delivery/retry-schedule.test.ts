import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_SCHEDULE_MS, retryDelayMs } from './retry-schedule.ts';

const DAY_MS = 86_400_000;
const ALMOST_ONE = 1 - Number.EPSILON;

describe('retryDelayMs', () => {
  it('never waits longer than a day, however often a partner failed', () => {
    for (const failures of [10, 11, 1_000, Number.MAX_SAFE_INTEGER]) {
      expect(retryDelayMs(failures, ALMOST_ONE)).toBe(DAY_MS - 1);
    }
  });

  it('waits up to 5 s after the first failure, then longer with each further one', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((it) => retryDelayMs(it, ALMOST_ONE) + 1);
    expect(longest).toEqual(
      [5, 30, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((it) => it * 1_000),
    );
  });

  it('spreads each wait from nothing to the whole step', () => {
    const law = fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, random) => {
        const step = RETRY_SCHEDULE_MS[Math.min(failures, RETRY_SCHEDULE_MS.length - 1)]!;
        const delayMs = retryDelayMs(failures, random);
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(Math.abs(delayMs - step * random)).toBeLessThanOrEqual(1);
        expect(delayMs).toBeLessThan(step);
      },
    );
    fc.assert(law, { seed: 20_260_401, numRuns: 500 });
    expect(retryDelayMs(3, 0)).toBe(0);
  });
});
