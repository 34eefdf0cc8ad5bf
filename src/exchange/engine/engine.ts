import { setTimeout as delay } from 'node:timers/promises';
import type { AcceptPartnerRecords, ForgetPerson } from '../../contracts/doors/index.ts';
import { JOBS } from '../../contracts/jobs/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { hubErrorOf } from '../../infra/mongo/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import { Sequencer } from '../../registry/changes/index.ts';
import { abandonExpired, drainPartner, DueReader, isDue } from '../delivery/index.ts';
import { mayAsk, noteAway, noteHealth, whileWatched } from '../health/index.ts';
import { pullFrom } from '../inbox/index.ts';
import type { CountingCaller } from '../partners/index.ts';
import type { PlatformChannel } from '../platforms/index.ts';
import { collectReceipts } from '../receipts/index.ts';
import { Relay } from '../relay/index.ts';
import { clearOldBodies } from './clear-old-bodies.ts';
import { RedisEpoch } from './redis-epoch.ts';
import { sendPassBacks } from '../holders/index.ts';
import { settlePersons, TermsWatch } from '../recall/index.ts';
import { hasPassBacks } from '../word-back/index.ts';

const SWEEP_MS = 1_000;
const RECOVER_EVERY_SWEEPS = 10;
/** So long a hint may take to reach a worker; then the sweep does the work itself, whatever became of the hint. */
const HINT_PATIENCE_MS = 3_000;
/** So long envelopes go out to a partner without a break; then there is time for what it has to say itself. */
const TURN_MS = 2_000;
/** So long what is under way may take when the engine ends; an envelope that has no answer by then is sent again later. */
const END_MS = 3_000;
/** A partner's later word is asked for so often; after a delivery it is asked for at once. */
const RECEIPTS_EVERY_MS = 30_000;

/** What the engine of one process needs. */
export type EngineOptions = {
  readonly caller: CountingCaller;
  readonly accept: AcceptPartnerRecords;
  /** Erases what is held of a record in which a person was found. */
  readonly forget: ForgetPerson;
  /** Null: no Redis; the engine drains by itself (direct mode). */
  readonly queues: HintQueues | null;
  readonly log: Logger;
  readonly random: () => number;
  /** The ways to partners that are not Xinqiao, by partner. */
  readonly channels?: ReadonlyMap<string, PlatformChannel>;
};

/**
 * Keeps records moving: sequences accepted versions, fans them out, delivers what is due, fetches receipts and
 * pulls. The sweep over MongoDB each second is the truth; a job in Redis only wakes a worker sooner or elsewhere.
 */
