import type { BusinessReceipt } from '../../contracts/messages/index.ts';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

/** A business receipt we issued; `n` counts per partner without a gap, so that a cursor misses none. */
export type IssuedReceipt = {
  /** `<partner>|<message id>` */
  _id: string;
  partner: string;
  n: number;
  receipt: BusinessReceipt;
};

/** `business_receipts`: our own later word on what partners sent. */
export const issuedReceiptModel = defineCollection<IssuedReceipt>('business_receipts', [
  { keys: { partner: 1, n: 1 }, options: { unique: true } },
]);

/**
 * Issues a business receipt once a message; the next number is taken only where the one before is visible. A round that
 * is lost is another message's receipt issued, so that many at once come to an end, and none goes without its own.
 */
export async function issueReceipt(database: HubDatabase, receipt: BusinessReceipt): Promise<void> {
  const issued = issuedReceiptModel.in(database);
  const partner = receipt.sender;
  const _id = `${partner}|${receipt.envelopeId}`;
  for (;;) {
    const last = await issued.find({ partner }).sort({ n: -1 }).limit(1).next();
    try {
      await issued.insertOne({ _id, partner, n: (last?.n ?? 0) + 1, receipt });
      return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      if ((await issued.findOne({ _id })) !== null) return;
    }
  }
}

/** Business receipts for a partner after a position, in order. */
export async function listIssued(
  database: HubDatabase,
  partner: string,
  page: { after: number; limit: number },
): Promise<IssuedReceipt[]> {
  return issuedReceiptModel
    .in(database)
    .find({ partner, n: { $gt: page.after } })
    .sort({ n: 1 })
    .limit(page.limit)
    .toArray();
}

/** The business receipt issued for one message of a partner, or null. */
export async function findIssued(
  database: HubDatabase,
  partner: string,
  messageId: string,
): Promise<BusinessReceipt | null> {
  return (await issuedReceiptModel.in(database).findOne({ _id: `${partner}|${messageId}` }))?.receipt ?? null;
}
