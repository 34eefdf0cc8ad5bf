import type { Stored, TransportReceipt, WireRecord } from '../../contracts/messages/index.ts';
import { toHubError } from '../../domain/hub-error.ts';
import {
  deliveryId,
  sendAgain,
  withholdDeliveries,
  type Channel,
  type EnvelopeDocument,
  type SendResult,
} from '../delivery/index.ts';
import { awaitTurn, notePace } from '../health/index.ts';
import { advanceCursor, readCursor } from '../relay/index.ts';
import { todayOf, type ExchangeWith } from './exchange-with.ts';
import { planBatches, type PlannedBatch } from './plan-batches.ts';
import type { PlatformBatch } from './platform-link.ts';
import { findEnded, listAwaited, noteSent } from './platform-row-store.ts';
import { takeAnswers } from './take-answers.ts';

/** Silence of a platform that was reached: it may be too much for it. One that is not reached says nothing of the kind. */
const TOO_MUCH = new Set(['HTTP_TIMEOUT', 'SQL_TIMEOUT', 'SFTP_TIMEOUT']);
const MAX_AWAITED = 200;
const ENDED_AT_ONCE = 500;

function unsignedReceipt(
  on: ExchangeWith,
  envelope: EnvelopeDocument,
  records: readonly WireRecord[],
): Stored<TransportReceipt> {
  return {
    type: 'TRANSPORT',
    protocol: 'xinqiao/1',
    envelopeId: envelope._id,
    envelopeDigest: envelope.digest ?? '',
    sender: on.caller.directory.hub.id,
    receiver: on.partner.id,
    receivedAt: on.caller.database.clock.now().toISOString(),
    records: records.map(({ key, v, hash }) => ({
      key,
      v,
      hash,
      disposition: 'stored',
      rule: null,
      retryable: false,
      held: null,
    })),
    signature: null,
  };
}

/**
 * The way of envelopes to a platform that is not Xinqiao, and of its words back. What becomes of deliveries and
 * envelopes is decided where it is for hubs; receipts are the platform's word as we understood it, and *unsigned*.
 */
export class PlatformChannel implements Channel {
  readonly #on: ExchangeWith;
  #endedOn: string | null = null;

  constructor(on: ExchangeWith) {
    this.#on = on;
  }

  /** Most records in one envelope. */
  get most(): number {
    return this.#on.platform.limits.records;
  }

  /** How often the platform's later words are looked for, in milliseconds. */
  get everyMs(): number {
    return this.#on.platform.answers.everySeconds * 1_000;
  }

  /** Sends what of an envelope the platform may have. Never throws. */
  async send(envelope: EnvelopeDocument): Promise<SendResult> {
    try {
      const { batches, sent, withheld } = await planBatches(this.#on, envelope);
      await withholdDeliveries(this.#on.caller.database, envelope._id, withheld);
      for (const planned of batches) {
        const failed = await this.#sendBatch(planned);
        if (failed !== null) return failed;
      }
      return { result: 'receipt', receipt: unsignedReceipt(this.#on, envelope, sent) };
    } catch (error) {
      return { result: 'failed', code: this.#noted(error) };
    }
  }

  /** Whether the platform answers anything at all. Never throws. */
  async answers(): Promise<boolean> {
    try {
      await this.#on.link.probe();
      return true;
    } catch (error) {
      this.#noted(error);
      return false;
    }
  }

  /**
   * Looks for the platform's later words and applies them; lets records go again whose time there is over.
   *
   * @returns answers that were about rows of ours
   */
  async collect(): Promise<number> {
    const { caller, partner, link } = this.#on;
    const { database } = caller;
    await this.#sendEnded();
    const awaited = await listAwaited(database, partner.id, MAX_AWAITED);
    const cursor = `platform-${partner.id}`;
    let taken = 0;
    await link.collect({
      awaited,
      after: await readCursor(database, cursor),
      take: async (page, next) => {
        taken += await takeAnswers(this.#on, page);
        if (next !== undefined) await advanceCursor(database, cursor, next);
      },
    });
    return taken;
  }

  close(): Promise<void> {
    return this.#on.link.close();
  }

  #noted(error: unknown): string {
    const { code, kind, message } = toHubError(error);
    if (kind === 'defect' || kind === 'config') {
      this.#on.log.warn({ partner: this.#on.partner.id, code, message }, 'the way to a platform is broken');
    }
    return code;
  }

  async #sendBatch(planned: PlannedBatch): Promise<Exclude<SendResult, { result: 'receipt' }> | null> {
    const { caller, partner, platform } = this.#on;
    const { database } = caller;
    const waitMs = await awaitTurn(database, partner.id, platform.limits.perSecond ?? null);
    if (waitMs > 0) return { result: 'away', code: 'PARTNER_PACE', afterMs: waitMs };
    const batch = await this.#leftOf(planned);
    if (batch.rows.length === 0) return null;
    const going = new Set(batch.rows.map((it) => it.key));
    const notes = planned.notes.filter((it) => going.has(it.key));
    await noteSent(database, partner.id, notes, planned.known);
    const sending = await this.#on.link.send(batch).catch(async (error: unknown) => {
      if (TOO_MUCH.has(toHubError(error).code)) await notePace(database, partner.id, false);
      throw error;
    });
    await notePace(database, partner.id, sending.result === 'taken');
    if (sending.result !== 'taken') return sending;
    const page = { source: batch.number, answers: sending.answers, unreadable: 0, fault: null };
    await takeAnswers(this.#on, page);
    return null;
  }

  /**
   * What of a batch still has to be sent. Where the manifest says so the platform is asked first about every batch that
   * may have brought the same rows: before anything is noted, or a crash would forget which ones those were.
   */
  async #leftOf({ batch, unsure }: PlannedBatch): Promise<PlatformBatch> {
    const { link, platform } = this.#on;
    if (platform.idempotency !== 'query') return batch;
    const answered = new Set<string>();
    for (const number of unsure) {
      const answers = (await link.findBatch({ number, to: batch.to })) ?? [];
      await takeAnswers(this.#on, { source: number, answers, unreadable: 0, fault: null, again: true });
      for (const it of answers) answered.add(`${it.key} ${it.v}`);
    }
    return { ...batch, rows: batch.rows.filter((it) => !answered.has(`${it.key} ${it.v}`)) };
  }

  /** Once a day: what the platform still shows although it may not any more is sent again, as a withdrawal. */
  async #sendEnded(): Promise<void> {
    const { caller, partner } = this.#on;
    const today = todayOf(this.#on);
    if (this.#endedOn === today) return;
    const rows = await findEnded(caller.database, partner.id, { before: today, limit: ENDED_AT_ONCE });
    await sendAgain(
      caller.database,
      rows.map((it) => deliveryId(partner.id, it.key, it.v)),
    );
    if (rows.length < ENDED_AT_ONCE) this.#endedOn = today;
  }
}
