import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { MAX_ENVELOPE_RECORDS } from '../../contracts/messages/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { whileRenewed } from '../../registry/leases/index.ts';
import { answersOthers, awaitTurn, mayAsk, noteAway, noteHealth, whileWatched } from '../health/index.ts';
import type { CountingCaller } from '../partners/index.ts';
import { carryOut } from './carry-out.ts';
import type { EnvelopeDocument } from './delivery.ts';
import { DueReader } from './due-reader.ts';
import {
  claimReady,
  findOwing,
  hasDueEnvelope,
  noteFailure,
  refuseEnvelope,
  renewLease,
  storeAnswer,
} from './envelope-store.ts';
import { ENVELOPE_RENEWAL_MS } from './envelope-machine.ts';
import { packEnvelope } from './pack-envelope.ts';
import { recheckEnvelope } from './recheck-envelope.ts';
import { retryDelayMs } from './retry-schedule.ts';
import { sendEnvelope, type SendResult } from './send-envelope.ts';

/** The way to a partner that is not Xinqiao. What becomes of deliveries and envelopes is the same for both. */
export type Channel = {
  /** Most records in one envelope, 1 to 500. */
  readonly most: number;
  /** Sends one envelope once. Never throws. */
  send(envelope: EnvelopeDocument): Promise<SendResult>;
  /** Whether the partner answers anything at all. Never throws. */
  answers(): Promise<boolean>;
};

/** What the delivery of one partner's records needs. */
export type DeliveryWork = {
  readonly caller: CountingCaller;
  readonly partner: PartnerTerms;
  readonly log: Logger;
  /** Seeded in tests; spreads retries. */
  readonly random: () => number;
  /** Absent: the partner is a hub and is called signed. */
  readonly channel?: Channel | undefined;
  /** Where reading what is due goes on; absent: from the beginning. */
  readonly due?: DueReader;
  /** How long a hub may take over an envelope; absent: 30 s. */
  readonly timeoutMs?: number;
  /** Whether it is time to end: no further envelope is begun, the one under way is finished. Absent: never. */
  readonly isOver?: () => boolean;
};

const TAKING_IN_MS = 2_000;
/** A partner that answers "later" at once, each time, must not be asked without a pause. */
const SHORTEST_WAIT_MS = 250;

/** The partner is not to be asked for a while; the envelope waits without a count. */
async function standBack(
  work: DeliveryWork,
  envelope: EnvelopeDocument,
  sent: { code: string; afterMs: number | null },
): Promise<void> {
  const { database } = work.caller;
  const { code, afterMs } = sent;
  await noteAway(database, work.partner.id, { code, afterMs, random: work.random() });
  await noteFailure(database, envelope, { own: false, delayMs: 0, code });
}

/** An attempt that failed: is it the envelope, or does the partner answer nobody? */
async function afterFailure(work: DeliveryWork, envelope: EnvelopeDocument, code: string): Promise<boolean> {
  const { caller, partner } = work;
  const answers = await (work.channel?.answers() ?? answersOthers(caller, partner));
  if (!answers) {
    await standBack(work, envelope, { code, afterMs: null });
    return false;
  }
  await noteHealth(caller.database, partner.id, { type: 'ANSWERED' });
  const delayMs = retryDelayMs(envelope.failures + 1, work.random());
  const moved = await noteFailure(caller.database, envelope, { own: true, delayMs, code });
  if (moved !== null && moved.state !== 'ready') await carryOut(caller.database, moved);
  return true;
}

/** Carries out what an answer means. @param answered null: it came after another process had taken the envelope */
async function finish(work: DeliveryWork, answered: EnvelopeDocument | null): Promise<void> {
  if (answered === null) work.caller.counts.add('stale_fences', work.partner.id);
  else await carryOut(work.caller.database, answered);
}

