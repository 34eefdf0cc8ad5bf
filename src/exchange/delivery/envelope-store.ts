import type { BusinessReceipt, Stored, TransportReceipt } from '../../contracts/messages/index.ts';
import {
  defineCollection,
  fromNow,
  idChunks,
  isDuplicateKey,
  type HubDatabase,
} from '../../infra/mongo/index.ts';
import type { EnvelopeDocument } from './delivery.ts';
import {
  ENVELOPE_LEASE_MS,
  moveEnvelope,
  OWING_STATES,
  type EnvelopeEvent,
  type EnvelopeFacts,
} from './envelope-machine.ts';

/** `envelopes`: stored batches on their way. */
export const envelopeModel = defineCollection<EnvelopeDocument>('envelopes', [
  { keys: { partner: 1, mode: 1, state: 1, nextAttemptAt: 1 } },
  { keys: { state: 1, leaseUntil: 1 } },
  { keys: { state: 1, closedAt: 1 } },
]);

const MAX_OPEN = 100;
const CLOCK_SLACK_MS = 250;

function factsOf(it: EnvelopeDocument): EnvelopeFacts {
  const { state, fence, records, failures } = it;
  return {
    state,
    fence,
    records,
    failures,
    nextAttemptAt: it.nextAttemptAt.getTime(),
    leaseUntil: it.leaseUntil.getTime(),
  };
}

/**
 * Writes what an event makes of an envelope, where it still stands as it was read. Instants are the database's own.
 *
 * @returns the envelope afterwards; null where the event had no effect
 */
async function move(
  database: HubDatabase,
  envelope: EnvelopeDocument,
  event: EnvelopeEvent,
  changes: object = {},
): Promise<EnvelopeDocument | null> {
  const next = moveEnvelope(factsOf(envelope), event);
  if (next === null) return null;
  const { state, fence, records, failures } = next;
  return envelopeModel
    .in(database)
    .findOneAndUpdate(
      { _id: envelope._id, state: envelope.state, fence: envelope.fence },
      [{ $set: { state, fence, records, failures, ...changes } }],
      { returnDocument: 'after' },
    );
}

/** Opens an envelope that is being packed; its id is the claim token of its deliveries. */
export async function openEnvelope(
  database: HubDatabase,
  envelope: { id: string; partner: string; mode: 'PUSH' | 'PULL' },
): Promise<EnvelopeDocument> {
  const now = database.clock.now();
  const document: EnvelopeDocument = {
    _id: envelope.id,
    partner: envelope.partner,
    mode: envelope.mode,
    state: 'packing',
    leaseUntil: new Date(now.getTime() + ENVELOPE_LEASE_MS),
    fence: 1,
    body: null,
    digest: null,
    records: 0,
    failures: 0,
    nextAttemptAt: now,
    lastError: null,
    backTo: [],
    receipt: null,
    createdAt: now,
    closedAt: null,
  };
  await envelopeModel.in(database).insertOne(document);
  return document;
}

/** What an envelope is closed over; `backTo`: partners that brought records of it. */
export type Sealed = { body: string; digest: string; records: number; backTo: string[] };

/** Closes an envelope over its body; null when it was taken from the packer meanwhile. */
export async function sealEnvelope(
  database: HubDatabase,
  packing: EnvelopeDocument,
  sealed: Sealed,
): Promise<EnvelopeDocument | null> {
  const { body, digest, records, backTo } = sealed;
  const event = { type: 'SEALED', fence: packing.fence, records } as const;
  return move(database, packing, event, { body: { $literal: body }, digest, backTo });
}

