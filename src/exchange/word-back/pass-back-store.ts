import { defineCollection, duplicatePlaces, type HubDatabase } from '../../infra/mongo/index.ts';
import type { HolderWord } from './words-of.ts';

/** A holder's word that has to go back to the partner that brought its records. */
export type PassBackDocument = {
  /** Hash over partner, way and proof: the same word is noted once. */
  _id: string;
  /** Partner that is told. */
  to: string;
  holder: string;
  /** Hubs it came through before this one. */
  via: string[];
  proof: HolderWord;
  /** Records that came from this partner; null: every one of a proof that is signed. */
  keys: string[] | null;
  /** `refused`: the partner does not take it; it stays for a person. */
  state: 'pending' | 'refused';
  code: string | null;
  createdAt: Date;
};

/** `pass_backs`: words that wait to be passed back; one that was passed back is gone. */
export const passBackModel = defineCollection<PassBackDocument>('pass_backs', [
  { keys: { to: 1, state: 1, createdAt: 1 } },
]);

/** Notes words that have to go back; one that waits already is noted once. */
export async function notePassBacks(database: HubDatabase, documents: PassBackDocument[]): Promise<void> {
  if (documents.length === 0) return;
  await passBackModel.in(database).insertMany(documents, { ordered: false }).catch(duplicatePlaces);
}

/** Words that wait for a partner, the oldest first. */
export async function findPassBacks(
  database: HubDatabase,
  to: string,
  limit: number,
): Promise<PassBackDocument[]> {
  return passBackModel
    .in(database)
    .find({ to, state: 'pending' })
    .sort({ createdAt: 1 })
    .limit(limit)
    .toArray();
}

/** Whether a word waits for a partner. */
export async function hasPassBacks(database: HubDatabase, to: string): Promise<boolean> {
  const found = await passBackModel
    .in(database)
    .findOne({ to, state: 'pending' }, { projection: { _id: 1 } });
  return found !== null;
}

/** Forgets words that a partner took. */
export async function settlePassBacks(database: HubDatabase, ids: readonly string[]): Promise<void> {
  await passBackModel.in(database).deleteMany({ _id: { $in: [...ids] } });
}

/** Keeps a word that a partner does not take, for a person. */
export async function refusePassBack(database: HubDatabase, id: string, code: string): Promise<void> {
  await passBackModel.in(database).updateOne({ _id: id }, { $set: { state: 'refused', code } });
}
