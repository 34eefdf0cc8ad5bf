import type { RecordKind } from '../record/index.ts';
import { isWithinRegion } from '../subject/index.ts';
import type { RoutedRecord } from './route.ts';

/** What an agreement lets a partner send to us. */
export type SendingTerms = {
  readonly kinds: readonly RecordKind[] | 'ALL';
  /** Regions whose authorities' records the partner may send, each with all regions below it. */
  readonly producerRegions: readonly string[];
};

/** A record that a partner wants to leave with us. */
export type EntitlementCase = {
  readonly record: Pick<RoutedRecord, 'kind' | 'origin' | 'via' | 'producerRegion'>;
  /** Id of the hub that sends. */
  readonly sender: string;
  /** What the sender may send; null: nothing. */
  readonly agreement: SendingTerms | null;
  readonly self: { readonly hub: string };
};

/** Why a record is not taken; the rule is always `NOT_ENTITLED`. */
export type EntitlementReason =
  | 'ENTITLED'
  | 'NO_AGREEMENT'
  | 'OWN_RECORD'
  | 'LOOP'
  | 'STRANGE_ROUTE'
  | 'KIND_NOT_AGREED'
  | 'REGION_NOT_AGREED';

/** Whether the sender may send the record. */
export type EntitlementDecision = { readonly entitled: boolean; readonly reason: EntitlementReason };

const denied = (reason: EntitlementReason): EntitlementDecision => ({ entitled: false, reason });

/**
 * Decides whether a sender may send a record: its agreement names kind and producer region, the record began at
 * the sender or went through it, and it neither began here nor was here before.
 */
export function decideEntitlement(on: EntitlementCase): EntitlementDecision {
  const { record, sender, agreement, self } = on;
  if (agreement === null) return denied('NO_AGREEMENT');
  if (record.origin === self.hub) return denied('OWN_RECORD');
  if (record.via.includes(self.hub)) return denied('LOOP');
  const first = record.via[0];
  if (first !== undefined && first !== record.origin) return denied('STRANGE_ROUTE');
  if (record.origin !== sender && !record.via.includes(sender)) return denied('STRANGE_ROUTE');
  if (agreement.kinds !== 'ALL' && !agreement.kinds.includes(record.kind)) return denied('KIND_NOT_AGREED');
  if (!agreement.producerRegions.some((it) => isWithinRegion(record.producerRegion, it))) {
    return denied('REGION_NOT_AGREED');
  }
  return { entitled: true, reason: 'ENTITLED' };
}
