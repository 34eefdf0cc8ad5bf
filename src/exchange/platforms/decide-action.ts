import type { Platform } from '../../contracts/manifests/index.ts';
import type { WireRecord } from '../../contracts/messages/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';
import { decideDisclosure, type DisclosureReason } from '../../domain/disclosure/index.ts';
import {
  assessUscc,
  detectPersonNumber,
  isSoleTrader,
  looksLikePersonName,
  redactText,
} from '../../domain/subject/index.ts';
import type { RecordDocument, RecordVersion } from '../../registry/records/index.ts';

/** Why a platform may not have a record. */
export type WithholdReason =
  | DisclosureReason
  | 'DATASET_NOT_TAKEN'
  | 'SUBJECT_NOT_TAKEN'
  | 'NATURAL_PERSON_SUBJECT'
  | 'UNMASKED_PERSONAL_DATA'
  | 'NEWER_VERSION_KNOWN';

/** What is done with one version for one platform. */
export type RowAction =
  { readonly action: 'put' } | { readonly action: 'withdraw' | 'withhold'; readonly reason: WithholdReason };

/** What a platform was told of a record before, as far as the decision asks. */
export type Told = {
  /** Newest version that was sent. */
  readonly v: number;
  /** Whether it may show any version. */
  readonly mayHold: boolean;
};

/** The newest version of a record as far as the decision asks. */
export type NewestVersion = Pick<RecordDocument, 'head'> & {
  readonly versions: readonly Pick<RecordVersion, 'disclosure'>[];
};

/** The facts a decision is made on. */
export type ActionCase = {
  readonly record: WireRecord;
  /** The record as it stands now; null where it is gone. */
  readonly newest: NewestVersion | null;
  readonly told: Told | null;
  readonly platform: Platform;
  readonly today: CalendarDay;
};

function disclosureReason({ record, newest, platform, today }: ActionCase): DisclosureReason | null {
  const version = newest?.versions.at(-1);
  if (newest === null || version === undefined || record.operation === 'WITHDRAW') return 'WITHDRAWN';
  const facts = {
    disclosureClass: version.disclosure.class,
    publishable: version.disclosure.publishable,
    state: newest.head.operation === 'WITHDRAW' ? ('WITHDRAWN' as const) : ('CURRENT' as const),
    expiresOn: newest.head.validUntil,
    decidedOn: newest.head.decidedOn,
  };
  const audience =
    platform.takes.disclosure === 'PUBLIC'
      ? ({ channel: 'PUBLIC' } as const)
      : ({ channel: 'PARTNER', hub: platform.metadata.id, scopes: [], purpose: 'EXCHANGE' } as const);
  return decideDisclosure(facts, audience, today).reason;
}

/** The last look at whom a row is about: whatever was accepted before, a natural person never goes out. */
function personReason(record: WireRecord, platform: Platform): WithholdReason | null {
  const { uscc, name } = record.subject;
  const wrongCode = assessUscc(uscc, { field: 'subject.uscc' }).uscc === null;
  if (wrongCode || detectPersonNumber(uscc) !== null) return 'NATURAL_PERSON_SUBJECT';
  if (redactText(name).hits > 0) return 'NATURAL_PERSON_SUBJECT';
  // A platform that matches by name cannot do with a masked one, and the public must not read a person's.
  const readsLikePerson = looksLikePersonName(name);
  if (readsLikePerson && (!isSoleTrader(uscc) || platform.takes.disclosure === 'PUBLIC'))
    return 'NATURAL_PERSON_SUBJECT';
  return null;
}

function refusalOf(on: ActionCase): WithholdReason | null {
  const { record, platform } = on;
  if (!(record.dataset in platform.records)) return 'DATASET_NOT_TAKEN';
  const { subjects } = platform.takes;
  if (subjects !== undefined && !subjects.includes(record.subject.uscc.slice(0, 2)))
    return 'SUBJECT_NOT_TAKEN';
  return personReason(record, platform) ?? disclosureReason(on);
}

/**
 * Decides what becomes of one version at one platform, on the record as it stands now and on today: it is put there,
 * or, where the platform may not have it, taken back if it may hold something of it and otherwise never sent.
 */
export function decideAction(on: ActionCase): RowAction {
  if (on.told !== null && on.told.v > on.record.v)
    return { action: 'withhold', reason: 'NEWER_VERSION_KNOWN' };
  const reason = refusalOf(on);
  if (reason === null) return { action: 'put' };
  return { action: on.told?.mayHold === true ? 'withdraw' : 'withhold', reason };
}
