import { mayAttempt, moveHealth, UNSEEN, type Health, type HealthEvent } from '../../infra/breaker/index.ts';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

/** What is known of a partner, shared by every process of the hub. */
export type HealthDocument = {
  /** Partner's id. */
  _id: string;
  outages: number;
  openUntil: Date | null;
  pausedAt: Date | null;
  /** Who paused it and why; null while it is not paused. */
  pausedBy: string | null;
  reason: string | null;
  /** Code of the last outage. */
  lastError: string | null;
};

/** `partner_health`: one document a partner that ever failed or was paused. */
export const healthModel = defineCollection<HealthDocument>('partner_health');

/** Words beside a note. */
type HealthWords = Partial<Pick<HealthDocument, 'pausedBy' | 'reason' | 'lastError'>>;

const instantOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/** A health as it stands in the database. */
function instantsOf({
  outages,
  openUntil,
  pausedAt,
}: Health): Pick<HealthDocument, 'outages' | 'openUntil' | 'pausedAt'> {
  return { outages, openUntil: instantOf(openUntil), pausedAt: instantOf(pausedAt) };
}

function healthOf(document: HealthDocument | null): Health {
  if (document === null) return UNSEEN;
  const { outages, openUntil, pausedAt } = document;
  return { outages, openUntil: openUntil?.getTime() ?? null, pausedAt: pausedAt?.getTime() ?? null };
}

/** Whether anything may be sent to a partner now. */
export async function mayAsk(database: HubDatabase, partner: string): Promise<boolean> {
  return mayAttempt(healthOf(await findHealth(database, partner)), database.clock.now().getTime());
}

/** Everything that is known of a partner, or null. */
export async function findHealth(database: HubDatabase, partner: string): Promise<HealthDocument | null> {
  return healthModel.in(database).findOne({ _id: partner });
}

/** Writes what an event makes of a partner, where it still stands as it was read. @returns whether it does now */
async function tryNote(
  database: HubDatabase,
  partner: string,
  event: HealthEvent,
  words: HealthWords,
): Promise<boolean> {
  const known = await findHealth(database, partner);
  const before = healthOf(known);
  const after = moveHealth(before, event);
  if (known === null && event.type === 'ANSWERED') return true;
  if (known !== null && Object.keys(words).length === 0 && sameHealth(before, after)) return true;
  const changes = { ...instantsOf(after), ...words };
  const collection = healthModel.in(database);
  if (known !== null) {
    const { matchedCount } = await collection.updateOne(
      { _id: partner, ...instantsOf(before) },
      { $set: changes },
    );
    return matchedCount === 1;
  }
  try {
    await collection.insertOne({ _id: partner, pausedBy: null, reason: null, lastError: null, ...changes });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

/**
 * Notes what was seen of a partner, or decided about it. Where another process noted something meanwhile, that stands in
 * the place of what was seen: both saw the same partner. A pause and its end are decided and not seen: they are noted in
 * any case.
 *
 * @param words who and why, for a pause; the code, for an outage
 */
export async function noteHealth(
  database: HubDatabase,
  partner: string,
  event: HealthEvent,
  words: HealthWords = {},
): Promise<void> {
  const isDecided = event.type === 'PAUSED' || event.type === 'RESUMED';
  // Each round lost is another one's note, and those are seconds apart.
  while (!(await tryNote(database, partner, event, words)) && isDecided);
}

/** Notes that a partner did not answer, or asked to wait. @param away `random` from 0 up to 1 spreads the next look */
export async function noteAway(
  database: HubDatabase,
  partner: string,
  away: { code: string; afterMs: number | null; random: number },
): Promise<void> {
  const { code, afterMs, random } = away;
  const at = database.clock.now().getTime();
  await noteHealth(database, partner, { type: 'AWAY', at, afterMs, random }, { lastError: code });
}

function sameHealth(a: Health, b: Health): boolean {
  return a.outages === b.outages && a.openUntil === b.openUntil && a.pausedAt === b.pausedAt;
}
