import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Breaker } from './breaker.ts';

function breakerAt(failures: number): { breaker: Breaker; clock: { now: number } } {
  const clock = { now: 1_000_000 };
  return { breaker: new Breaker({ failures, now: () => clock.now, random: () => 1 }), clock };
}

const fail = (breaker: Breaker, times: number): void => {
  for (let time = 0; time < times; time += 1) {
    breaker.enter();
    breaker.note('failed');
  }
};

describe('a breaker', () => {
  it('keeps callers away after so many failures in a row, and not before', () => {
    const { breaker } = breakerAt(3);
    fail(breaker, 2);
    expect(breaker.enter()).toBe(true);
    breaker.note('answered');
    fail(breaker, 3);
    expect(breaker.enter()).toBe(false);
  });

  it('lets one caller look when the wait is over, and the others when that one was answered', () => {
    const { breaker, clock } = breakerAt(1);
    fail(breaker, 1);
    clock.now += 1_000;
    expect([breaker.enter(), breaker.enter()]).toEqual([true, false]);
    breaker.note('answered');
    expect([breaker.enter(), breaker.enter()]).toEqual([true, true]);
  });

  it('waits longer each time the look fails', () => {
    const { breaker, clock } = breakerAt(1);
    fail(breaker, 1);
    clock.now += 1_000;
    fail(breaker, 1);
    clock.now += 1_999;
    expect(breaker.enter()).toBe(false);
    clock.now += 1;
    expect(breaker.enter()).toBe(true);
  });

  it('learns nothing from a call that its caller gave up', () => {
    const { breaker, clock } = breakerAt(1);
    breaker.enter();
    breaker.note('given up');
    expect(breaker.enter()).toBe(true);
    breaker.note('failed');
    clock.now += 1_000;
    breaker.enter();
    breaker.note('given up');
    expect(breaker.enter()).toBe(true);
  });

  it('never keeps callers away for more than a minute, whatever happened', () => {
    const results = fc.array(fc.constantFrom('answered', 'failed', 'given up'), { maxLength: 40 });
    fc.assert(
      fc.property(results, (events) => {
        const { breaker, clock } = breakerAt(2);
        for (const it of events) if (breaker.enter()) breaker.note(it);
        clock.now += 60_000;
        expect(breaker.enter()).toBe(true);
      }),
      { seed: 503, numRuns: 300 },
    );
  });
});