/** Notes what an attempt came to. @returns whether the partner may be asked for the next envelope */
async function settle(work: DeliveryWork, envelope: EnvelopeDocument, sent: SendResult): Promise<boolean> {
  const { database } = work.caller;
  const { id } = work.partner;
  switch (sent.result) {
    case 'receipt': {
      await noteHealth(database, id, { type: 'ANSWERED' });
      const answer = { fence: envelope.fence, receipt: sent.receipt };
      await finish(work, await storeAnswer(database, envelope, answer));
      return true;
    }
    case 'refused': {
      await noteHealth(database, id, { type: 'ANSWERED' });
      await finish(work, await refuseEnvelope(database, envelope, sent.code));
      return true;
    }
    case 'later':
      await noteFailure(database, envelope, {
        own: false,
        delayMs: Math.max(SHORTEST_WAIT_MS, sent.afterMs ?? TAKING_IN_MS),
        code: sent.code,
      });
      return true;
    case 'gone': {
      const words = { pausedBy: id, reason: 'the partner answered 410', lastError: sent.code };
      await noteHealth(database, id, { type: 'PAUSED', at: database.clock.now().getTime() }, words);
      await noteFailure(database, envelope, { own: false, delayMs: 0, code: sent.code });
      return false;
    }
    case 'away':
      await standBack(work, envelope, sent);
      return false;
    case 'failed':
      return afterFailure(work, envelope, sent.code);
  }
}

/** Answers that claim to be a receipt and are not one, or come when nobody waits any more: whoever gives them is noted. */
const UNUSABLE = new Set(['RECEIPT_INVALID', 'NOT_JSON', 'HTTP_TOO_LARGE', 'HTTP_TIMEOUT']);

/** Sends by the partner's own way; a hub that is silent over it is looked after. */
async function sendOnce(work: DeliveryWork, envelope: EnvelopeDocument): Promise<SendResult> {
  const { caller, partner, channel } = work;
  if (channel !== undefined) return channel.send(envelope);
  if (partner.envelopesPerSecond !== undefined) {
    const waitMs = await awaitTurn(caller.database, partner.id, partner.envelopesPerSecond);
    if (waitMs > 0) return { result: 'away', code: 'PARTNER_PACE', afterMs: waitMs };
  }
  return whileWatched(work, () => sendEnvelope(caller, partner, { envelope, timeoutMs: work.timeoutMs }));
}

async function attempt(work: DeliveryWork, envelope: EnvelopeDocument): Promise<boolean> {
  const { database } = work.caller;
  const renewal = { everyMs: ENVELOPE_RENEWAL_MS, renew: () => renewLease(database, envelope) };
  const sent = await whileRenewed(renewal, () => sendOnce(work, envelope));
  if (sent.result !== 'receipt') {
    const { result, code } = sent;
    const facts = { partner: work.partner.id, envelope: envelope._id, result, code };
    if (result === 'refused' || result === 'gone') work.log.warn(facts, 'envelope not taken');
    else work.log.info(facts, 'envelope goes again');
  }
  if (sent.result === 'failed' && UNUSABLE.has(sent.code)) {
    const details = { envelope: envelope._id };
    await appendAudit(database, [
      { event: 'RECEIPT_REFUSED', actor: work.partner.id, purpose: null, code: sent.code, details },
    ]);
  }
  return settle(work, envelope, sent);
}

/**
 * Delivers whatever is due for one partner until nothing is, the partner is not to be asked, or it is time to end. Run by
 * a worker on a hint and by the sweep; two at once cost work, never a double effect.
 *
 * @returns envelopes that were answered or came to an end
 */
export async function drainPartner(work: DeliveryWork): Promise<number> {
  const { database, directory } = work.caller;
  const { id } = work.partner;
  const to = { database, directory, partner: work.partner };
  const { due = new DueReader(database, id) } = work;
  const most = work.channel?.most ?? MAX_ENVELOPE_RECORDS;
  let ended = 0;
  for (const owing of await findOwing(database, id)) await carryOut(database, owing);
  while (work.isOver?.() !== true && (await mayAsk(database, id))) {
    const waiting = await claimReady(database, id);
    const envelope = waiting ?? (await packEnvelope(to, await due.next(most)));
    if (envelope === null) return ended;
    if (waiting !== null && !(await recheckEnvelope(to, waiting))) continue;
    if (!(await attempt(work, envelope))) return ended;
    ended += 1;
  }
  return ended;
}

/** Whether anything is due for a partner. */
export async function isDue(work: Pick<DeliveryWork, 'caller' | 'partner' | 'due'>): Promise<boolean> {
  const { database } = work.caller;
  const { id } = work.partner;
  const { due = new DueReader(database, id) } = work;
  return (await hasDueEnvelope(database, id)) || (await due.next(1)).length > 0;
}
