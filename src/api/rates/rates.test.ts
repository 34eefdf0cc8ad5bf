import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressClassOf } from './address-class.ts';
import { LocalBuckets } from './local-buckets.ts';

describe('the class of an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.0/24'],
    ['::ffff:203.0.113.200', '203.0.113.0/24'],
    ['2001:db8:1:2ff::7', '2001:db8:1:200::/56'],
    ['2001:0db8:0001:02ab::1', '2001:db8:1:200::/56'],
    ['fe80::1%eth0', 'fe80:0:0:0::/56'],
    ['::1', '0:0:0:0::/56'],
    ['nonsense', 'unknown'],
    [undefined, 'unknown'],
  ])('of %s is %s', (address, expected) => {
    expect(addressClassOf(address)).toBe(expected);
  });
});

describe('a bucket', () => {
  const step = fc.record({ waitMs: fc.nat(30_000), units: fc.integer({ min: -50, max: 150 }) });

  it('never gives more than its capacity and what filled up since, and never holds more than its capacity', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        let [taken, back] = [0, 0];
        const buckets = new LocalBuckets(() => nowMs);
        for (const { waitMs, units } of steps) {
          nowMs += waitMs;
          const answer = buckets.take({ key: 'k', capacity: 100, windowMs: 60_000, units });
          expect(answer.left).toBeGreaterThanOrEqual(0);
          expect(answer.left).toBeLessThanOrEqual(100);
          if (answer.taken && units > 0) taken += units;
          if (units < 0) back -= units;
        }
        expect(taken).toBeLessThanOrEqual(100 + back + nowMs / 600 + 1e-6);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('of one payer is not touched by another', () => {
    const buckets = new LocalBuckets(() => 0);
    const order = { capacity: 10, windowMs: 60_000, units: 10 };
    expect(buckets.take({ ...order, key: 'a' }).taken).toBe(true);
    expect(buckets.take({ ...order, key: 'a' }).taken).toBe(false);
    expect(buckets.take({ ...order, key: 'b' }).taken).toBe(true);
  });
});
