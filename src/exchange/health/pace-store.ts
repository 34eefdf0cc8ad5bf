import { defineCollection, fromNow, msAfter, type HubDatabase } from '../../infra/mongo/index.ts';
import { FIRST_PER_SECOND, movePace } from './pace.ts';

type PaceDocument = { _id: string; perSecond: number; cleanSince: Date; nextAt: Date };

/** `partner_pace`: how fast messages go to a partner, shared by every process of the hub. */
export const paceModel = defineCollection<PaceDocument>('partner_pace');

async function openPace(database: HubDatabase, partner: string): Promise<void> {
  const now = database.clock.now();
  await paceModel
    .in(database)
    .updateOne(
      { _id: partner },
      { $setOnInsert: { perSecond: FIRST_PER_SECOND, cleanSince: now, nextAt: now } },
      { upsert: true },
    );
}

/** A turn that is further away is not taken: the partner is left alone until then. */
const LONGEST_WAIT_MS = 2_000;

/** Takes the next place, where it is not further away than two seconds. @returns milliseconds to wait */
async function claimTurn(database: HubDatabase, partner: string, stated: number | null): Promise<number> {
  const paces = paceModel.in(database);
  await openPace(database, partner);
  const known = await paces.findOne({ _id: partner });
  const early = (known?.nextAt.getTime() ?? 0) - database.clock.now().getTime();
  if (early > LONGEST_WAIT_MS) return Math.round(early);
  const everyMs = 1_000 / (stated ?? known?.perSecond ?? FIRST_PER_SECOND);
  const start = { $cond: [{ $gt: ['$nextAt', '$$NOW'] }, '$nextAt', fromNow(0)] };
  const claimed = await paces.findOneAndUpdate(
    { _id: partner },
    [{ $set: { nextAt: msAfter(start, everyMs) } }],
    { returnDocument: 'after' },
  );
  const turnAt = (claimed?.nextAt.getTime() ?? 0) - everyMs;
  return Math.max(0, Math.round(turnAt - database.clock.now().getTime()));
}

/** Notes whether a partner took a message without a word of "too much". */
export async function notePace(database: HubDatabase, partner: string, clean: boolean): Promise<void> {
  const paces = paceModel.in(database);
  const known = await paces.findOne({ _id: partner });
  if (known === null) return;
  const before = { perSecond: known.perSecond, cleanSince: known.cleanSince.getTime() };
  const after = movePace(before, { clean, at: database.clock.now().getTime() });
  if (after.perSecond === before.perSecond && after.cleanSince === before.cleanSince) return;
  const { perSecond, cleanSince } = after;
  await paces.updateOne(
    { _id: partner, perSecond: known.perSecond },
    { $set: { perSecond, cleanSince: new Date(cleanSince) } },
  );
}

/**
 * Waits for the next place in a partner's pace.
 *
 * @param stated messages a second that the partner's terms state; null: as found out so far
 * @returns 0 once it is our turn; milliseconds until then where the partner is to be left alone so long
 */
export async function awaitTurn(
  database: HubDatabase,
  partner: string,
  stated: number | null,
): Promise<number> {
  const waitMs = await claimTurn(database, partner, stated);
  if (waitMs > LONGEST_WAIT_MS) return waitMs;
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  return 0;
}
