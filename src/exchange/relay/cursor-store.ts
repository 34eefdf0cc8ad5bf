import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

type CursorDocument = { _id: string; at: number };

/** `cursors`: how far a reader of a sequence has come. */
export const cursorModel = defineCollection<CursorDocument>('cursors');

/** Position of a reader; 0 at the beginning. */
export async function readCursor(database: HubDatabase, name: string): Promise<number> {
  return (await cursorModel.in(database).findOne({ _id: name }))?.at ?? 0;
}

/** Moves a reader on; it never goes back. */
export async function advanceCursor(database: HubDatabase, name: string, at: number): Promise<void> {
  await cursorModel.in(database).updateOne({ _id: name }, { $max: { at } }, { upsert: true });
}

/**
 * Moves a reader on from the place where it read. One that was told to begin again meanwhile stays where it was put.
 *
 * @returns whether it stands at `to` now
 */
export async function moveCursor(
  database: HubDatabase,
  name: string,
  step: { readonly from: number; readonly to: number },
): Promise<boolean> {
  const { from, to } = step;
  const cursors = cursorModel.in(database);
  try {
    const { matchedCount, upsertedCount } = await cursors.updateOne(
      { _id: name, at: from },
      { $set: { at: to } },
      { upsert: from === 0 },
    );
    return matchedCount + upsertedCount === 1;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

/** Lets a reader begin again, because the other side was set back; what it read before has no second effect. */
export async function rewindCursor(database: HubDatabase, name: string): Promise<void> {
  await cursorModel.in(database).updateOne({ _id: name }, { $set: { at: 0 } });
}
