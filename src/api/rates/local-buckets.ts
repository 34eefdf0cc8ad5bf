import type { BucketAnswer, BucketOrder } from '../../infra/queue/index.ts';

const MAX_BUCKETS = 10_000;

/** Buckets of this process alone, for a hub without Redis and while Redis is away. */
export class LocalBuckets {
  readonly #buckets = new Map<string, { left: number; atMs: number }>();
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Takes units from a bucket; more than there is takes none. */
  take(order: BucketOrder): BucketAnswer {
    const { key, capacity, windowMs, units } = order;
    const nowMs = this.#nowMs();
    const known = this.#buckets.get(key) ?? { left: capacity, atMs: nowMs };
    const full = Math.min(capacity, known.left + ((nowMs - known.atMs) * capacity) / windowMs);
    const taken = units <= full;
    const left = taken ? Math.min(capacity, full - units) : full;
    this.#buckets.delete(key);
    this.#buckets.set(key, { left, atMs: nowMs });
    if (this.#buckets.size > MAX_BUCKETS) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return { taken, left };
  }
}
