import type { ReconcileElement } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { tombstoneHash } from '../../domain/record/index.ts';
import { decideOwed, type OwedDecision, type RoutedRecord } from '../../domain/routing/index.ts';
import { usccParts } from '../../domain/subject/index.ts';
import type { ChangeDocument } from '../../registry/changes/index.ts';
import type { RecordDocument } from '../../registry/records/index.ts';
import { isReachable, type PartnerDirectory } from '../partners/index.ts';

/** Content hash of the withdrawal that a holder gets in the place of a version to which it is not entitled. */
export const WITHDRAWAL_HASH = tombstoneHash('NO_LONGER_ENTITLED');

/** A record's newest version as routing reads it, and what it does. */
export type NewestVersion = {
  readonly record: RoutedRecord;
  readonly v: number;
  readonly hash: string;
  readonly withdrawn: boolean;
};

/** A change as routing reads it. */
export function routedRecordOf(change: ChangeDocument): RoutedRecord {
  return {
    key: change.key,
    kind: change.kind,
    origin: change.origin,
    receivedFrom: change.receivedFrom,
    via: change.via,
    producerRegion: change.producerRegion,
    subjectRegion: change.subjectRegion,
    dataset: change.dataset,
    disclosureClass: change.disclosureClass,
  };
}

/** The version that a change brought. */
export function versionOfChange(change: ChangeDocument): NewestVersion {
  const { v, hash, operation } = change;
  return { record: routedRecordOf(change), v, hash, withdrawn: operation === 'WITHDRAW' };
}

/** The newest version of a record; only the last of the versions given is read. Null where there is none. */
export function newestOfRecord(record: RecordDocument): NewestVersion | null {
  const newest = record.versions.at(-1);
  if (newest === undefined) return null;
  const { v, hash, operation } = record.head;
  const routed = {
    key: record._id,
    kind: record.kind,
    origin: record.origin,
    receivedFrom: newest.receivedFrom,
    via: newest.via,
    producerRegion: record.producer.region,
    subjectRegion: usccParts(record.subject).regionCode,
    dataset: record.dataset,
    disclosureClass: newest.disclosure.class,
  };
  return { record: routed, v, hash, withdrawn: operation === 'WITHDRAW' };
}

/** What a partner is owed: which version, with which content, and whether that is a withdrawal in its place. */
export type Owed = OwedDecision & { readonly element: ReconcileElement };

/**
 * Says what a partner is owed of a record's newest version.
 *
 * @param to `holds`: whether the partner holds, or may hold, a version that this hub sent
 * @returns null where nothing is owed
 */
export function owedVersionFor(
  newest: NewestVersion,
  partner: PartnerTerms,
  to: { directory: PartnerDirectory; holds: boolean },
): Owed | null {
  const { record, v, hash, withdrawn } = newest;
  const { directory, holds } = to;
  const decision = decideOwed({
    ...{ record, withdrawn, holds },
    route: directory.routeOf(partner),
    self: directory.self(),
  });
  if (decision === null) return null;
  // Nobody can be pushed to who has no address: it takes what it is owed when it calls.
  const mode = isReachable(partner) ? decision.mode : 'PULL';
  const sent = decision.sends === 'VERSION' ? hash : WITHDRAWAL_HASH;
  return { sends: decision.sends, mode, element: { key: record.key, v, hash: sent } };
}
