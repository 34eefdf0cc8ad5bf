import { decideHolderState, type DueVersion, type HolderState } from '../../domain/holding/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { findRecord, type RecordDocument } from '../../registry/records/index.ts';
import { listDeliveriesOf, type DeliveryDocument } from '../delivery/index.ts';
import { WITHDRAWAL_HASH } from '../owed/index.ts';
import { findHoldings, type HoldingDocument } from './holding-store.ts';
import { dueOf } from './take-pass-back.ts';

/** One holder of a record, as far as this hub knows. Instants in ISO 8601, UTC. */
export type HolderView = {
  readonly hub: string;
  /** Hubs that reported it: the one that delivered to the holder first; none for our own partner. */
  readonly reportedBy: readonly string[];
  /** Hub that vouches for it; null: the holder's own signature was verified. */
  readonly attestedBy: string | null;
  /** Version it confirmed last; null: none. */
  readonly v: number | null;
  /** Whether the content it confirmed is what that version says, or its withdrawal; null without a version. */
  readonly hashMatches: boolean | null;
  readonly since: string | null;
  readonly state: HolderState;
  /** Rule by which it refused. */
  readonly rule: string | null;
  /** Whether it has the newest version, or the withdrawal in its place. */
  readonly current: boolean;
  /** Whether a correction or withdrawal was due to it longer ago than the hub file allows. */
  readonly overdue: boolean;
  /** Since when it should have what it has not confirmed. */
  readonly waitingSince: string | null;
};

/** Who holds a record. */
export type RecordHolders = {
  readonly key: string;
  readonly origin: string;
  readonly v: number;
  readonly withdrawn: boolean;
  readonly holders: readonly HolderView[];
};

/** What the ages of a hub's holders are measured by. */
export type RecallTerms = Pick<HubFile, 'partners' | 'recall'>;

const HOUR_MS = 3_600_000;

/** Instant before which what is still due is overdue. */
export function overdueBefore(database: HubDatabase, terms: RecallTerms): Date {
  return new Date(database.clock.now().getTime() - terms.recall.overdueAfterHours * HOUR_MS);
}

type Confirmed = { readonly v: number; readonly hash: string; readonly at: Date | null };

function confirmedOf(delivery: DeliveryDocument): Confirmed[] {
  const { v, state, hash, settledAt, before } = delivery;
  if (state === 'stored' || state === 'accepted') return [{ v, hash, at: settledAt }];
  return before === null || before.at === null ? [] : [{ v, hash: before.hash, at: before.at }];
}

const OPEN: ReadonlySet<string> = new Set(['pending', 'packed', 'held', 'dead']);

/** What the deliveries of a record to one partner tell, each word by the delivery that has the last one. */
class PartnerWord {
  readonly confirmed: Confirmed | null;
  readonly last: DeliveryDocument | null;
  /** Whether the partner may hold something that it did not confirm. */
  readonly mayHold: boolean;

  constructor(deliveries: readonly DeliveryDocument[]) {
    this.confirmed = deliveries.flatMap(confirmedOf).at(-1) ?? null;
    this.last = deliveries.findLast((it) => it.state !== 'superseded') ?? null;
    this.mayHold =
      this.confirmed !== null ||
      deliveries.some((it) => it.before !== null || it.state === 'packed' || it.state === 'dead');
  }
}

class Looking {
  readonly #record: RecordDocument;
  readonly #due: DueVersion & { at: Date };
  readonly #before: Date;

  constructor(record: RecordDocument, before: Date) {
    this.#record = record;
    this.#due = dueOf(record);
    this.#before = before;
  }

