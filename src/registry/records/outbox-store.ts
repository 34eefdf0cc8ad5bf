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
    const other = { $or: [{ $ne: ['$$it.v', v] }, { $ne: [{ $ifNull: ['$$it.n', -1] }, n] }] };
    const left = { $filter: { input: { $ifNull: ['$outbox', []] }, as: 'it', cond: other } };
    const update = [{ $set: { outbox: { $cond: [{ $eq: [{ $size: left }, 0] }, '$$REMOVE', left] } } }];
    const chunks = idChunks(entries.map((it) => it.key));
    await recordModel.in(database).bulkWrite(
      chunks.map((keys) => ({ updateMany: { filter: { _id: { $in: keys } }, update } })),
      { ordered: false },
    );
  }
}

/** How many records wait for a place in the sequence. */
export async function countUnsequenced(database: HubDatabase): Promise<number> {
  return recordModel.in(database).countDocuments({ 'outbox.at': { $exists: true } });
}
