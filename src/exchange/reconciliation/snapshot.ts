import {
  RECONCILE_BUCKETS,
  type ReconcileElement,
  type ReconcileOwed,
} from '../../contracts/messages/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { lastSeq, streamChangedKeys } from '../../registry/changes/index.ts';
import { BucketRows } from './bucket-rows.ts';
import type { ComparedSet } from './descent.ts';
import type { BucketContent, ElementSet } from './element-set.ts';
import { bucketOf, fingerprint } from './elements.ts';
import { findSums, storeSums, type KeptSums, type SumsDocument } from './sums-store.ts';

const ITEM_ROW_BYTES = 16;
/** Beyond so many changes everything is read anew: nearly every bucket is touched. */
const MANY_CHANGES = 50_000;
const APART = ['refused', 'held', 'inFlight'] as const;

/** Count and sum of one catalogue item (dataset) in a set; the sum in 16 hexadecimal digits. */
export type ItemSum = { readonly item: string; readonly count: number; readonly sum: string };

/** A set of elements as it stood at a position of the sequence. */
export type Snapshot = {
  readonly set: ElementSet;
  readonly seq: number;
  readonly at: string;
  readonly rows: BucketRows;
  readonly apart: ReconcileOwed['apart'];
  readonly items: readonly ItemSum[];
  /** Buckets that were read from the index; the others came from the cache. */
  readonly recomputed: number;
};

/** The sums of a set while they are brought up to date. */
class Sums {
  readonly rows: BucketRows;
  readonly exceptions: BigUint64Array;
  readonly apart: Uint32Array;
  readonly volatile: Set<number>;
  readonly items: Map<string, Buffer>;

  constructor(cached: SumsDocument | null) {
    this.rows = new BucketRows(cached?.rows.buffer);
    this.exceptions = new BigUint64Array(RECONCILE_BUCKETS);
    this.apart = new Uint32Array(RECONCILE_BUCKETS * APART.length);
    this.volatile = new Set(cached?.volatile);
    this.items = new Map(cached?.items.map((it) => [it.item, Buffer.from(it.rows.buffer)]));
    if (cached === null) return;
    new Uint8Array(this.exceptions.buffer).set(cached.exceptions.buffer);
    new Uint8Array(this.apart.buffer).set(cached.apart.buffer);
  }

  take(bucket: number, { members, exceptions }: BucketContent): void {
    this.rows.set(bucket, elementsIn(members));
    this.exceptions[bucket] = exceptions;
    this.#takeItems(bucket, members);
    APART.forEach((standing, place) => {
      this.apart[bucket * APART.length + place] = members.filter((it) => it.standing === standing).length;
    });
    if (members.some((it) => it.volatile)) this.volatile.add(bucket);
    else this.volatile.delete(bucket);
  }

  #takeItems(bucket: number, members: BucketContent['members']): void {
    const byItem = Map.groupBy(members, (it) => it.dataset);
    for (const item of byItem.keys()) {
      if (!this.items.has(item)) this.items.set(item, Buffer.alloc(RECONCILE_BUCKETS * ITEM_ROW_BYTES));
    }
    for (const [item, rows] of this.items) {
      const elements = elementsIn(byItem.get(item) ?? []);
      const sum = elements.reduce((total, it) => total + fingerprint(it), 0n);
      rows.writeBigUInt64BE(BigInt(elements.length), bucket * ITEM_ROW_BYTES);
      rows.writeBigUInt64BE(BigInt.asUintN(64, sum), bucket * ITEM_ROW_BYTES + 8);
    }
  }

  apartCounts(): ReconcileOwed['apart'] {
    const counts = { refused: 0, held: 0, inFlight: 0 };
    this.apart.forEach((count, place) => {
      counts[APART[place % APART.length] ?? 'refused'] += count;
    });
    return counts;
  }

  itemSums(): ItemSum[] {
    const summed = [...this.items].map(([item, rows]) => {
      let [count, sum] = [0n, 0n];
      for (let at = 0; at < rows.length; at += ITEM_ROW_BYTES) {
        count += rows.readBigUInt64BE(at);
        sum = BigInt.asUintN(64, sum + rows.readBigUInt64BE(at + 8));
      }
      return { item, count: Number(count), sum: sum.toString(16).padStart(16, '0') };
    });
    return summed.filter((it) => it.count > 0).sort((a, b) => (a.item < b.item ? -1 : 1));
  }

  /** As it is kept; the driver stores bytes as they are. */
  toDocument(seq: number): KeptSums {
    const bytes = (of: Uint8Array) => Buffer.from(of) as unknown as SumsDocument['rows'];
    return {
      seq,
      rows: bytes(this.rows.bytes),
      exceptions: bytes(new Uint8Array(this.exceptions.buffer)),
      apart: bytes(new Uint8Array(this.apart.buffer)),
      volatile: [...this.volatile].sort((a, b) => a - b),
      items: [...this.items].map(([item, rows]) => ({ item, rows: bytes(rows) })),
    };
  }
}

