import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { Caller } from '../partners/index.ts';
import { applyTransportReceipt, findDue, markDead, returnToPending } from './delivery-store.ts';
import {
  abandonExpired,
  claimReady,
  findAnswered,
  postponeEnvelope,
  readOutlook,
  refuseEnvelope,
  settleEnvelope,
  storeAnswer,
} from './envelope-store.ts';
import type { EnvelopeDocument } from './delivery.ts';
import { packEnvelope } from './pack-envelope.ts';
import { retryDelayMs } from './retry-schedule.ts';
import { sendEnvelope } from './send-envelope.ts';

/** What the delivery of one partner's records needs. */
export type DeliveryWork = {
  readonly caller: Caller;
  readonly partner: PartnerTerms;
  readonly log: Logger;
  /** Seeded in tests; spreads retries. */
  readonly random: () => number;
};

/** Copies a stored answer to its deliveries and ends the envelope; safe to repeat after a crash. */
async function settle(
  work: DeliveryWork,
  envelope: Pick<EnvelopeDocument, '_id' | 'receipt'>,
): Promise<void> {
  const { database } = work.caller;
  if (envelope.receipt !== null) await applyTransportReceipt(database, work.partner.id, envelope.receipt);
  await settleEnvelope(database, envelope._id);
}

async function attempt(work: DeliveryWork, envelope: EnvelopeDocument): Promise<boolean> {
  const { database } = work.caller;
  const sent = await sendEnvelope(work.caller, work.partner, envelope);
  if (sent.result === 'receipt') {
    const mine = await storeAnswer(database, envelope._id, { fence: envelope.fence, receipt: sent.receipt });
    if (mine) await settle(work, { _id: envelope._id, receipt: sent.receipt });
    return true;
  }
  if (sent.result === 'refused') {
    work.log.warn({ partner: work.partner.id, envelope: envelope._id, code: sent.code }, 'envelope refused');
    await refuseEnvelope(database, envelope._id, sent.code);
    await markDead(database, envelope._id, sent.code);
    return true;
  }
  const delayMs = sent.afterMs ?? retryDelayMs(envelope.attempts + 1, work.random());
  await postponeEnvelope(database, envelope._id, {
    fence: envelope.fence,
    delayMs,
    code: sent.code,
    counted: sent.counted,
  });
  work.log.info(
    { partner: work.partner.id, envelope: envelope._id, code: sent.code, delayMs },
    'envelope postponed',
  );
  return false;
}

/**
 * Delivers whatever is due for one partner until nothing is, or until an attempt fails. Run by a worker on a hint
 * and by the sweep; two at once cost work, never a double effect.
 *
 * @returns envelopes that came to an end
 */
export async function drainPartner(work: DeliveryWork): Promise<number> {
  const { database, directory } = work.caller;
  let ended = 0;
  for (const answered of await findAnswered(database, work.partner.id)) await settle(work, answered);
  for (;;) {
    const { failing } = await readOutlook(database, work.partner.id);
    const packed = failing ? null : await packEnvelope(database, work.partner.id, directory.hub.id);
    const envelope = await claimReady(database, work.partner.id, packed);
    if (envelope === null) return ended;
    if (!(await attempt(work, envelope))) return ended;
    ended += 1;
  }
}

/** Whether anything is due for a partner. */
export async function isDue(work: Pick<DeliveryWork, 'caller' | 'partner'>): Promise<boolean> {
  const { database } = work.caller;
  const { due, failing } = await readOutlook(database, work.partner.id);
  return due || (!failing && (await findDue(database, work.partner.id, 1)).length > 0);
}

/** Gives the deliveries of packers that died back to the pending ones. */
export async function recoverAbandoned(caller: Caller): Promise<void> {
  for (const id of await abandonExpired(caller.database)) await returnToPending(caller.database, id, null);
}
