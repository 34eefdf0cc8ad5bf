import type { CalendarDay } from '../../domain/calendar/index.ts';
import { defineCollection, duplicatePlaces, idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import type { Said } from './map-row.ts';

/** What one platform was told of one record, and what it made of it. */
export type PlatformRowDocument = {
  /** `<partner>|<record key>` */
  _id: string;
  partner: string;
  key: string;
  /** Newest version that was sent; written before it is sent, so that a crash never forgets it. */
  v: number;
  said: Said;
  envelope: string;
  batch: string;
  to: string;
  outcome: 'waiting' | 'accepted' | 'rejected';
  /** Version the platform has accepted and not taken back; null: none. */
  heldV: number | null;
  /** Last day on which it may stand there. */
  endsOn: CalendarDay | null;
  /** Last day of a publication in time; null where no clock runs. */
  dueOn: CalendarDay | null;
  /** Day on which the platform first accepted a version. */
  publishedOn: CalendarDay | null;
  late: boolean;
};

/** `platform_rows`: one document a record and platform that is not Xinqiao. */
export const platformRowModel = defineCollection<PlatformRowDocument>('platform_rows', [
  { keys: { partner: 1, outcome: 1, batch: 1 } },
  { keys: { partner: 1, endsOn: 1 } },
]);

/** Name of what a platform was told of a record. */
export function rowId(partner: string, key: string): string {
  return `${partner}|${key}`;
}

/** Whether a platform may show anything of the record. */
export function mayHold(row: PlatformRowDocument): boolean {
  return row.heldV !== null || (row.said !== 'withdraw' && row.outcome === 'waiting');
}

/** What a platform was told of these records, by record key. */
export async function findRows(
  database: HubDatabase,
  partner: string,
  keys: readonly string[],
): Promise<Map<string, PlatformRowDocument>> {
  const rows = new Map<string, PlatformRowDocument>();
  for (const some of idChunks(keys)) {
    const ids = some.map((it) => rowId(partner, it));
    for (const row of await platformRowModel
      .in(database)
      .find({ _id: { $in: ids } })
      .toArray())
      rows.set(row.key, row);
  }
  return rows;
}

/** What is noted before a row goes out. */
export type SentRow = Pick<
  PlatformRowDocument,
  'key' | 'v' | 'said' | 'envelope' | 'batch' | 'to' | 'endsOn' | 'dueOn'
>;

/**
 * Notes rows that are about to be sent; an older version than the one noted changes nothing.
 *
 * @param known record keys that were noted before
 */
export async function noteSent(
  database: HubDatabase,
  partner: string,
  rows: readonly SentRow[],
  known: ReadonlySet<string>,
): Promise<void> {
  const fresh = rows.filter((it) => !known.has(it.key));
  const rest = rows.filter((it) => known.has(it.key));
  const collection = platformRowModel.in(database);
  const open = { outcome: 'waiting', heldV: null, publishedOn: null, late: false } as const;
  try {
    if (fresh.length > 0) {
      const documents = fresh.map((row) => ({ _id: rowId(partner, row.key), partner, ...row, ...open }));
      await collection.insertMany(documents, { ordered: false });
    }
  } catch (error) {
    duplicatePlaces(error);
  }
  if (rest.length === 0) return;
  await collection.bulkWrite(
    rest.map((row) => ({
      updateOne: {
        filter: { _id: rowId(partner, row.key), v: { $lte: row.v } },
        update: { $set: { ...row, outcome: 'waiting' as const } },
      },
    })),
    { ordered: false },
  );
}

/** What a platform made of the newest version it was sent. */
export type AnsweredRow = { readonly row: PlatformRowDocument; readonly accepted: boolean };

function changesOf({ row, accepted }: AnsweredRow, today: CalendarDay): Partial<PlatformRowDocument> {
  if (!accepted) return { outcome: 'rejected' };
  if (row.said === 'withdraw') return { outcome: 'accepted', heldV: null };
  const first = row.publishedOn === null ? { publishedOn: today } : {};
  const late = row.publishedOn === null && row.dueOn !== null && today > row.dueOn;
  return { outcome: 'accepted', heldV: row.v, ...first, ...(late ? { late } : {}) };
}

/** Notes answers to rows that wait for one; the same answer again has no effect. */
export async function noteAnswered(
  database: HubDatabase,
  answered: readonly AnsweredRow[],
  today: CalendarDay,
): Promise<void> {
  // Most rows of a batch change alike: one update for each kind of change instead of one for each row.
  const alike = Map.groupBy(answered, (it) => JSON.stringify([it.row.v, changesOf(it, today)]));
  for (const some of alike.values()) {
    const [first] = some;
    if (first === undefined) continue;
    for (const ids of idChunks(some.map((it) => it.row._id))) {
      await platformRowModel
        .in(database)
        .updateMany(
          { _id: { $in: ids }, v: first.row.v, outcome: 'waiting' },
          { $set: changesOf(first, today) },
        );
    }
  }
}

/** Batches with rows that wait for an answer, at most `limit`. */
export async function listAwaited(
  database: HubDatabase,
  partner: string,
  limit: number,
): Promise<{ number: string; to: string }[]> {
  const found = await platformRowModel
    .in(database)
    .aggregate<{ _id: string; to: string }>([
      { $match: { partner, outcome: 'waiting' } },
      { $group: { _id: '$batch', to: { $first: '$to' } } },
      { $sort: { _id: 1 } },
      { $limit: limit },
    ])
    .toArray();
  return found.map((it) => ({ number: it._id, to: it.to }));
}

/** Rows that a platform still shows although their time there is over. */
export async function findEnded(
  database: HubDatabase,
  partner: string,
  ended: { readonly before: CalendarDay; readonly limit: number },
): Promise<PlatformRowDocument[]> {
  return platformRowModel
    .in(database)
    .find({ partner, endsOn: { $lt: ended.before }, heldV: { $ne: null }, said: { $ne: 'withdraw' } })
    .limit(ended.limit)
    .toArray();
}

/** How a platform stands: records it shows, and those that came or come after their last day. */
export async function countRows(
  database: HubDatabase,
  partner: string,
  today: CalendarDay,
): Promise<{ held: number; late: number }> {
  const none = { $eq: ['$publishedOn', null] };
  const overdue = { $and: [none, { $ne: ['$dueOn', null] }, { $lt: ['$dueOn', today] }] };
  const [counted] = await platformRowModel
    .in(database)
    .aggregate<{ held: number; late: number }>([
      { $match: { partner } },
      {
        $group: {
          _id: null,
          held: { $sum: { $cond: [{ $eq: ['$heldV', null] }, 0, 1] } },
          late: { $sum: { $cond: [{ $or: ['$late', overdue] }, 1, 0] } },
        },
      },
    ])
    .toArray();
  return { held: counted?.held ?? 0, late: counted?.late ?? 0 };
}

/** Every record that a platform shows by its own word, in the order of keys. */
export async function* streamHeld(
  database: HubDatabase,
  partner: string,
): AsyncGenerator<{ key: string; v: number }> {
  const held = platformRowModel
    .in(database)
    .find({ partner, heldV: { $ne: null } }, { projection: { key: 1, heldV: 1 } })
    .sort({ _id: 1 })
    .batchSize(1_000);
  for await (const { key, heldV } of held) if (heldV !== null) yield { key, v: heldV };
}
