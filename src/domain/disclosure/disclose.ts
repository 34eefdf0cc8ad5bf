import { isUnlimited, type CalendarDay } from '../calendar/index.ts';
import { isSoleTrader, looksLikePersonName, maskName } from '../subject/index.ts';

/** Who may see a record: everybody; government bodies; nobody but this hub's own staff. */
export const DISCLOSURE_CLASSES = ['PUBLIC', 'GOVERNMENT', 'RESTRICTED'] as const;
/** One word of {@link DISCLOSURE_CLASSES}. */
export type DisclosureClass = (typeof DISCLOSURE_CLASSES)[number];

/** States of a record at its origin, as far as disclosure asks. */
export const RECORD_STATES = ['CURRENT', 'SUSPENDED', 'REPAIRED', 'EXPIRED', 'WITHDRAWN'] as const;
/** One word of {@link RECORD_STATES}. */
export type RecordState = (typeof RECORD_STATES)[number];

/** Who asks: the public, a partner platform for a purpose, or this hub itself (producer and auditor). */
export type Audience =
  | { readonly channel: 'PUBLIC' }
  | {
      readonly channel: 'PARTNER';
      readonly hub: string;
      readonly scopes: readonly string[];
      readonly purpose: string;
    }
  | { readonly channel: 'OWN' };

/** The facts of a record's newest version that disclosure depends on. */
export type DisclosureFacts = {
  readonly disclosureClass: DisclosureClass;
  /** False where a law exempts the record from publication. */
  readonly publishable: boolean;
  readonly state: RecordState;
  /** Last day of validity; 2099-12-31 = unlimited; null only for what never was in force. */
  readonly expiresOn: CalendarDay | null;
  readonly decidedOn: CalendarDay;
};

/** Why a record is not shown. */
export const DISCLOSURE_REASONS = [
  'WITHDRAWN',
  'REPAIRED',
  'SUSPENDED',
  'EXPIRED',
  'NO_EXPIRY',
  'RESTRICTED',
  'NOT_PUBLIC',
  'NOT_PUBLISHABLE',
  'NOT_YET_DECIDED',
  'PURPOSE_MISSING',
] as const;
/** One word of {@link DISCLOSURE_REASONS}. */
export type DisclosureReason = (typeof DISCLOSURE_REASONS)[number];

/** Whether a record is shown, and if not, why. */
export type DisclosureDecision =
  | { readonly shown: true; readonly reason: null }
  | { readonly shown: false; readonly reason: DisclosureReason };

const SHOWN: DisclosureDecision = { shown: true, reason: null };
const hidden = (reason: DisclosureReason): DisclosureDecision => ({ shown: false, reason });

function endReason(facts: DisclosureFacts, today: CalendarDay): DisclosureReason | null {
  if (facts.state !== 'CURRENT') return facts.state;
  if (facts.expiresOn === null) return 'NO_EXPIRY';
  if (!isUnlimited(facts.expiresOn) && facts.expiresOn < today) return 'EXPIRED';
  return facts.decidedOn > today ? 'NOT_YET_DECIDED' : null;
}

function classReason(disclosureClass: DisclosureClass, audience: Audience): DisclosureReason | null {
  if (audience.channel === 'OWN') return null;
  if (disclosureClass === 'RESTRICTED') return 'RESTRICTED';
  return audience.channel === 'PUBLIC' && disclosureClass !== 'PUBLIC' ? 'NOT_PUBLIC' : null;
}

/** Whether an audience sees a field of this class in a record that it is shown. */
export function isFieldShown(disclosureClass: DisclosureClass, audience: Audience): boolean {
  return classReason(disclosureClass, audience) === null;
}

/**
 * Decides whether an audience sees a record today. What has ended (withdrawn, repaired, suspended, expired) is
 * shown to nobody outside; RESTRICTED never leaves the hub; the public sees only PUBLIC and publishable records.
 *
 * @param facts of the newest version: disclosure is decided now, at whatever clock the reader asked for
 * @param today calendar day in Asia/Shanghai
 */
export function decideDisclosure(
  facts: DisclosureFacts,
  audience: Audience,
  today: CalendarDay,
): DisclosureDecision {
  if (audience.channel === 'OWN') return SHOWN;
  const ended = endReason(facts, today);
  if (ended !== null) return hidden(ended);
  const closed = classReason(facts.disclosureClass, audience);
  if (closed !== null) return hidden(closed);
  if (audience.channel === 'PARTNER') {
    return audience.purpose.trim() === '' ? hidden('PURPOSE_MISSING') : SHOWN;
  }
  return facts.publishable ? SHOWN : hidden('NOT_PUBLISHABLE');
}

/**
 * The subject's name as an audience may see it: a sole trader's name that reads like a person's is masked
 * outside government channels.
 *
 * @param uscc unified social credit code of the subject
 */
export function maskForAudience(subjectName: string, uscc: string, audience: Audience): string {
  if (audience.channel !== 'PUBLIC') return subjectName;
  return isSoleTrader(uscc) && looksLikePersonName(subjectName) ? maskName(subjectName) : subjectName;
}