  #versionOf(of: { v: number; hash: string }) {
    return this.#record.versions.find((it) => it.v === of.v && it.hash === of.hash);
  }

  #matches(of: { v: number; hash: string } | null): boolean | null {
    return of === null ? null : of.hash === WITHDRAWAL_HASH || this.#versionOf(of) !== undefined;
  }

  #withdraws(of: { v: number; hash: string }): boolean {
    return of.hash === WITHDRAWAL_HASH || this.#versionOf(of)?.operation === 'WITHDRAW';
  }

  #stateOf({ confirmed, last }: PartnerWord, isPartner: boolean): HolderState {
    const withdrawn = confirmed !== null && this.#withdraws(confirmed);
    if (!isPartner) return withdrawn ? 'WITHDRAWN' : 'UNKNOWN';
    if (last?.state === 'rejected') return 'REFUSED';
    if (last !== null && OPEN.has(last.state))
      return withdrawn && last.sends === 'WITHDRAWAL' ? 'WITHDRAWN' : 'UNKNOWN';
    if (withdrawn) return 'WITHDRAWN';
    const { v, hash } = this.#due;
    return confirmed?.v === v && confirmed.hash === hash ? 'CONFIRMED' : 'UNKNOWN';
  }

  /** Since when a partner should have what it has not confirmed, and whether that is too long; null: it need not. */
  #waiting(
    word: PartnerWord,
    state: HolderState,
    isPartner: boolean,
  ): { since: Date; overdue: boolean } | null {
    const { confirmed, last, mayHold } = word;
    if (state !== 'UNKNOWN' && !(state === 'REFUSED' && mayHold)) return null;
    const open = isPartner && last !== null && last.state !== 'accepted';
    const since = open ? last.createdAt : this.#due.at;
    const corrects = mayHold && (this.#due.v > 1 || last?.sends === 'WITHDRAWAL');
    const behind = confirmed?.v !== this.#due.v || confirmed.hash !== this.#due.hash;
    return { since, overdue: corrects && behind && since < this.#before };
  }

  #confirmedFacts(confirmed: Confirmed | null): Pick<HolderView, 'v' | 'hashMatches' | 'since'> {
    if (confirmed === null) return { v: null, hashMatches: null, since: null };
    const { v, at } = confirmed;
    return { v, hashMatches: this.#matches(confirmed), since: at?.toISOString() ?? null };
  }

  /** A partner of ours, by its deliveries in the order of versions. Null where it never got anything. */
  partner(hub: string, deliveries: readonly DeliveryDocument[], isPartner: boolean): HolderView | null {
    const word = new PartnerWord(deliveries);
    if (word.last === null && !word.mayHold) return null;
    const state = this.#stateOf(word, isPartner);
    const waiting = this.#waiting(word, state, isPartner);
    const settled = state === 'CONFIRMED' || state === 'WITHDRAWN';
    return {
      ...{ hub, reportedBy: [], attestedBy: null, state },
      ...this.#confirmedFacts(word.confirmed),
      rule: state === 'REFUSED' ? (word.last?.rule ?? null) : null,
      current: settled && word.confirmed?.v === this.#due.v,
      overdue: waiting?.overdue === true,
      waitingSince: waiting?.since.toISOString() ?? null,
    };
  }

  /** A holder behind a partner. */
  behind(holding: HoldingDocument): HolderView {
    const { holder, via, taken, refused, waitingSince } = holding;
    const state = decideHolderState(holding, this.#due);
    return {
      ...{ hub: holder, reportedBy: via, state },
      attestedBy: (state === 'REFUSED' ? refused : taken)?.attestedBy ?? null,
      v: taken?.v ?? null,
      hashMatches: this.#matches(taken),
      since: taken?.at ?? null,
      rule: state === 'REFUSED' ? (refused?.rule ?? null) : null,
      current: taken?.v === this.#due.v && (state === 'CONFIRMED' || state === 'WITHDRAWN'),
      overdue: waitingSince !== null && waitingSince < this.#before,
      waitingSince: waitingSince?.toISOString() ?? null,
    };
  }
}

/**
 * Who holds a record, and which version: our partners by their receipts, those behind them by what was passed back.
 *
 * @returns null where this hub has no such record
 */
export async function listHolders(
  database: HubDatabase,
  terms: RecallTerms,
  key: string,
): Promise<RecordHolders | null> {
  const record = await findRecord(database, key);
  if (record === null) return null;
  const looking = new Looking(record, overdueBefore(database, terms));
  const byPartner = Map.groupBy(await listDeliveriesOf(database, key), (it) => it.partner);
  const known = new Set(terms.partners.map((it) => it.id));
  const partners = [...byPartner].flatMap(
    ([hub, deliveries]) => looking.partner(hub, deliveries, known.has(hub)) ?? [],
  );
  const behind = (await findHoldings(database, key)).map((it) => looking.behind(it));
  const { origin, head } = record;
  const withdrawn = head.operation === 'WITHDRAW';
  return { key, origin, v: head.v, withdrawn, holders: [...partners, ...behind] };
}
