import type { TransportReceipt } from '../../contracts/messages/index.ts';
import { defineCollection, fromNow, type HubDatabase } from '../../infra/mongo/index.ts';
import type { EnvelopeDocument } from './delivery.ts';

/** `envelopes`: stored batches on their way. */
export const envelopeModel = defineCollection<EnvelopeDocument>('envelopes', [
  { keys: { partner: 1, mode: 1, state: 1, nextAttemptAt: 1 } },
  { keys: { state: 1, leaseUntil: 1 } },
]);

/** How long a packer or sender may take before another process takes the envelope over. */
export const ENVELOPE_LEASE_MS = 60_000;
const MAX_OPEN = 100;

/** Opens an envelope that is being packed; its id is the claim token of its deliveries. */
export async function openEnvelope(
  database: HubDatabase,
  envelope: { id: string; partner: string; mode: 'PUSH' | 'PULL' },
): Promise<void> {
  const now = database.clock.now();
  await envelopeModel.in(database).insertOne({
    _id: envelope.id,
    partner: envelope.partner,
    mode: envelope.mode,
    state: 'packing',
    leaseUntil: new Date(now.getTime() + ENVELOPE_LEASE_MS),
    fence: 1,
    body: null,
    digest: null,
    records: 0,
    attempts: 0,
    nextAttemptAt: now,
    lastError: null,
    receipt: null,
    createdAt: now,
    settledAt: null,
  });
}

/** Closes an envelope over its body; false when it was taken from the packer meanwhile. */
export async function sealEnvelope(
  database: HubDatabase,
  id: string,
  sealed: { body: string; digest: string; records: number },
): Promise<boolean> {
  const result = await envelopeModel
    .in(database)
    .updateOne({ _id: id, state: 'packing' }, { $set: { ...sealed, state: 'ready' } });
  return result.modifiedCount === 1;
}

/** Takes away an envelope that held nothing. */
export async function dropEnvelope(database: HubDatabase, id: string): Promise<void> {
  await envelopeModel.in(database).deleteOne({ _id: id, state: 'packing' });
}

/**
 * Claims an envelope whose attempt is due and whose sender is gone; the fence grows. Null when there is none.
 *
 * @param fresh an envelope the caller sealed just now: it is sent first and its lease is the caller's own
 */
export async function claimReady(
  database: HubDatabase,
  partner: string,
  fresh: string | null,
): Promise<EnvelopeDocument | null> {
  if (fresh !== null) return envelopeModel.in(database).findOne({ _id: fresh, state: 'ready', fence: 1 });
  const now = database.clock.now();
  return envelopeModel
    .in(database)
    .findOneAndUpdate(
      { partner, mode: 'PUSH', state: 'ready', nextAttemptAt: { $lte: now }, leaseUntil: { $lte: now } },
      [{ $set: { leaseUntil: fromNow(ENVELOPE_LEASE_MS), fence: { $add: ['$fence', 1] } } }],
      { sort: { nextAttemptAt: 1 }, returnDocument: 'after' },
    );
}

/** Stores the partner's answer; false when another sender's claim is newer. */
export async function storeAnswer(
  database: HubDatabase,
  id: string,
  answer: { fence: number | null; receipt: TransportReceipt },
): Promise<boolean> {
  const fence = answer.fence === null ? {} : { fence: answer.fence };
  const result = await envelopeModel
    .in(database)
    .updateOne(
      { _id: id, state: 'ready', ...fence },
      { $set: { state: 'answered', receipt: answer.receipt } },
    );
  return result.modifiedCount === 1;
}

/** Ends an envelope once its answer was copied to the deliveries. */
export async function settleEnvelope(database: HubDatabase, id: string): Promise<void> {
  await envelopeModel
    .in(database)
    .updateOne({ _id: id, state: 'answered' }, [{ $set: { state: 'settled', settledAt: '$$NOW' } }]);
}

/** Answered envelopes whose answer was not copied to the end. */
export async function findAnswered(database: HubDatabase, partner: string): Promise<EnvelopeDocument[]> {
  return envelopeModel
    .in(database)
    .find({ partner, mode: { $in: ['PUSH', 'PULL'] }, state: 'answered' })
    .toArray();
}

/** Notes a failed attempt and when the next one is due. */
export async function postponeEnvelope(
  database: HubDatabase,
  id: string,
  failure: { fence: number; delayMs: number; code: string; counted: boolean },
): Promise<void> {
  await envelopeModel.in(database).updateOne({ _id: id, state: 'ready', fence: failure.fence }, [
    {
      $set: {
        attempts: { $add: ['$attempts', failure.counted ? 1 : 0] },
        nextAttemptAt: fromNow(failure.delayMs),
        leaseUntil: '$$NOW',
        lastError: failure.code,
      },
    },
  ]);
}

/** Ends an envelope that the partner refuses for good. */
export async function refuseEnvelope(database: HubDatabase, id: string, code: string): Promise<void> {
  await envelopeModel
    .in(database)
    .updateOne({ _id: id, state: 'ready' }, { $set: { state: 'refused', lastError: code } });
}

/** Envelopes whose packer died: marked abandoned, so that their deliveries can go back. */
export async function abandonExpired(database: HubDatabase): Promise<string[]> {
  const expired = await envelopeModel
    .in(database)
    .find({ state: 'packing', leaseUntil: { $lte: database.clock.now() } }, { projection: { _id: 1 } })
    .toArray();
  const ids = expired.map((it) => it._id);
  if (ids.length > 0) {
    await envelopeModel
      .in(database)
      .updateMany({ _id: { $in: ids }, state: 'packing' }, { $set: { state: 'abandoned' } });
  }
  return ids;
}

/** What the open envelopes of a partner ask for. */
export type Outlook = {
  /** An attempt is due, or an answer was not copied to the end. */
  readonly due: boolean;
  /** An envelope waits for its next attempt at a partner that failed: until then nothing more is packed. */
  readonly failing: boolean;
};

/** Looks at the open envelopes of a partner; few, since packing stops while one of them fails. */
export async function readOutlook(database: HubDatabase, partner: string): Promise<Outlook> {
  const now = database.clock.now();
  const envelopes = envelopeModel.in(database);
  const ready = await envelopes
    .find(
      { partner, mode: 'PUSH', state: 'ready' },
      { projection: { nextAttemptAt: 1, leaseUntil: 1, lastError: 1 } },
    )
    .sort({ nextAttemptAt: 1 })
    .limit(MAX_OPEN)
    .toArray();
  const due = ready.some((it) => it.nextAttemptAt <= now && it.leaseUntil <= now);
  const failing = ready.some((it) => it.lastError !== null);
  if (due) return { due, failing };
  const answered = await envelopes.findOne(
    { partner, mode: { $in: ['PUSH', 'PULL'] }, state: 'answered' },
    { projection: { _id: 1 } },
  );
  return { due: answered !== null, failing };
}

/** One envelope, or null. */
export async function findEnvelope(database: HubDatabase, id: string): Promise<EnvelopeDocument | null> {
  return envelopeModel.in(database).findOne({ _id: id });
}
