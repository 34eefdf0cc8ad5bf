import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reconcileBucketsSchema, type ReconcileElement } from '../../contracts/messages/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { BucketSums, bucketOf, differingBuckets } from './bucket-sums.ts';

const SEED = { seed: 20_260_401, numRuns: 100 };

function sumsOf(elements: readonly ReconcileElement[]): BucketSums {
  const sums = new BucketSums();
  for (const it of elements) sums.add(it);
  return sums;
}

const element = fc
  .record({ name: fc.nat(), v: fc.integer({ min: 1, max: 9 }), text: fc.nat() })
  .map(({ name, v, text }) => ({ key: sha256Hex(`key ${name}`), v, hash: sha256Hex(`hash ${text}`) }));
const elements = fc.uniqueArray(element, { minLength: 1, maxLength: 40, selector: (it) => it.key });

/** A set, and one of its elements. */
const setAndOne = elements.chain((set) =>
  fc.tuple(fc.constant(set), fc.nat(set.length - 1), fc.constantFrom('gone', 'v', 'hash')),
);

describe('BucketSums', () => {
  it('tells two sets apart that differ in one element, and in exactly its bucket', () => {
    const law = fc.property(setAndOne, ([set, place, how]) => {
      const one = set[place]!;
      const changed = {
        ...one,
        v: how === 'v' ? one.v + 1 : one.v,
        hash: how === 'hash' ? one.key : one.hash,
      };
      const other = how === 'gone' ? set.toSpliced(place, 1) : set.toSpliced(place, 1, changed);
      const [ours, theirs] = [sumsOf(set), sumsOf(other)];
      expect(ours.root().sum).not.toBe(theirs.root().sum);
      expect(ours.root().count - theirs.root().count).toBe(how === 'gone' ? 1 : 0);
      expect(differingBuckets(ours.buckets(), theirs.buckets())).toEqual([bucketOf(one.key)]);
      expect(differingBuckets(theirs.buckets(), ours.buckets())).toEqual([bucketOf(one.key)]);
    });
    fc.assert(law, SEED);
  });

  it('gives equal sets equal sums in any order', () => {
    const shuffled = elements.chain((set) =>
      fc.tuple(fc.constant(set), fc.shuffledSubarray(set, { minLength: set.length })),
    );
    const law = fc.property(shuffled, ([set, other]) => {
      const [ours, theirs] = [sumsOf(set), sumsOf(other)];
      expect(theirs.root()).toEqual(ours.root());
      expect(theirs.buckets()).toEqual(ours.buckets());
      expect(differingBuckets(ours.buckets(), theirs.buckets())).toEqual([]);
    });
    fc.assert(law, SEED);
  });

  it('finds every bucket of several differences, in order', () => {
    const disjoint = fc.property(elements, elements, (left, right) => {
      const [inLeft, inRight] = [left, right].map((set) => new Set(set.map((it) => JSON.stringify(it))));
      const apart = [
        ...left.filter((it) => !inRight?.has(JSON.stringify(it))),
        ...right.filter((it) => !inLeft?.has(JSON.stringify(it))),
      ];
      const expected = [...new Set(apart.map((it) => bucketOf(it.key)))].sort((a, b) => a - b);
      expect(differingBuckets(sumsOf(left).buckets(), sumsOf(right).buckets())).toEqual(expected);
    });
    fc.assert(disjoint, SEED);
  });

  it('counts an element that stands twice', () => {
    const one = { key: sha256Hex('a'), v: 1, hash: sha256Hex('b') };
    expect(sumsOf([one, one]).root()).not.toEqual(sumsOf([one]).root());
    expect(sumsOf([one, one]).root().count).toBe(2);
  });

  it('speaks the form of the protocol, and of an empty set as nothing', () => {
    const full = sumsOf([
      { key: '0'.repeat(64), v: 1, hash: sha256Hex('a') },
      { key: 'f'.repeat(64), v: 1, hash: sha256Hex('b') },
    ]);
    const buckets = full.buckets();
    expect(reconcileBucketsSchema.parse({ protocol: 'xinqiao/1', buckets }).buckets).toEqual(buckets);
    expect(buckets.map((it) => it.bucket)).toEqual([0, 4_095]);
    expect(new BucketSums().root()).toEqual({ count: 0, sum: '0'.repeat(64) });
    expect(new BucketSums().buckets()).toEqual([]);
  });
});
