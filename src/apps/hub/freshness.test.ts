import { describe, expect, it } from '@jest/globals';
import { judgeFreshness } from './freshness.ts';

describe('the freshness of a connector', () => {
  it('is overdue where it promises data and never had any', () => {
    expect(judgeFreshness({ warn: 60 }, null)).toBe('overdue');
    expect(judgeFreshness(undefined, null)).toBe('unpromised');
    expect(judgeFreshness({}, 5)).toBe('unpromised');
  });

  it('goes from fresh to stale to overdue, at its limits', () => {
    const promise = { warn: 60, error: 120 };
    expect([59, 60, 119, 120].map((age) => judgeFreshness(promise, age))).toEqual([
      'fresh',
      'stale',
      'stale',
      'overdue',
    ]);
    expect(judgeFreshness({ error: 120 }, 119)).toBe('fresh');
  });
});
