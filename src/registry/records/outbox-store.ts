import type { Document, Filter, UpdateFilter } from 'mongodb';
import { idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import { recordModel } from './record.model.ts';
import type { RecordDocument } from './record.ts';

/** Records whose outbox is not empty, the longest waiting first. */
export async function findUnsequenced(database: HubDatabase, limit: number): Promise<RecordDocument[]> {
  return recordModel
    .in(database)
    .find({ 'outbox.at': { $exists: true } })
    .sort({ 'outbox.at': 1 })
    .limit(limit)
    .toArray();
}

/** Takes entries out of the outboxes once their changes are committed; safe to repeat. */
export async function settleOutbox(
  database: HubDatabase,
  settled: readonly { readonly key: string; readonly v: number; readonly n?: number | undefined }[],
): Promise<void> {
  const byVersion = Map.groupBy(settled, (it) => `${it.v} ${it.n ?? -1}`);
  for (const entries of byVersion.values()) {
    const [{ v, n = -1 }] = entries as [(typeof entries)[number]];
    const chunks = idChunks(entries.map((it) => it.key));
    // Most records wait with one entry: taking the whole outbox away is half the price of taking an entry out of it.
    const only = { outbox: { $size: 1 }, 'outbox.v': v, 'outbox.n': n === -1 ? { $exists: false } : n };
    const whole = await update(database, chunks, { filter: only, change: { $unset: { outbox: '' } } });
    if (whole === entries.length) continue;
    const other = { $or: [{ $ne: ['$$it.v', v] }, { $ne: [{ $ifNull: ['$$it.n', -1] }, n] }] };
    const left = { $filter: { input: { $ifNull: ['$outbox', []] }, as: 'it', cond: other } };
    const change = [{ $set: { outbox: { $cond: [{ $eq: [{ $size: left }, 0] }, '$$REMOVE', left] } } }];
    await update(database, chunks, { filter: { 'outbox.v': v }, change });
  }
}

/** Updates records by chunks of keys. @returns how many were changed */
async function update(
  database: HubDatabase,
  chunks: readonly string[][],
  what: {
    readonly filter: Filter<RecordDocument>;
    readonly change: UpdateFilter<RecordDocument> | Document[];
  },
): Promise<number> {
  const { filter, change } = what;
  const result = await recordModel.in(database).bulkWrite(
    chunks.map((keys) => ({ updateMany: { filter: { _id: { $in: keys }, ...filter }, update: change } })),
    { ordered: false },
  );
  return result.modifiedCount;
}

/** How many records wait for a place in the sequence. */
export async function countUnsequenced(database: HubDatabase): Promise<number> {
  return recordModel.in(database).countDocuments({ 'outbox.at': { $exists: true } });
}
