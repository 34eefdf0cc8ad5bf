import type { DueVersion, HolderWord, Holding } from '../../domain/holding/index.ts';
import { foldWord, NO_HOLDING, orderOfWord } from '../../domain/holding/index.ts';
import { defineCollection, duplicatePlaces, idChunks, type HubDatabase } from '../../infra/mongo/index.ts';

/** A word that came back, and who vouches for it; null: the holder's own signature. */
export type StoredWord = HolderWord & { attestedBy: string | null };

/** What is known of a holder that is not our partner for this record, by what partners passed back. */
export type HoldingDocument = Holding<StoredWord> & {
  /** `<record key>|<holder>|<way>` */
  _id: string;
  key: string;
  holder: string;
  /** Hubs it was reported by: the one that delivered to the holder first, our partner last. */
  via: string[];
  /** Our partner that reported it. */
  through: string;
  /** The version that every holder should have, and since when. */
  due: DueVersion & { at: Date };
  /** Since when the holder has not the version that it should have; null: it has it, or nothing. */
  waitingSince: Date | null;
};

/** `holdings`: who holds what behind our partners. */
export const holdingModel = defineCollection<HoldingDocument>('holdings', [
  { keys: { key: 1 } },
  { keys: { through: 1, waitingSince: 1 } },
]);

/** A word about one record that was found to be good. */
export type GoodWord = {
  readonly key: string;
  readonly holder: string;
  readonly via: readonly string[];
  readonly word: StoredWord;
  readonly due: HoldingDocument['due'];
};

/** Last stage of each update: does the holder wait? */
const WAITING = {
  $set: {
    waitingSince: {
      $cond: [
        {
          $or: [
            { $eq: ['$taken', null] },
            { $eq: ['$taken.withdraws', true] },
            { $and: [{ $eq: ['$taken.v', '$due.v'] }, { $eq: ['$taken.hash', '$due.hash'] }] },
          ],
        },
        null,
        '$due.at',
      ],
    },
  },
};

const orderOf = (place: 'taken' | 'refused') => ({ $ifNull: [`$${place}.order`, ''] });

const idOf = ({ key, holder, via }: GoodWord): string => `${key}|${holder}|${via.join('>')}`;

function isServed(taken: StoredWord | null, due: HoldingDocument['due']): boolean {
  return taken === null || taken.withdraws || (taken.v === due.v && taken.hash === due.hash);
}

const ordered = (word: StoredWord | null) => (word === null ? null : { ...word, order: orderOfWord(word) });

/** What is known of a holder of whom nothing was known before these words. */
function firstHolding(words: readonly [GoodWord, ...GoodWord[]]): HoldingDocument {
  const [first] = words;
  const { key, holder, via } = first;
  const folded = words.reduce<Holding<StoredWord>>((all, it) => foldWord(all, it.word), NO_HOLDING);
  const due = words.reduce((latest, it) => (it.due.at > latest.at ? it.due : latest), first.due);
  return {
    _id: idOf(first),
    ...{ key, holder, via: [...via], through: via.at(-1) ?? '' },
    ...{ taken: ordered(folded.taken), refused: ordered(folded.refused), due },
    waitingSince: isServed(folded.taken, due) ? null : due.at,
  };
}

/**
 * Folds words into what is known, in any order and any number of times the same. Most holders are new, and inserting
 * costs a fraction of folding in place.
 */
export async function foldWords(database: HubDatabase, words: readonly GoodWord[]): Promise<void> {
  const groups = [...Map.groupBy(words, idOf).values()] as [GoodWord, ...GoodWord[]][];
  if (groups.length === 0) return;
  try {
    await holdingModel.in(database).insertMany(groups.map(firstHolding), { ordered: false });
  } catch (error) {
    const known = new Set(duplicatePlaces(error));
    await foldInPlace(database, groups.filter((_, place) => known.has(place)).flat());
  }
}

async function foldInPlace(database: HubDatabase, words: readonly GoodWord[]): Promise<void> {
  await holdingModel.in(database).bulkWrite(
    words.map((good) => {
      const { key, holder, via, word, due } = good;
      const order = orderOfWord(word);
      const [place, other] =
        word.outcome === 'taken' ? (['taken', 'refused'] as const) : (['refused', 'taken'] as const);
      const later = { $gt: [order, orderOf(place)] };
      const facts = {
        ...{ key, holder, via: [...via], through: via.at(-1) ?? '' },
        [place]: { $cond: [later, { $literal: { ...word, order } }, `$${place}`] },
        [other]: { $ifNull: [`$${other}`, null] },
        due: { $cond: [{ $gt: [due.at, { $ifNull: ['$due.at', new Date(0)] }] }, { $literal: due }, '$due'] },
      };
      return {
        updateOne: {
          filter: { _id: idOf(good) },
          update: [{ $set: facts }, WAITING],
          upsert: true,
        },
      };
    }),
    { ordered: true },
  );
}

/** Notes that newer versions are due to every holder of their records. */
export async function noteDue(
  database: HubDatabase,
  versions: readonly { readonly key: string; readonly due: HoldingDocument['due'] }[],
): Promise<void> {
  if (versions.length === 0) return;
  await holdingModel.in(database).bulkWrite(
    versions.map(({ key, due }) => ({
      updateMany: {
        filter: { key, 'due.at': { $lt: due.at } },
        update: [{ $set: { due: { $literal: due } } }, WAITING],
      },
    })),
    { ordered: true },
  );
}

/** What is known of the holders of a record behind our partners. */
export async function findHoldings(database: HubDatabase, key: string): Promise<HoldingDocument[]> {
  return holdingModel.in(database).find({ key }).sort({ _id: 1 }).toArray();
}

/** How many holders each of these records has behind our partners. */
export async function countHoldings(
  database: HubDatabase,
  keys: readonly string[],
): Promise<Map<string, Set<string>>> {
  const ids = new Map<string, Set<string>>();
  for (const some of idChunks(keys)) {
    const found = await holdingModel
      .in(database)
      .find({ key: { $in: some } }, { projection: { key: 1 } })
      .toArray();
    for (const { _id, key } of found) ids.set(key, (ids.get(key) ?? new Set()).add(_id));
  }
  return ids;
}

/** Holders that wait longer than since an instant, in the order of their ids. */
export async function listWaiting(
  database: HubDatabase,
  before: Date,
  page: { after: string; limit: number },
): Promise<HoldingDocument[]> {
  return holdingModel
    .in(database)
    .find({ waitingSince: { $lt: before, $ne: null }, _id: { $gt: page.after } })
    .sort({ _id: 1 })
    .limit(page.limit)
    .toArray();
}

/** How many holders behind a partner wait longer than since an instant. */
export async function countWaiting(database: HubDatabase, through: string, before: Date): Promise<number> {
  return holdingModel.in(database).countDocuments({ through, waitingSince: { $lt: before, $ne: null } });
}
