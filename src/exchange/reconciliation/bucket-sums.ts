import {
  RECONCILE_BUCKETS,
  type ReconcileElement,
  type ReconcileSum,
} from '../../contracts/messages/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';

const MODULUS = 1n << 256n;

/** Fingerprint of the current version of a record. */
export function fingerprint(element: ReconcileElement): bigint {
  return BigInt(`0x${sha256Hex(`${element.key} ${element.v} ${element.hash}`)}`);
}

/** The bucket of a record key: its first three hexadecimal digits. */
export function bucketOf(key: string): number {
  return Number.parseInt(key.slice(0, 3), 16);
}

/** Count and sum of a set, by bucket: equal sets have equal sums, and a difference shows where it is. */
export class BucketSums {
  readonly #counts = new Uint32Array(RECONCILE_BUCKETS);
  readonly #sums: bigint[] = Array.from({ length: RECONCILE_BUCKETS }, () => 0n);

  /** Adds one element. */
  add(element: ReconcileElement): void {
    const bucket = bucketOf(element.key);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sums[bucket] = ((this.#sums[bucket] ?? 0n) + fingerprint(element)) % MODULUS;
  }

  /** Count and sum over everything. */
  root(): ReconcileSum {
    const count = this.#counts.reduce((total, it) => total + it, 0);
    return { count, sum: hex(this.#sums.reduce((total, it) => (total + it) % MODULUS, 0n)) };
  }

  /** Count and sum of each bucket that is not empty. */
  buckets(): (ReconcileSum & { bucket: number })[] {
    return this.#sums.flatMap((sum, bucket) => {
      const count = this.#counts[bucket] ?? 0;
      return count === 0 ? [] : [{ bucket, count, sum: hex(sum) }];
    });
  }
}

function hex(sum: bigint): string {
  return sum.toString(16).padStart(64, '0');
}

/** Buckets in which two sides differ. */
export function differingBuckets(
  ours: readonly (ReconcileSum & { bucket: number })[],
  theirs: readonly (ReconcileSum & { bucket: number })[],
): number[] {
  const other = new Map(theirs.map((it) => [it.bucket, it]));
  const here = new Set(ours.map((it) => it.bucket));
  const changed = ours.filter((it) => {
    const there = other.get(it.bucket);
    return there?.sum !== it.sum || there.count !== it.count;
  });
  return [...changed, ...theirs.filter((it) => !here.has(it.bucket))]
    .map((it) => it.bucket)
    .sort((a, b) => a - b);
}
