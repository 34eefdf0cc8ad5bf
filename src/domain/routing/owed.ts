import {
  decideRoute,
  type DeliveryMode,
  type PartnerRoute,
  type RoutedRecord,
  type SelfRoute,
} from './route.ts';

/** A record's newest version and what a partner has of it. */
export type OwedCase = {
  readonly record: RoutedRecord;
  /** Whether the newest version is a withdrawal. */
  readonly withdrawn: boolean;
  readonly route: PartnerRoute;
  readonly self: SelfRoute;
  /** Whether the partner holds, or may hold, a version that this hub sent. */
  readonly holds: boolean;
};

/** What a partner is owed: the version as it is, or in its place the withdrawal of the key. */
export type OwedDecision = { readonly sends: 'VERSION' | 'WITHDRAWAL'; readonly mode: DeliveryMode };

/** A partner that brought the record or that it went through has it from elsewhere and takes nothing of it from us. */
const FROM_ELSEWHERE: ReadonlySet<string> = new Set(['ORIGIN', 'RECEIVED_FROM', 'IN_VIA']);

/**
 * Decides what a partner is owed of a record's newest version. Whoever is entitled gets it; a holder of an earlier
 * version gets a withdrawal as it is, and where it is no longer entitled the withdrawal of the key in the version's
 * place; everybody else nothing.
 *
 * @returns null where nothing is owed
 * @see the design of delivery, "Recall"
 */
export function decideOwed(on: OwedCase): OwedDecision | null {
  const route = decideRoute(on.record, on.route, on.self);
  if (route.owed) return { sends: 'VERSION', mode: route.mode };
  if (!on.holds || FROM_ELSEWHERE.has(route.reason)) return null;
  const mode = on.route.receives?.mode ?? 'PUSH';
  return { sends: on.withdrawn ? 'VERSION' : 'WITHDRAWAL', mode };
}