/** The elements of these members. */
export function elementsIn(members: BucketContent['members']): ReconcileElement[] {
  return members.flatMap((it) => it.element ?? []);
}

const ALL = Array.from({ length: RECONCILE_BUCKETS }, (_, bucket) => bucket);

/** Buckets that may have become others since the sums were kept. */
async function touchedSince(
  database: HubDatabase,
  set: ElementSet,
  kept: { cached: SumsDocument; sums: Sums; throughSeq: number },
): Promise<readonly number[]> {
  const { cached, sums, throughSeq } = kept;
  if (throughSeq < cached.seq || throughSeq - cached.seq > MANY_CHANGES) return ALL;
  const touched = new Set(sums.volatile);
  const now = await set.exceptions();
  now.forEach((sum, bucket) => {
    if (sum !== sums.exceptions[bucket]) touched.add(bucket);
  });
  for await (const key of streamChangedKeys(database, { afterSeq: cached.seq, throughSeq })) {
    touched.add(bucketOf(key));
  }
  return [...touched].sort((a, b) => a - b);
}

/**
 * What a set comes to now: cached sums, with the buckets touched since read anew from the sequence of changes and the
 * deliveries. What another restored copy left behind (a position before the cached one) is computed anew.
 *
 * @param how `rebuild` reads every bucket, whatever is cached
 */
export async function takeSnapshot(
  database: HubDatabase,
  set: ElementSet,
  how: { rebuild: boolean } = { rebuild: false },
): Promise<Snapshot> {
  const cached = how.rebuild ? null : await findSums(database, set);
  const seq = await lastSeq(database);
  const at = database.clock.now().toISOString();
  let sums = new Sums(cached);
  const touched =
    cached === null ? ALL : await touchedSince(database, set, { cached, sums, throughSeq: seq });
  if (touched.length === RECONCILE_BUCKETS) sums = new Sums(null);
  for await (const [bucket, content] of set.read(touched, seq)) sums.take(bucket, content);
  if (touched.length > 0 || cached?.seq !== seq) {
    const anew = touched.length === RECONCILE_BUCKETS;
    await storeSums(database, set, sums.toDocument(seq), { anew });
  }
  return {
    set,
    seq,
    at,
    rows: sums.rows,
    apart: sums.apartCounts(),
    items: sums.itemSums(),
    recomputed: touched.length,
  };
}

/** A snapshot as the descent compares it: the rows as they were, the elements as they are now. */
export function comparedSet(of: { readonly rows?: BucketRows; readonly set: ElementSet }): ComparedSet {
  return {
    rows: of.rows ?? new BucketRows(),
    async *read(buckets) {
      for await (const [bucket, { members }] of of.set.read(buckets, Number.MAX_SAFE_INTEGER)) {
        yield [bucket, elementsIn(members)] as const;
      }
    },
  };
}
