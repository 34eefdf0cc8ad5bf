import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FIRST_PER_SECOND, movePace } from './pace.ts';

const MINUTE = 60_000;

describe('movePace', () => {
  it('halves at each word of "too much", and never stands still', () => {
    const start = { perSecond: FIRST_PER_SECOND, cleanSince: 0 };
    expect(movePace(start, { clean: false, at: 5 })).toEqual({ perSecond: 2.5, cleanSince: 5 });
    const law = fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (events) => {
      const end = events.reduce((pace, clean, place) => movePace(pace, { clean, at: place * MINUTE }), start);
      expect(end.perSecond).toBeGreaterThanOrEqual(0.1);
      expect(end.perSecond).toBeLessThanOrEqual(1_000);
    });
    fc.assert(law, { seed: 429, numRuns: 300 });
  });

  it('goes one a second faster with each clean minute, and with no part of one', () => {
    const start = { perSecond: 5, cleanSince: 0 };
    expect(movePace(start, { clean: true, at: MINUTE - 1 })).toBe(start);
    expect(movePace(start, { clean: true, at: 3 * MINUTE + 1 })).toEqual({
      perSecond: 8,
      cleanSince: 3 * MINUTE,
    });
  });
});
