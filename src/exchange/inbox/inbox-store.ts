import type { TransportReceipt } from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { defineCollection, fromNow, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

/** One message of a partner: never its body, only its digest and what was answered. */
export type InboxDocument = {
  /** `<partner>|<message id>` */
  _id: string;
  partner: string;
  messageId: string;
  digest: string;
  leaseUntil: Date;
  fence: number;
  receipt: TransportReceipt | null;
  receivedAt: Date;
};

/** `inbox`: which messages came, and the receipt each got. */
export const inboxModel = defineCollection<InboxDocument>('inbox', [{ keys: { partner: 1, receivedAt: 1 } }]);

/** How long a taker may be silent before a resend takes over; a living one renews its lease. */
const LEASE_MS = 10_000;
/** How often a living taker renews it. */
export const INBOX_RENEWAL_MS = 3_000;

/** What became of the claim on a message: it is ours to take in, or it was answered before. */
export type InboxClaim =
  | { readonly claim: 'ours'; readonly fence: number }
  | { readonly claim: 'answered'; readonly receipt: TransportReceipt };

/**
 * Claims a message. A resend takes over once its first taker's lease is over.
 *
 * @throws MESSAGE_ID_REUSED for the same id with another body; MESSAGE_IN_PROGRESS (transient) while a taker lives
 */
export async function claimMessage(
  database: HubDatabase,
  message: { partner: string; messageId: string; digest: string },
): Promise<InboxClaim> {
  const inbox = inboxModel.in(database);
  const _id = `${message.partner}|${message.messageId}`;
  const now = database.clock.now();
  const leaseUntil = new Date(now.getTime() + LEASE_MS);
  try {
    await inbox.insertOne({ _id, ...message, leaseUntil, fence: 1, receipt: null, receivedAt: now });
    return { claim: 'ours', fence: 1 };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const known = await inbox.findOne({ _id });
  if (known !== null && known.digest !== message.digest) {
    throw new HubError(
      'MESSAGE_ID_REUSED',
      'refused',
      'this message id came before with another body: use a new id',
    );
  }
  if (known?.receipt != null) return { claim: 'answered', receipt: known.receipt };
  const taken = await inbox.findOneAndUpdate(
    { _id, receipt: null, leaseUntil: { $lte: now } },
    { $set: { leaseUntil }, $inc: { fence: 1 } },
    { returnDocument: 'after' },
  );
  if (taken !== null) return { claim: 'ours', fence: taken.fence };
  throw new HubError(
    'MESSAGE_IN_PROGRESS',
    'transient',
    'this message is being taken in: ask again in a moment',
  );
}

/** Renews the lease of a living taker; nothing happens once another took over. */
export async function renewClaim(
  database: HubDatabase,
  message: { partner: string; messageId: string },
  fence: number,
): Promise<void> {
  const _id = `${message.partner}|${message.messageId}`;
  await inboxModel
    .in(database)
    .updateOne({ _id, fence, receipt: null }, [{ $set: { leaseUntil: fromNow(LEASE_MS) } }]);
}

/** Stores the receipt by compare-and-set on the fence; a loser gets the receipt that was stored. */
export async function storeReceipt(
  database: HubDatabase,
  message: { partner: string; messageId: string },
  answer: { fence: number; receipt: TransportReceipt },
): Promise<TransportReceipt> {
  const _id = `${message.partner}|${message.messageId}`;
  const inbox = inboxModel.in(database);
  await inbox.updateOne({ _id, fence: answer.fence, receipt: null }, { $set: { receipt: answer.receipt } });
  const stored = await inbox.findOne({ _id });
  if (stored?.receipt == null) {
    throw new HubError(
      'MESSAGE_IN_PROGRESS',
      'transient',
      'another taker goes on with this message: ask again',
    );
  }
  return stored.receipt;
}
