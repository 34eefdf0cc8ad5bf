import {
  RECONCILE_BUCKETS,
  RECONCILE_GROUPS,
  type ReconcileElement,
  type ReconcileSide,
} from '../../contracts/messages/index.ts';
import { leafHash, merkleRoot, nodeHash, sortElements, SUM_BYTES } from './elements.ts';

/** Bytes of a row: 8 of the count, 8 of the sum (both big endian), 32 of the bucket's Merkle root. */
export const ROW_BYTES = 48;
/** Bytes of all rows: 192 KiB. */
export const ROWS_BYTES = RECONCILE_BUCKETS * ROW_BYTES;
const BUCKETS_IN_GROUP = RECONCILE_BUCKETS / RECONCILE_GROUPS;

/** The row of a bucket with these elements, in any order; each key stands there once. */
function rowOf(elements: readonly ReconcileElement[]): Buffer {
  const row = Buffer.alloc(ROW_BYTES);
  const leaves = sortElements(elements).map(leafHash);
  const sum = leaves.reduce((total, it) => BigInt.asUintN(64, total + it.readBigUInt64BE(0)), 0n);
  row.writeBigUInt64BE(BigInt(elements.length), 0);
  row.writeBigUInt64BE(sum, 8);
  row.set(merkleRoot(leaves), 16);
  return row;
}

const EMPTY_ROW = rowOf([]);

/** Count, sum and Merkle root of each of the 4,096 buckets of a set: all that is needed to see where two differ. */
export class BucketRows {
  readonly bytes: Buffer;

  /** @param bytes 192 KiB that such rows gave once; none: the rows of nothing */
  constructor(bytes?: Uint8Array) {
    this.bytes = Buffer.alloc(ROWS_BYTES, EMPTY_ROW);
    if (bytes !== undefined) this.bytes.set(bytes);
  }

  /** The rows of a set. */
  static of(elements: readonly ReconcileElement[], bucketOf: (key: string) => number): BucketRows {
    const rows = new BucketRows();
    for (const [bucket, some] of Map.groupBy(elements, (it) => bucketOf(it.key))) rows.set(bucket, some);
    return rows;
  }

  /** Takes these elements as all of a bucket. */
  set(bucket: number, elements: readonly ReconcileElement[]): void {
    this.bytes.set(rowOf(elements), bucket * ROW_BYTES);
  }

  /** How many elements a bucket has. */
  count(bucket: number): number {
    return Number(this.bytes.readBigUInt64BE(bucket * ROW_BYTES));
  }

  /** Sum of the fingerprints of a bucket, modulo 2^64. */
  sum(bucket: number): bigint {
    return this.bytes.readBigUInt64BE(bucket * ROW_BYTES + 8);
  }

  /** Count, sum and Merkle root of everything; the buckets' roots are the lowest nodes of a tree of 12 levels. */
  total(): Pick<ReconcileSide, 'count' | 'sum' | 'root'> {
    let nodes: Uint8Array[] = [];
    let [count, sum] = [0, 0n];
    for (let bucket = 0; bucket < RECONCILE_BUCKETS; bucket += 1) {
      count += this.count(bucket);
      sum = BigInt.asUintN(64, sum + this.sum(bucket));
      nodes.push(this.bytes.subarray(bucket * ROW_BYTES + 16, (bucket + 1) * ROW_BYTES));
    }
    while (nodes.length > 1) {
      const below = nodes;
      nodes = Array.from({ length: below.length / 2 }, (_, at) =>
        nodeHash(below[2 * at] ?? EMPTY_ROW, below[2 * at + 1] ?? EMPTY_ROW),
      );
    }
    const root = Buffer.from(nodes[0] ?? EMPTY_ROW).toString('hex');
    return { count, sum: sum.toString(16).padStart(16, '0'), root };
  }

  /** Sums of the 64 groups, packed. */
  groupSums(): Buffer {
    return packSums(
      Array.from({ length: RECONCILE_GROUPS }, (_, group) =>
        bucketsOf(group).reduce((total, it) => total + this.sum(it), 0n),
      ),
    );
  }

  /** Sums of the 64 buckets of a group, packed. */
  bucketSums(group: number): Buffer {
    return packSums(bucketsOf(group).map((it) => this.sum(it)));
  }
}

/** The buckets of a group, ascending. */
export function bucketsOf(group: number): number[] {
  return Array.from({ length: BUCKETS_IN_GROUP }, (_, place) => group * BUCKETS_IN_GROUP + place);
}

/** Sums modulo 2^64 as 8 bytes each. */
export function packSums(sums: readonly bigint[]): Buffer {
  const packed = Buffer.alloc(sums.length * SUM_BYTES);
  sums.forEach((it, place) => packed.writeBigUInt64BE(BigInt.asUintN(64, it), place * SUM_BYTES));
  return packed;
}

/** The sums in packed bytes. */
export function unpackSums(packed: Buffer): bigint[] {
  return Array.from({ length: packed.length / SUM_BYTES }, (_, place) =>
    packed.readBigUInt64BE(place * SUM_BYTES),
  );
}

/** Places at which two packed lists of sums differ. */
export function differingPlaces(ours: Buffer, theirs: Buffer): number[] {
  const others = unpackSums(theirs);
  return unpackSums(ours).flatMap((it, place) => (it === others[place] ? [] : [place]));
}
