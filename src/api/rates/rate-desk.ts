import type { HubFile } from '../../contracts/manifests/index.ts';
import type { Clock } from '../../infra/clock/index.ts';
import type { BucketAnswer, BucketOrder } from '../../infra/queue/index.ts';
import type { Asker, Quota } from '../shared/index.ts';
import { LocalBuckets } from './local-buckets.ts';

/** Units a minute where the hub file says nothing. */
const DEFAULT_UNITS = { public: 60_000, partner: 600_000 } as const;
const WINDOW_MS = 60_000;

/** Buckets that every process of the hub shares; null where they cannot be reached. */
export type SharedBuckets = { takeUnits(order: BucketOrder): Promise<BucketAnswer | null> };

/** What quotas are decided by. */
export type RateParts = {
  readonly clock: Clock;
  /** The hub file's rates. */
  readonly rates: HubFile['rates'];
  /** A partner's own units a minute for each of its purposes. */
  readonly unitsOf: (partner: string) => number | undefined;
  readonly shared: SharedBuckets | null;
};

/** Who is counted together. */
export type Payer = { readonly asker: Asker; readonly addressClass: string };

/** What came of a charge. `retryAfterSeconds`: when the same charge would pass; null: it passed. */
export type Charge = { readonly quota: Quota; readonly retryAfterSeconds: number | null };

/** Counts cost units for each partner and purpose and for each address class of the public channel. */
export class RateDesk {
  readonly #parts: RateParts;
  readonly #local = new LocalBuckets();
  #isShared = false;

  constructor(parts: RateParts) {
    this.#parts = parts;
  }

  /** Whether the last charge was counted over all processes of the hub; else each counts for itself. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Takes units from the payer's quota. Null: the hub's own questions are not counted. */
  async charge(payer: Payer, units: number): Promise<Charge | null> {
    const order = this.#orderOf(payer, units);
    if (order === null) return null;
    const { policy, ...bucket } = order;
    const { taken, left } = await this.#take(bucket);
    const perSecond = bucket.capacity / (WINDOW_MS / 1_000);
    const quota: Quota = {
      policy,
      limit: bucket.capacity,
      windowSeconds: WINDOW_MS / 1_000,
      remaining: Math.floor(left),
      resetAt: new Date(this.#parts.clock.now().getTime() + ((bucket.capacity - left) / perSecond) * 1_000),
    };
    const lacking = Math.min(units, bucket.capacity) - left;
    return { quota, retryAfterSeconds: taken ? null : Math.max(1, Math.ceil(lacking / perSecond)) };
  }

  /** Gives units back that were charged and not used. It waits for nothing and never fails. */
  giveBack(payer: Payer, units: number): void {
    const order = this.#orderOf(payer, -units);
    if (units <= 0 || order === null) return;
    void this.#take(order);
  }

  async #take(order: BucketOrder): Promise<BucketAnswer> {
    const shared = (await this.#parts.shared?.takeUnits(order)) ?? null;
    this.#isShared = shared !== null;
    return shared ?? this.#local.take(order);
  }

  #orderOf(
    { asker, addressClass }: Payer,
    units: number,
  ): (BucketOrder & { policy: Quota['policy'] }) | null {
    const { rates, unitsOf } = this.#parts;
    const { channel, hub, purpose } = asker;
    if (channel === 'OWN') return null;
    if (channel === 'PUBLIC' || hub === null) {
      const capacity = rates?.publicUnitsPerMinute ?? DEFAULT_UNITS.public;
      // A platform that signs and asks on the public channel is counted as itself, wherever it asks from.
      const key = hub === null ? `public:${addressClass}` : `public-partner:${hub}`;
      return { policy: 'public', key, capacity, windowMs: WINDOW_MS, units };
    }
    const capacity = unitsOf(hub) ?? rates?.partnerUnitsPerMinute ?? DEFAULT_UNITS.partner;
    return {
      policy: 'partner',
      key: `partner:${hub}:${purpose ?? ''}`,
      capacity,
      windowMs: WINDOW_MS,
      units,
    };
  }
}
