import type { DisclosureClass } from '../disclosure/index.ts';
import type { RecordKind } from '../record/index.ts';
import { isWithinRegion } from '../subject/index.ts';

/** The facts of one record version that decide who gets it. */
export type RoutedRecord = {
  readonly key: string;
  readonly kind: RecordKind;
  /** Id of the hub that first accepted the record. */
  readonly origin: string;
  /** Id of the hub this version came from; null where a department brought it. */
  readonly receivedFrom: string | null;
  /** Hubs the version went through, the origin first. */
  readonly via: readonly string[];
  /** GB/T 2260 region of the authority that decided. */
  readonly producerRegion: string;
  /** GB/T 2260 region in the subject's code. */
  readonly subjectRegion: string;
  /** Dataset name without version. */
  readonly dataset: string;
  readonly disclosureClass: DisclosureClass;
};

/** How a delivery starts: we send, or the partner fetches. */
export type DeliveryMode = 'PUSH' | 'PULL';

/** What a child or peer asked for; what goes up to a parent goes by itself. Each given list narrows the choice. */
export type Subscription = {
  readonly kinds: readonly RecordKind[] | 'ALL';
  readonly datasets?: readonly string[] | undefined;
  readonly producerRegions?: readonly string[] | undefined;
  readonly subjectRegions?: readonly string[] | undefined;
  readonly mode: DeliveryMode;
};

/** A partner as routing sees it. */
export type PartnerRoute = {
  readonly partner: string;
  readonly relation: 'PARENT' | 'CHILD' | 'PEER';
  readonly region: string;
  readonly receives: Subscription | null;
};

/** The hub that decides. */
export type SelfRoute = {
  readonly hub: string;
  readonly region: string;
  /** Ids of child hubs. Where given, what another kind of partner brought does not go up. */
  readonly children?: readonly string[] | undefined;
};

/** Why a record is owed to a partner or not. */
export type RouteReason =
  | 'OWN_SUBTREE'
  | 'SUBSCRIBED'
  | 'ORIGIN'
  | 'RECEIVED_FROM'
  | 'IN_VIA'
  | 'RESTRICTED'
  | 'NOT_OWN_SUBTREE'
  | 'NOT_SUBSCRIBED';

/** Whether a record is owed to a partner, how it gets there, and why. */
export type RouteDecision =
  | { readonly owed: true; readonly mode: DeliveryMode; readonly reason: RouteReason }
  | { readonly owed: false; readonly mode: null; readonly reason: RouteReason };

const notOwed = (reason: RouteReason): RouteDecision => ({ owed: false, mode: null, reason });

function withinAny(region: string, ancestors: readonly string[] | undefined): boolean {
  return ancestors === undefined || ancestors.some((it) => isWithinRegion(region, it));
}

function isSubscribed(record: RoutedRecord, to: Subscription): boolean {
  return (
    (to.kinds === 'ALL' || to.kinds.includes(record.kind)) &&
    (to.datasets === undefined || to.datasets.includes(record.dataset)) &&
    withinAny(record.producerRegion, to.producerRegions) &&
    withinAny(record.subjectRegion, to.subjectRegions)
  );
}

function isOwnSubtree(record: RoutedRecord, self: SelfRoute): boolean {
  const fromBelow =
    record.receivedFrom === null ||
    self.children === undefined ||
    self.children.includes(record.receivedFrom);
  return fromBelow && isWithinRegion(record.producerRegion, self.region);
}

/**
 * Decides whether a record is owed to a partner. Never to its origin, to the hub it came from or to one it went
 * through; RESTRICTED to nobody; up goes what authorities of the own subtree decided; down and sideways goes what
 * the partner subscribed to.
 */
export function decideRoute(record: RoutedRecord, route: PartnerRoute, self: SelfRoute): RouteDecision {
  if (route.partner === record.origin) return notOwed('ORIGIN');
  if (route.partner === record.receivedFrom) return notOwed('RECEIVED_FROM');
  if (record.via.includes(route.partner)) return notOwed('IN_VIA');
  if (record.disclosureClass === 'RESTRICTED') return notOwed('RESTRICTED');
  if (route.relation === 'PARENT') {
    const up = isOwnSubtree(record, self);
    return up ? { owed: true, mode: 'PUSH', reason: 'OWN_SUBTREE' } : notOwed('NOT_OWN_SUBTREE');
  }
  if (route.receives !== null && isSubscribed(record, route.receives)) {
    return { owed: true, mode: route.receives.mode, reason: 'SUBSCRIBED' };
  }
  return notOwed('NOT_SUBSCRIBED');
}
