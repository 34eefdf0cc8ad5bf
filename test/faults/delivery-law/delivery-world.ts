import {
  moveDelivery,
  type DeliveryMove,
  type DeliveryState,
} from '../../../src/exchange/delivery/delivery-machine.ts';
import {
  ENVELOPE_LEASE_MS,
  moveEnvelope,
  OWING_STATES,
  type EnvelopeEvent,
  type EnvelopeFacts,
} from '../../../src/exchange/delivery/envelope-machine.ts';

type Delivery = { state: DeliveryState; envelope: number | null };
/** `poisonedSends`: attempts that failed by the envelope's own fault. */
type Envelope = { facts: EnvelopeFacts; contents: readonly number[]; poisonedSends: number };
/** An answer under way to a sender, which may be dead, late, or get it twice. */
type Answer = { envelope: number; event: EnvelopeEvent };

const BATCH = 6;
const NOT_THERE_YET = Number.POSITIVE_INFINITY;
const UNSETTLED: ReadonlySet<DeliveryState> = new Set(['pending', 'packed', 'held']);

/**
 * A sender, its stores and a receiver in memory, moved by the very reducers that the stores are written from. Each
 * method is one step between two points where a process may die.
 */
export class DeliveryWorld {
  readonly deliveries: Delivery[];
  readonly envelopes: Envelope[] = [];
  /** What the receiver holds. */
  readonly held = new Set<number>();
  /** Envelopes that the receiver has answered for. */
  readonly answeredFor = new Set<number>();
  /** Records that the receiver refused for good, each alone. */
  readonly refused = new Set<number>();
  readonly #poison: ReadonlySet<number>;
  readonly #overtaken: ReadonlySet<number>;
  readonly #underWay: Answer[] = [];
  readonly #read = new Set<number>();
  readonly #halves = new Map<string, number>();
  #packers: number[] = [];
  #now = 0;

  /** @param overtaken records of which the receiver has a newer version of ours */
  constructor(records: number, poison: ReadonlySet<number>, overtaken: ReadonlySet<number>) {
    this.deliveries = Array.from({ length: records }, () => ({ state: 'pending', envelope: null }));
    this.#poison = poison;
    this.#overtaken = overtaken;
  }

