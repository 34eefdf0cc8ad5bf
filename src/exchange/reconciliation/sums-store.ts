import type { Binary } from 'mongodb';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';
import type { Direction, ElementSet } from './element-set.ts';

/** The cached sums of one set: a partner, a direction, and in them every bucket and item. */
export type SumsDocument = {
  /** `<partner>|<direction>` */
  _id: string;
  partner: string;
  direction: Direction;
  /** Position of the sequence that every row includes. */
  seq: number;
  terms: string;
  /** 4,096 rows of 48 bytes. */
  rows: Binary;
  /** 4,096 sums of 8 bytes over exceptional deliveries. */
  exceptions: Binary;
  /** 4,096 times three counts of 4 bytes: refused, held, in flight. */
  apart: Binary;
  /** Buckets that are read anew each time. */
  volatile: number[];
  /** Catalogue item (dataset): 4,096 rows of count and sum, 16 bytes. */
  items: { item: string; rows: Binary }[];
};

/** `reconciliation_sums`: what a set came to at a position, so that only touched buckets are read again. */
export const sumsModel = defineCollection<SumsDocument>('reconciliation_sums');

const idOf = (set: Pick<ElementSet, 'partner' | 'direction'>): string => `${set.partner}|${set.direction}`;

/** The cached sums of a set, or null where there are none under its present terms. */
export async function findSums(database: HubDatabase, set: ElementSet): Promise<SumsDocument | null> {
  return sumsModel.in(database).findOne({ _id: idOf(set), terms: set.terms });
}

/** Sums as they are handed in to be kept. */
export type KeptSums = Omit<SumsDocument, '_id' | 'partner' | 'direction' | 'terms'>;

/**
 * Keeps sums, unless another process kept some of a later position meanwhile.
 *
 * @param how `anew`: whatever is kept is replaced, because it was of another copy of the data
 */
export async function storeSums(
  database: HubDatabase,
  set: ElementSet,
  sums: KeptSums,
  how: { anew: boolean },
): Promise<void> {
  const { partner, direction, terms } = set;
  const _id = idOf(set);
  const collection = sumsModel.in(database);
  if (how.anew) await collection.deleteOne({ _id });
  const earlier = { $or: [{ terms: { $ne: terms } }, { seq: { $lte: sums.seq } }] };
  try {
    await collection.replaceOne(
      { _id, ...earlier },
      { partner, direction, terms, ...sums },
      { upsert: true },
    );
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