/** Opens an envelope that is whole at once, as half of another one; the same half again changes nothing. */
export async function openWhole(
  database: HubDatabase,
  half: Pick<EnvelopeDocument, '_id' | 'partner' | 'mode' | 'body' | 'digest' | 'records' | 'backTo'>,
): Promise<void> {
  const now = database.clock.now();
  const rest = { fence: 1, failures: 0, lastError: null, receipt: null, closedAt: null };
  try {
    await envelopeModel
      .in(database)
      .insertOne({ ...half, ...rest, state: 'ready', leaseUntil: now, nextAttemptAt: now, createdAt: now });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Takes away an envelope that held nothing. */
export async function dropEnvelope(database: HubDatabase, id: string): Promise<void> {
  await envelopeModel.in(database).deleteOne({ _id: id, state: 'packing' });
}

/** The latest instant that may be now by the database: this process' reading of its clock may be a little behind. */
export function soonAt(database: HubDatabase): Date {
  return new Date(database.clock.now().getTime() + CLOCK_SLACK_MS);
}

/** Claims an envelope whose attempt is due and whose sender is gone; the fence grows. Null when there is none. */
export async function claimReady(database: HubDatabase, partner: string): Promise<EnvelopeDocument | null> {
  const envelopes = envelopeModel.in(database);
  const soon = soonAt(database);
  const due = { nextAttemptAt: { $lte: soon }, leaseUntil: { $lte: soon } };
  const found = await envelopes
    .find({ partner, mode: 'PUSH', state: 'ready', ...due })
    .sort({ nextAttemptAt: 1 })
    .limit(1)
    .next();
  if (found === null) return null;
  // What is due is decided by the database's clock alone: that of this process may be wrong by hours.
  const isDue = { $and: [{ $lte: ['$nextAttemptAt', '$$NOW'] }, { $lte: ['$leaseUntil', '$$NOW'] }] };
  const claimed = await envelopes.findOneAndUpdate(
    { _id: found._id, state: 'ready', fence: found.fence },
    [
      {
        $set: {
          fence: { $cond: [isDue, { $add: ['$fence', 1] }, '$fence'] },
          leaseUntil: { $cond: [isDue, fromNow(ENVELOPE_LEASE_MS), '$leaseUntil'] },
        },
      },
    ],
    { returnDocument: 'after' },
  );
  return claimed?.fence === found.fence + 1 ? claimed : null;
}

/** Renews the lease of a living sender; nothing happens once another took over. */
export async function renewLease(database: HubDatabase, envelope: EnvelopeDocument): Promise<void> {
  const { _id, fence } = envelope;
  await envelopeModel
    .in(database)
    .updateOne({ _id, fence, state: 'ready' }, [{ $set: { leaseUntil: fromNow(ENVELOPE_LEASE_MS) } }]);
}

/** Stores the partner's answer; null when it has no effect any more. @param fence null: the partner brought it */
export async function storeAnswer(
  database: HubDatabase,
  envelope: EnvelopeDocument,
  answer: { fence: number | null; receipt: Stored<TransportReceipt> },
): Promise<EnvelopeDocument | null> {
  const event = { type: 'ANSWERED', fence: answer.fence } as const;
  return move(database, envelope, event, { receipt: { $literal: answer.receipt } });
}

/** Notes a failed attempt: a later one, two halves or the end, as the machine has it. */
export async function noteFailure(
  database: HubDatabase,
  envelope: EnvelopeDocument,
  failure: { own: boolean; delayMs: number; code: string },
): Promise<EnvelopeDocument | null> {
  const { own, delayMs, code } = failure;
  const at = database.clock.now().getTime();
  const event = { type: 'FAILED', fence: envelope.fence, own, at, delayMs } as const;
  const changes = { nextAttemptAt: fromNow(delayMs), leaseUntil: '$$NOW', lastError: { $literal: code } };
  return move(database, envelope, event, changes);
}

/** Halves an envelope that the partner refuses for good, or ends it where one record is left. */
export async function refuseEnvelope(
  database: HubDatabase,
  envelope: EnvelopeDocument,
  code: string,
): Promise<EnvelopeDocument | null> {
  const event = { type: 'REFUSED', fence: envelope.fence } as const;
  return move(database, envelope, event, { lastError: { $literal: code } });
}

/** Ends an envelope that holds a record which may not be sent any more; its body goes. */
export async function recallEnvelope(
  database: HubDatabase,
  envelope: EnvelopeDocument,
): Promise<EnvelopeDocument | null> {
  const event = { type: 'RECALLED', fence: envelope.fence } as const;
  return move(database, envelope, event, { body: null, lastError: 'NO_LONGER_ENTITLED' });
}

/** Ends an envelope whose effect on its deliveries is carried out. */
export async function closeEnvelope(database: HubDatabase, envelope: EnvelopeDocument): Promise<void> {
  await move(database, envelope, { type: 'CARRIED_OUT' }, { closedAt: '$$NOW' });
}

/** Envelopes whose packer died are abandoned; the next drain of their partner gives their deliveries back. */
export async function abandonExpired(database: HubDatabase): Promise<void> {
  const expired = await envelopeModel
    .in(database)
    .find({ state: 'packing', leaseUntil: { $lte: database.clock.now() } })
    .toArray();
  for (const it of expired) {
    await move(database, it, { type: 'EXPIRED', at: database.clock.now().getTime() });
  }
}

/** Envelopes that owe an effect on their deliveries. @param partner null: of every partner */
export async function findOwing(database: HubDatabase, partner: string): Promise<EnvelopeDocument[]> {
  return envelopeModel
    .in(database)
    .find({ partner, mode: { $in: ['PUSH', 'PULL'] }, state: { $in: [...OWING_STATES] } })
    .toArray();
}

/** Whether an envelope of a partner is due for an attempt, or owes an effect. Few are open at a time. */
export async function hasDueEnvelope(database: HubDatabase, partner: string): Promise<boolean> {
  const now = database.clock.now();
  const envelopes = envelopeModel.in(database);
  const ready = await envelopes
    .find({ partner, mode: 'PUSH', state: 'ready' }, { projection: { nextAttemptAt: 1, leaseUntil: 1 } })
    .sort({ nextAttemptAt: 1 })
    .limit(MAX_OPEN)
    .toArray();
  if (ready.some((it) => it.nextAttemptAt <= now && it.leaseUntil <= now)) return true;
  const owing = await envelopes.findOne(
    { partner, mode: { $in: ['PUSH', 'PULL'] }, state: { $in: [...OWING_STATES] } },
    { projection: { _id: 1 } },
  );
  return owing !== null;
}

/** One envelope, or null. */
export async function findEnvelope(database: HubDatabase, id: string): Promise<EnvelopeDocument | null> {
  return envelopeModel.in(database).findOne({ _id: id });
}

/** Ids of envelopes whose body names a record, wherever they stand: looked through one by one, since it is rare. */
export async function findEnvelopesNaming(database: HubDatabase, key: string): Promise<string[]> {
  const found = await envelopeModel
    .in(database)
    .find({ body: { $regex: key } })
    .project<{ _id: string }>({ _id: 1 })
    .toArray();
  return found.map((it) => it._id);
}

/** Removes the body of an envelope that has come to its end; digest and receipt stay. @returns false before its end */
export async function clearBody(database: HubDatabase, id: string): Promise<boolean> {
  const { matchedCount } = await envelopeModel
    .in(database)
    .updateOne({ _id: id, state: 'closed' }, { $set: { body: null } });
  return matchedCount === 1;
}

/**
 * Removes the bodies of the first envelopes that came to their end in a span of time; digests and receipts stay.
 *
 * @returns when the last of them had come to its end; null: none had
 */
export async function clearBodiesOfSpan(
  database: HubDatabase,
  span: { readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<Date | null> {
  const envelopes = envelopeModel.in(database);
  const closedAt = { $gte: span.from, $lte: span.to };
  const found = await envelopes
    .find({ state: 'closed', closedAt }, { projection: { closedAt: 1 } })
    .sort({ closedAt: 1 })
    .limit(span.limit)
    .toArray();
  for (const ids of idChunks(found.map((it) => it._id)))
    await envelopes.updateMany({ _id: { $in: ids } }, { $set: { body: null } });
  return found.at(-1)?.closedAt ?? null;
}

/** Keeps a platform's later word on the envelope it is about; the same answer again changes nothing. */
export async function storeWord(
  database: HubDatabase,
  id: string,
  word: { answer: string; receipt: Stored<BusinessReceipt> },
): Promise<void> {
  await envelopeModel
    .in(database)
    .updateOne({ _id: id, 'words.answer': { $ne: word.answer } }, { $push: { words: word } });
}