  #move(envelope: number, event: EnvelopeEvent): boolean {
    const known = this.envelopes[envelope];
    const next = known === undefined ? null : moveEnvelope(known.facts, event);
    if (known === undefined || next === null) return false;
    known.facts = next;
    return true;
  }

  #moveAll(ids: Iterable<number>, envelope: number, move: DeliveryMove): void {
    for (const id of ids) {
      const it = this.deliveries[id];
      if (it?.envelope !== envelope) continue;
      const state = moveDelivery(it.state, move);
      if (state === null) continue;
      it.state = state;
      if (state === 'pending') it.envelope = null;
    }
  }

  /** One move for what the receiver took, another for what it has in a newer version. */
  #moveApart(
    ids: readonly number[],
    envelope: number,
    [taken, overtaken]: [DeliveryMove, DeliveryMove],
  ): void {
    const isOvertaken = (id: number): boolean => this.#overtaken.has(id);
    this.#moveAll(
      ids.filter((it) => !isOvertaken(it)),
      envelope,
      taken,
    );
    this.#moveAll(ids.filter(isOvertaken), envelope, overtaken);
  }

  #open(contents: readonly number[], state: 'packing' | 'ready'): number {
    const leaseUntil = state === 'packing' ? this.#now + ENVELOPE_LEASE_MS : this.#now;
    const facts = { state, fence: 1, records: contents.length, failures: 0, nextAttemptAt: this.#now };
    return this.envelopes.push({ facts: { ...facts, leaseUntil }, contents, poisonedSends: 0 }) - 1;
  }

  /** A packer opens an envelope and claims what is due; it may die before it seals. */
  pack(): void {
    const due = this.deliveries.flatMap((it, id) => (it.state === 'pending' ? [id] : [])).slice(0, BATCH);
    if (due.length === 0) return;
    const envelope = this.#open(due, 'packing');
    for (const id of due) {
      const it = this.deliveries[id];
      const state = it === undefined ? null : moveDelivery(it.state, 'pack');
      if (it !== undefined && state !== null) Object.assign(it, { state, envelope });
    }
    this.#packers.push(envelope);
  }

  /** The oldest packer seals its envelope, however late. */
  seal(): void {
    const envelope = this.#packers.shift();
    const contents = envelope === undefined ? undefined : this.envelopes[envelope]?.contents;
    if (envelope === undefined || contents === undefined) return;
    this.#move(envelope, { type: 'SEALED', fence: 1, records: contents.length });
  }

  /** Every packer dies. */
  crash(): void {
    this.#packers = [];
  }

  wait(ms: number): void {
    this.#now += ms;
    for (const envelope of this.envelopes.keys()) this.#move(envelope, { type: 'EXPIRED', at: this.#now });
  }

  /** A sender claims an envelope and sends it; what comes back is under way. */
  send(outcome: 'answer' | 'drop' | 'away' | 'refuse'): void {
    const at = this.#now;
    const envelope = this.envelopes.findIndex((_, it) => this.#move(it, { type: 'CLAIMED', at }));
    const claimed = this.envelopes[envelope];
    if (claimed === undefined) return;
    const { fence } = claimed.facts;
    const poisoned = claimed.contents.some((it) => this.#poison.has(it));
    const reaches = outcome === 'answer' || outcome === 'drop';
    if (outcome === 'away' || (reaches && poisoned)) {
      const failed = { type: 'FAILED', fence, own: outcome !== 'away', at, delayMs: 0 } as const;
      this.#underWay.push({ envelope, event: failed });
    }
    if (reaches && poisoned) claimed.poisonedSends += 1;
    if (reaches && !poisoned) this.#receive(envelope);
    if (outcome === 'answer' && !poisoned)
      this.#underWay.push({ envelope, event: { type: 'ANSWERED', fence } });
    if (outcome === 'refuse' && claimed.contents.length === 1)
      for (const id of claimed.contents) this.refused.add(id);
    if (outcome === 'refuse') this.#underWay.push({ envelope, event: { type: 'REFUSED', fence } });
  }

  #receive(envelope: number): void {
    for (const id of this.envelopes[envelope]?.contents ?? [])
      if (!this.#overtaken.has(id)) this.held.add(id);
    this.answeredFor.add(envelope);
  }

  /** A record in a body that waits may not be sent any more: the envelope ends, and what is in it is packed anew. */
  recall(pick: number): void {
    const ready = [...this.envelopes.entries()].filter(([, it]) => it.facts.state === 'ready');
    const [envelope, it] = ready[pick % Math.max(1, ready.length)] ?? [];
    if (envelope !== undefined && it !== undefined)
      this.#move(envelope, { type: 'RECALLED', fence: it.facts.fence });
  }

  /** One of the answers under way arrives; with `again`, it will come once more. */
  arrive(pick: number, again: boolean): void {
    if (this.#underWay.length === 0) return;
    const at = pick % this.#underWay.length;
    const answer = this.#underWay[at];
    if (!again) this.#underWay.splice(at, 1);
    if (answer !== undefined) this.#move(answer.envelope, answer.event);
  }

  /** The partner brings its receipt for an envelope by itself. */
  bringReceipt(pick: number): void {
    const envelope = [...this.answeredFor][pick % Math.max(1, this.answeredFor.size)];
    if (envelope !== undefined) this.#move(envelope, { type: 'ANSWERED', fence: null });
  }

  /** The partner's business word on an envelope is read: once, since a cursor goes on behind it. */
  businessWord(pick: number): void {
    const unread = [...this.answeredFor].filter((it) => !this.#read.has(it));
    const envelope = unread[pick % Math.max(1, unread.length)];
    if (envelope === undefined) return;
    this.#read.add(envelope);
    this.#moveApart(this.envelopes[envelope]?.contents ?? [], envelope, ['accept', 'rejectTaken']);
  }

  /** Carries out what an envelope owes; with a limit, the process dies after so many deliveries. */
  carryOut(pick: number, limit = Number.POSITIVE_INFINITY): void {
    const owing = [...this.envelopes.entries()].filter(([, it]) =>
      OWING_STATES.some((state) => state === it.facts.state),
    );
    const [envelope, owed] = owing[pick % Math.max(1, owing.length)] ?? [];
    if (envelope === undefined || owed === undefined) return;
    const some = owed.contents.slice(0, limit);
    if (owed.facts.state === 'answered') this.#moveApart(some, envelope, ['store', 'overtake']);
    if (owed.facts.state === 'abandoned') this.#moveAll(some, envelope, 'unpack');
    if (owed.facts.state === 'refused') this.#moveAll(some, envelope, 'giveUp');
    if (owed.facts.state === 'halved') this.#halve(envelope, limit);
    if (limit >= owed.contents.length) this.#move(envelope, { type: 'CARRIED_OUT' });
  }

  #halve(envelope: number, limit: number): void {
    const contents = this.envelopes[envelope]?.contents ?? [];
    const middle = Math.ceil(contents.length / 2);
    const parts = { a: contents.slice(0, middle), b: contents.slice(middle) };
    let moved = 0;
    for (const [name, part] of Object.entries(parts)) {
      const half = this.#halfOf(`${envelope}-${name}`, part);
      for (const it of part) {
        const delivery = this.deliveries[it];
        if (delivery?.envelope === envelope && moved++ < limit) delivery.envelope = half;
      }
    }
    if (moved > limit) return;
    for (const name of Object.keys(parts)) {
      const half = this.envelopes[this.#halves.get(`${envelope}-${name}`) ?? -1];
      if (half?.facts.leaseUntil === NOT_THERE_YET)
        half.facts = { ...half.facts, state: 'ready', leaseUntil: this.#now };
    }
  }

  /** The place of a half, that nobody can claim before it is opened. */
  #halfOf(id: string, contents: readonly number[]): number {
    const known = this.#halves.get(id);
    if (known !== undefined) return known;
    const half = this.#open(contents, 'packing');
    const envelope = this.envelopes[half];
    if (envelope !== undefined) envelope.facts = { ...envelope.facts, leaseUntil: NOT_THERE_YET };
    this.#halves.set(id, half);
    return half;
  }

  /** A person holds, releases or replays a delivery. */
  byHand(pick: number, move: 'hold' | 'release' | 'replay'): void {
    const it = this.deliveries[pick % this.deliveries.length];
    const state = it === undefined ? null : moveDelivery(it.state, move);
    if (it !== undefined && state !== null) Object.assign(it, { state, envelope: null });
  }

  #moves(): boolean {
    const waits = this.deliveries.some((it) => UNSETTLED.has(it.state)) || this.#underWay.length > 0;
    return waits || this.envelopes.some((it) => OWING_STATES.some((state) => state === it.facts.state));
  }

  /** Lets everything come to its end with nothing going wrong any more. */
  drain(): void {
    this.crash();
    for (const id of this.deliveries.keys()) this.byHand(id, 'release');
    for (let round = 0; round < 400 && this.#moves(); round += 1) {
      while (this.#underWay.length > 0) this.arrive(0, false);
      this.wait(ENVELOPE_LEASE_MS + 1);
      for (let owed = 0; owed < this.envelopes.length; owed += 1) this.carryOut(0);
      this.pack();
      this.seal();
      this.send('answer');
    }
    while (this.#read.size < this.answeredFor.size) this.businessWord(0);
  }
}