export class ExchangeEngine {
  readonly #options: EngineOptions;
  readonly #sequencer: Sequencer;
  readonly #relay: Relay;
  readonly #epoch: RedisEpoch | null;
  readonly #terms: TermsWatch;
  readonly #draining = new Map<string, Promise<void>>();
  /** When work was first found that no worker took, by partner; running time in ms. */
  readonly #dueSince = new Map<string, number>();
  readonly #readers = new Map<string, DueReader>();
  readonly #readAt = new Map<string, number>();
  readonly #pulledAt = new Map<string, number>();
  readonly #unread = new Set<string>();
  #sweeps = 0;
  #stopped = false;
  #loop: Promise<void> | null = null;
  #wake: () => void = () => undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#sequencer = new Sequencer(options.caller.database);
    this.#relay = new Relay(options.caller.database, options.caller.directory);
    this.#epoch = options.queues === null ? null : new RedisEpoch(options.caller.database, options.queues);
    this.#terms = new TermsWatch(options.caller);
  }

  /** Starts the sweep and, with Redis, the workers: one queue a partner. */
  start(): void {
    const { queues, caller } = this.#options;
    for (const partner of caller.directory.list()) {
      this.#unread.add(partner.id);
      queues?.consume(JOBS.drainPartner.queue(partner.id), async (payload) => {
        const { partner: id } = JOBS.drainPartner.payload.parse(payload);
        await this.#drain(caller.directory.get(id));
      });
    }
    this.#loop = this.#run();
  }

  /** Ends the sweep after its present step, and each exchange after its present envelope: a backlog waits for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
    // A partner that does not answer would hold the end up for as long as its time-out.
    await Promise.race([Promise.all(this.#draining.values()), delay(END_MS, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const busy = await this.#sweep().catch((error: unknown) => {
        const { code, message } = hubErrorOf(error);
        this.#options.log.warn({ code, message }, 'sweep failed; it is tried again');
        return false;
      });
      if (!busy) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, SWEEP_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One round over everything that may be due; true while the sequence still moves. */
  async #sweep(): Promise<boolean> {
    const { caller } = this.#options;
    this.#lookAtRedis();
    if (this.#sweeps++ % RECOVER_EVERY_SWEEPS === 0) {
      await abandonExpired(caller.database);
      await clearOldBodies(caller.database);
    }
    const sequenced = await this.#sequencer.step();
    const relayed = await this.#relay.step();
    const recalled = await this.#terms.step();
    await settlePersons(caller, this.#options.forget);
    await Promise.all(caller.directory.list().map((it) => this.#tend(it)));
    return sequenced + relayed + recalled > 0;
  }

  /** Not waited for: a Redis that stands still must not hold the sweep up. */
  #lookAtRedis(): void {
    const { log } = this.#options;
    this.#epoch?.look().then(
      (begun) => {
        if (!begun) return;
        log.info({ epoch: this.#epoch?.current() }, 'Redis holds nothing of ours: hints begin anew');
        this.#wake();
      },
      (error: unknown) => log.debug({ err: String(error) }, 'redis mark'),
    );
  }

  /** Looks after one partner; a partner that fails never holds up the others. */
  async #tend(partner: PartnerTerms): Promise<void> {
    const { caller, queues } = this.#options;
    if (partner.url === undefined && this.#channelTo(partner) === undefined) return;
    // Whoever drains looks for what is due by itself; a second look would only keep the database from it.
    if (this.#draining.has(partner.id)) return;
    if (!(await mayAsk(caller.database, partner.id))) return;
    if (await isDue({ caller, partner, due: this.#readerFor(partner) })) {
      if (queues?.available() === true && this.#isPatient(partner.id)) {
        const id = `${partner.id}-${this.#epoch?.current() ?? 0}-0`;
        await queues.hint(JOBS.drainPartner.queue(partner.id), id, { partner: partner.id });
      } else {
        this.#start(partner);
      }
    } else {
      this.#dueSince.delete(partner.id);
    }
    const receiptsDue =
      this.#unread.has(partner.id) || this.#isDue(this.#readAt, partner.id, this.#everyMs(partner));
    const wordsWait = await hasPassBacks(caller.database, partner.id);
    if (this.#isPullDue(partner) || receiptsDue || wordsWait) this.#start(partner);
  }

  #readerFor({ id }: PartnerTerms): DueReader {
    const known = this.#readers.get(id);
    if (known !== undefined) return known;
    const reader = new DueReader(this.#options.caller.database, id);
    this.#readers.set(id, reader);
    return reader;
  }

  #channelTo(partner: PartnerTerms): PlatformChannel | undefined {
    return this.#options.channels?.get(partner.id);
  }

  /** How often a partner's later word is asked for. */
  #everyMs(partner: PartnerTerms): number {
    return this.#channelTo(partner)?.everyMs ?? RECEIPTS_EVERY_MS;
  }

  #isPatient(partner: string): boolean {
    const since = this.#dueSince.get(partner) ?? performance.now();
    this.#dueSince.set(partner, since);
    return performance.now() - since < HINT_PATIENCE_MS;
  }

  #isDue(doneAt: ReadonlyMap<string, number>, partner: string, everyMs: number): boolean {
    return performance.now() - (doneAt.get(partner) ?? Number.NEGATIVE_INFINITY) >= everyMs;
  }

  #isPullDue(partner: PartnerTerms): boolean {
    return (
      partner.pull !== null && this.#isDue(this.#pulledAt, partner.id, partner.pull.everySeconds * 1_000)
    );
  }

  #start(partner: PartnerTerms): void {
    this.#drain(partner).catch((error: unknown) => {
      const { code, message } = hubErrorOf(error);
      this.#options.log.warn({ partner: partner.id, code, message }, 'what was seen could not be noted');
    });
  }

  /** Everything due between us and one partner, once at a time in this process. */
  async #drain(partner: PartnerTerms): Promise<void> {
    const running = this.#draining.get(partner.id);
    if (running !== undefined || this.#stopped) return running;
    this.#dueSince.delete(partner.id);
    const work = this.#exchangeWith(partner).finally(() => this.#draining.delete(partner.id));
    this.#draining.set(partner.id, work);
    return work;
  }

  async #exchangeWith(partner: PartnerTerms): Promise<void> {
    const { caller, random, log } = this.#options;
    const { database } = caller;
    try {
      while (await this.#takeTurn(partner));
    } catch (error) {
      const { code, kind, message } = hubErrorOf(error);
      log.info({ partner: partner.id, code, message }, 'exchange interrupted; it goes on later');
      if (kind === 'defect') log.error({ partner: partner.id, err: error }, 'exchange fault');
      // Our own store's absence and our own faults say nothing about the partner; every other fault is an answer of it.
      const isOurs =
        code === 'STORE_UNREACHABLE' || (kind === 'defect' && this.#channelTo(partner) === undefined);
      if (!isOurs) await noteAway(database, partner.id, { code, afterMs: null, random: random() });
    }
  }

  /**
   * Delivers for a while, then tells and asks what else there is: a backlog that does not end must not keep a partner's
   * own word away.
   *
   * @returns whether more may be due
   */
  async #takeTurn(partner: PartnerTerms): Promise<boolean> {
    const { caller, log, random } = this.#options;
    const channel = this.#channelTo(partner);
    const due = this.#readerFor(partner);
    const endsAt = performance.now() + TURN_MS;
    let isCut = false;
    const isOver = (): boolean => (isCut ||= this.#stopped || performance.now() >= endsAt);
    const ended = await drainPartner({ caller, partner, log, random, channel, due, isOver });
    if (ended > 0) this.#unread.add(partner.id);
    if (this.#stopped || !(await mayAsk(caller.database, partner.id))) return false;
    if (channel !== undefined) await this.#fetchFrom(partner);
    else await whileWatched({ caller, partner, log, random }, () => this.#talkTo(partner));
    return isCut;
  }

  /** What two hubs tell each other beside envelopes. */
  async #talkTo(partner: PartnerTerms): Promise<void> {
    await sendPassBacks(this.#options.caller, partner);
    await this.#fetchFrom(partner);
  }

  /** What a partner has for us: its word on what we sent, and what it owes us. */
  async #fetchFrom(partner: PartnerTerms): Promise<void> {
    const { caller, accept, log } = this.#options;
    if (this.#isDue(this.#readAt, partner.id, this.#everyMs(partner))) this.#unread.add(partner.id);
    if (this.#unread.has(partner.id)) {
      this.#readAt.set(partner.id, performance.now());
      await (this.#channelTo(partner)?.collect() ?? collectReceipts(caller, partner));
      this.#unread.delete(partner.id);
      await noteHealth(caller.database, partner.id, { type: 'ANSWERED' });
    }
    if (this.#isPullDue(partner)) {
      this.#pulledAt.set(partner.id, performance.now());
      const taken = await pullFrom({ caller, accept }, partner);
      if (Object.keys(taken).length > 0) log.info({ partner: partner.id, taken }, 'pulled');
    }
  }
}
