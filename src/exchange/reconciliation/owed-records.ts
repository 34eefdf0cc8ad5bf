import type { ReconcileElement } from '../../contracts/messages/index.ts';
import { decideOwed, decideRoute, type PartnerRoute, type SelfRoute } from '../../domain/routing/index.ts';
import type { ChangeDocument } from '../../registry/changes/index.ts';
import type { RecordOutline } from '../../registry/records/index.ts';
import type { DeliveryStanding, DeliveryState } from '../delivery/index.ts';
import { routedRecordOf, WITHDRAWAL_HASH } from '../owed/index.ts';

/** How a record stands with a partner: settled, or in a class of its own that is no difference. */
export type Standing = 'settled' | 'refused' | 'held' | 'inFlight';

/** One record as one side of a reconciliation sees it. */
export type Member = {
  readonly key: string;
  readonly dataset: string;
  /** What the partner must hold; null: nothing. */
  readonly element: ReconcileElement | null;
  /** Whether the element is the version itself, or the withdrawal that a holder is owed in its place. */
  readonly sends: 'VERSION' | 'WITHDRAWAL';
  readonly standing: Standing;
  /** Position of the newest version. */
  readonly seq: number;
  /** Whether this may become another one without a change or a delivery that shows it. */
  readonly volatile: boolean;
};

/** States in which a delivery makes its record an exception to "the partner holds the current version". */
export const EXCEPTIONAL_STATES = [
  'pending',
  'packed',
  'held',
  'rejected',
] as const satisfies DeliveryState[];
const TAKEN: ReadonlySet<DeliveryState> = new Set(['stored', 'accepted']);

/**
 * How a delivery stands. What was answered `stale` or `conflict` is a difference, not a refusal; where other content is
 * owed under its number than it sent, that content is still to come.
 */
export function standingOf(delivery: DeliveryStanding | undefined, owedHash: string): Standing {
  if (delivery === undefined) return 'settled';
  const { state, disposition } = delivery;
  if (delivery.hash !== owedHash) return 'inFlight';
  if (state === 'pending' || state === 'packed') return 'inFlight';
  if (state === 'held') return 'held';
  if (state !== 'rejected') return 'settled';
  return disposition === 'stale' || disposition === 'conflict' ? 'settled' : 'refused';
}

/** What a partner took last before an element: other content under the same number, or an older version. */
function takenBefore(
  deliveries: readonly DeliveryStanding[],
  owed: ReconcileElement,
): ReconcileElement | null {
  const { key, v } = owed;
  const same = deliveries.find((it) => it.v === v);
  if (same !== undefined && TAKEN.has(same.state)) return { key, v, hash: same.hash };
  if (same?.before != null) return { key, v, hash: same.before.hash };
  const taken = deliveries.filter((it) => it.v < v && TAKEN.has(it.state));
  const newest = taken.reduce<DeliveryStanding | null>((a, b) => (a !== null && a.v > b.v ? a : b), null);
  return newest === null ? null : { key: newest.key, v: newest.v, hash: newest.hash };
}

/**
 * What a partner must hold of one record by what we know: the version it is owed, or while that one is refused, kept
 * back or under way, the newest one that it took before.
 *
 * @param versions every sequenced version of the record, ascending; at least one
 * @param deliveries of the record to the partner
 */
export function owedMember(
  versions: readonly ChangeDocument[],
  deliveries: readonly DeliveryStanding[],
  terms: { readonly route: PartnerRoute; readonly self: SelfRoute },
): Member {
  const { route, self } = terms;
  const head = versions.at(-1);
  if (head === undefined) throw new TypeError('a record has at least one version');
  const { key, dataset, v, hash, _id: seq } = head;
  const holds = deliveries.some((it) => it.state === 'packed' || TAKEN.has(it.state) || it.before !== null);
  const withdrawn = head.operation === 'WITHDRAW';
  const decision = decideOwed({ record: routedRecordOf(head), withdrawn, route, self, holds });
  const routed = decideRoute(routedRecordOf(head), route, self).owed;
  const wasRouted = versions.some((it) => decideRoute(routedRecordOf(it), route, self).owed);
  const sends = decision?.sends ?? 'VERSION';
  const none = {
    key,
    dataset,
    seq,
    sends,
    standing: 'settled',
    volatile: !routed && (wasRouted || holds),
  } as const;
  if (decision === null) return { ...none, element: null };
  const owed = { key, v, hash: sends === 'VERSION' ? hash : WITHDRAWAL_HASH };
  const delivery = deliveries.find((it) => it.v === v);
  const standing = standingOf(delivery, owed.hash);
  if (standing === 'settled') return { ...none, element: owed };
  return { ...none, standing, element: takenBefore(deliveries, owed), volatile: true };
}

/** What we hold of one record that came from a partner: its current version, withdrawn or not. */
export function heldMember(versions: readonly ChangeDocument[], partner: string): Member {
  const head = versions.at(-1);
  if (head === undefined) throw new TypeError('a record has at least one version');
  const { key, dataset, v, hash, _id: seq } = head;
  const element = head.receivedFrom === partner ? { key, v, hash } : null;
  return { key, dataset, seq, element, sends: 'VERSION', standing: 'settled', volatile: false };
}

/**
 * A member by what the store truly holds: the sequence says what was accepted, the record what is still there. A record
 * that was lost or altered behind the hub's back shows here.
 *
 * @param member by the sequence; null: the sequence knows nothing of the key
 * @param stray what the member is of a record that the sequence knows nothing of
 */
export function verifiedMember(
  member: Member | null,
  record: RecordOutline | null,
  stray: (record: RecordOutline) => Member | null,
): Member | null {
  if (member === null) return record === null || record.outbox !== undefined ? null : stray(record);
  if (member.element === null) return member;
  if (record === null) return { ...member, element: null };
  const { v, hash } = record.head;
  if (v > member.element.v || member.sends === 'WITHDRAWAL') return member;
  return { ...member, element: { key: member.key, v, hash } };
}

/** A record that the sequence knows nothing of, as something that came from a partner. */
export function strayMember(record: RecordOutline, partner: string): Member | null {
  const { _id: key, dataset, head } = record;
  if (record.versions.at(-1)?.receivedFrom !== partner) return null;
  const element = { key, v: head.v, hash: head.hash };
  return { key, dataset, seq: 0, element, sends: 'VERSION', standing: 'settled', volatile: false };
}
