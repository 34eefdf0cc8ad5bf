import { defineCollection, idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import type { ChangeDocument } from './change.ts';

/** `changes`: the gapless sequence of versions. */
export const changeModel = defineCollection<ChangeDocument>('changes', [
  { keys: { key: 1, v: 1, n: 1 }, options: { unique: true } },
]);

/** Changes after a position, in order. The sequence has no gap: where the next place is empty, nothing follows. */
export async function listChanges(
  database: HubDatabase,
  afterSeq: number,
  limit: number,
): Promise<ChangeDocument[]> {
  const changes = changeModel.in(database);
  if ((await changes.findOne({ _id: afterSeq + 1 }, { projection: { _id: 1 } })) === null) return [];
  return changes
    .find({ _id: { $gt: afterSeq } })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
}

/** The newest position, 0 before the first change. */
export async function lastSeq(database: HubDatabase): Promise<number> {
  const last = await changeModel.in(database).find({}).sort({ _id: -1 }).limit(1).next();
  return last?._id ?? 0;
}

/** Name of one version in the sequence. */
export function versionName(it: {
  readonly key: string;
  readonly v: number;
  readonly n?: number | undefined;
}): string {
  return `${it.key} ${it.v} ${it.n ?? ''}`;
}

/** The versions of these records that have a position already, by {@link versionName}. */
export async function findSequenced(database: HubDatabase, keys: readonly string[]): Promise<Set<string>> {
  const found = await changeModel
    .in(database)
    .find({ key: { $in: [...keys] } }, { projection: { key: 1, v: 1, n: 1 } })
    .toArray();
  return new Set(found.map(versionName));
}

/** The change that brought each of these versions, the last one of a number; a version without a place is left out. */
export async function findChanges(
  database: HubDatabase,
  versions: readonly { readonly key: string; readonly v: number }[],
): Promise<ChangeDocument[]> {
  const wanted = new Set(versions.map((it) => `${it.key} ${it.v}`));
  const found = await changeModel
    .in(database)
    .find({ key: { $in: versions.map((it) => it.key) } })
    .sort({ _id: 1 })
    .toArray();
  const last = new Map(found.map((it) => [`${it.key} ${it.v}`, it]));
  return [...last].flatMap(([name, it]) => (wanted.has(name) ? [it] : []));
}

/** Puts the producer in the subject's place in every change of a record in which a person was found. */
export async function eraseChanges(
  database: HubDatabase,
  key: string,
  producer: { readonly uscc: string; readonly region: string },
): Promise<void> {
  await changeModel
    .in(database)
    .updateMany({ key }, { $set: { subject: producer.uscc, subjectRegion: producer.region } });
}

/** Changes of the records whose keys stand in a range, by key and version. @param keys from included, to not */
export async function listChangesOfKeys(
  database: HubDatabase,
  keys: { readonly from: string; readonly to: string },
): Promise<ChangeDocument[]> {
  const found = await changeModel
    .in(database)
    .find({ key: { $gte: keys.from, $lt: keys.to } })
    .toArray();
  return found.sort((a, b) => (a.key === b.key ? a.v - b.v : a.key < b.key ? -1 : 1));
}

/** Changes of these records, by version. */
export async function listChangesOf(
  database: HubDatabase,
  keys: readonly string[],
): Promise<ChangeDocument[]> {
  const changes = changeModel.in(database);
  const found = await Promise.all(
    idChunks(keys).map((some) => changes.find({ key: { $in: some } }).toArray()),
  );
  return found.flat().sort((a, b) => a.v - b.v);
}

/** Keys of the records that changed after a position, up to another one. */
export async function* streamChangedKeys(
  database: HubDatabase,
  span: { readonly afterSeq: number; readonly throughSeq: number },
): AsyncGenerator<string> {
  const found = changeModel
    .in(database)
    .find({ _id: { $gt: span.afterSeq, $lte: span.throughSeq } }, { projection: { key: 1 } })
    .batchSize(5_000);
  for await (const { key } of found) yield key;
}
