import { defineCollection, duplicatePlaces, type HubDatabase } from '../../infra/mongo/index.ts';

/** A record in which a person was found, until everything of it is erased here. */
export type PersonNotice = {
  /** Record key. */
  _id: string;
  /** Hub that found the person, or the operator. */
  by: string;
  /** Whether everything is erased. */
  done: boolean;
  at: Date;
};

/** `person_notices`: which records have to be erased, and which were; no word of what they said. */
export const personNoticeModel = defineCollection<PersonNotice>('person_notices', [
  { keys: { done: 1, at: 1 } },
]);

/** Notes that a person was found in records; noted again it changes nothing. */
export async function notePersons(database: HubDatabase, keys: readonly string[], by: string): Promise<void> {
  if (keys.length === 0) return;
  const at = database.clock.now();
  await personNoticeModel
    .in(database)
    .insertMany(
      keys.map((_id) => ({ _id, by, done: false, at })),
      { ordered: false },
    )
    .catch(duplicatePlaces);
}

/** Notices that are not done, the oldest first. */
export async function findPersonNotices(database: HubDatabase, limit: number): Promise<PersonNotice[]> {
  return personNoticeModel.in(database).find({ done: false }).sort({ at: 1 }).limit(limit).toArray();
}

/** Notes that everything of a record is erased. */
export async function settlePersonNotice(database: HubDatabase, key: string): Promise<void> {
  await personNoticeModel.in(database).updateOne({ _id: key }, { $set: { done: true } });
}
