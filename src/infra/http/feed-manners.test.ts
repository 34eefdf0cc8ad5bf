import { describe, expect, it } from '@jest/globals';
import { findNextLink } from './link-header.ts';
import { RateBudget } from './rate-budget.ts';
import { retryAfterMs } from './retry-after.ts';

const ASKED = 'https://feed.example/rows?page=1';

describe('the next page in a Link field', () => {
  it.each([
    ['', null],
    ['</a>; rel="prev"', null],
    ['</a>; title="rel=next"', null],
    ['<http://[>; rel=next', null],
    ['</rows?page=2>; rel="next"', 'https://feed.example/rows?page=2'],
    ['<?page=1>; rel=prev, <?page=3>; title="a, b; c"; rel="last next"', 'https://feed.example/rows?page=3'],
    ['<https://other.example/x>; REL=next', 'https://other.example/x'],
  ])('of %s', (link, next) => {
    expect(findNextLink(new Headers({ link }), ASKED)).toBe(next);
  });
});

describe('how long an answer asks to wait', () => {
  const now = new Date('2026-11-21T00:00:00Z');
  it.each([
    ['soon', null],
    ['-1', null],
    ['3', 3_000],
    ['Sat, 21 Nov 2026 00:00:07 GMT', 7_000],
    ['Fri, 20 Nov 2026 00:00:00 GMT', 0],
  ])('by %s', (text, expected) => {
    expect(retryAfterMs(new Headers({ 'retry-after': text }), now)).toBe(expected);
  });
});

describe('a budget of requests', () => {
  it('makes the one that is too many wait, and ends the wait when told', async () => {
    const budget = new RateBudget(2, 100);
    const begunAt = performance.now();
    await budget.take();
    await budget.take();
    expect(performance.now() - begunAt).toBeLessThan(90);
    await budget.take();
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(99);
    await budget.take();
    await expect(budget.take(AbortSignal.timeout(1))).rejects.toThrow();
  });
});
