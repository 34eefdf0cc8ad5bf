import type { CalendarDay } from '../calendar/index.ts';
import { isUnlimited } from '../calendar/index.ts';
import type { RecordState } from '../disclosure/index.ts';
import type { RecordKind } from '../record/index.ts';

/** Terms under which a result made in one region has effect in another. */
export type Agreement = {
  readonly number: string;
  /** Counted from 1; a new version replaces the older ones of its number. */
  readonly version: number;
  /** Ids of the hubs, or codes of the regions, that are bound. */
  readonly parties: readonly string[];
  readonly kinds: readonly RecordKind[];
  readonly schemes: readonly {
    readonly scheme: string;
    /** Origin's grade → local grade; absent: grades keep their words. A grade it does not name is not recognised. */
    readonly gradeMapping?: Readonly<Record<string, string>> | undefined;
  }[];
  /** Purposes (matter codes) for which results are recognised. */
  readonly purposes: readonly string[];
  readonly from: CalendarDay;
  readonly until: CalendarDay;
  /** The body that concluded it. */
  readonly decidedBy: string;
};

/** One result and the one who asks for its effect. */
export type RecognitionCase = {
  /** The agreement both hold; null where there is none. */
  readonly agreement: Agreement | null;
  /** Id or region of the hub that asks. */
  readonly asker: string;
  /** Id or region of the hub the result comes from; where given it must be a party. */
  readonly origin?: string | undefined;
  /** Kind of the record; EVALUATION where absent. */
  readonly kind?: RecordKind | undefined;
  readonly purpose: string;
  readonly scheme: string;
  readonly grade: string;
  readonly validTo: CalendarDay;
  /** State of the result at its origin: recognition ends with it. */
  readonly originState: RecordState;
};

/** Why a result is recognised or not. */
export const RECOGNITION_REASONS = [
  'UNDER_AGREEMENT',
  'NO_AGREEMENT',
  'ASKER_NOT_PARTY',
  'ORIGIN_NOT_PARTY',
  'AGREEMENT_NOT_YET_IN_FORCE',
  'AGREEMENT_ENDED',
  'KIND_NOT_COVERED',
  'PURPOSE_NOT_COVERED',
  'SCHEME_NOT_COVERED',
  'GRADE_NOT_COVERED',
  'ORIGIN_ENDED',
  'RESULT_EXPIRED',
] as const;
/** One word of {@link RECOGNITION_REASONS}. */
export type RecognitionReason = (typeof RECOGNITION_REASONS)[number];

/** What a result is worth to the asker today. Computed on reading, never stored. */
export type RecognitionDecision = {
  readonly outcome: 'RECOGNISED' | 'NOT_RECOGNISED';
  readonly reason: RecognitionReason;
  /** The grade in the asker's words; null where not recognised. */
  readonly localGrade: string | null;
  readonly agreementNumber: string | null;
  readonly agreementVersion: number | null;
  readonly decidedBy: string | null;
};

function againstAgreement(
  agreement: Agreement,
  on: RecognitionCase,
  today: CalendarDay,
): RecognitionReason | null {
  if (!agreement.parties.includes(on.asker)) return 'ASKER_NOT_PARTY';
  if (on.origin !== undefined && !agreement.parties.includes(on.origin)) return 'ORIGIN_NOT_PARTY';
  if (today < agreement.from) return 'AGREEMENT_NOT_YET_IN_FORCE';
  if (today > agreement.until) return 'AGREEMENT_ENDED';
  if (!agreement.kinds.includes(on.kind ?? 'EVALUATION')) return 'KIND_NOT_COVERED';
  if (!agreement.purposes.includes(on.purpose)) return 'PURPOSE_NOT_COVERED';
  return null;
}

/**
 * Decides whether a carried result is given effect for an asker today, and in which local grade.
 *
 * @param today calendar day in Asia/Shanghai
 */
export function decideRecognition(on: RecognitionCase, today: CalendarDay): RecognitionDecision {
  const { agreement } = on;
  const refused = (reason: RecognitionReason): RecognitionDecision => ({
    outcome: 'NOT_RECOGNISED',
    reason,
    localGrade: null,
    agreementNumber: agreement?.number ?? null,
    agreementVersion: agreement?.version ?? null,
    decidedBy: agreement?.decidedBy ?? null,
  });
  if (agreement === null) return refused('NO_AGREEMENT');
  const against = againstAgreement(agreement, on, today);
  if (against !== null) return refused(against);
  const scheme = agreement.schemes.find((it) => it.scheme === on.scheme);
  if (scheme === undefined) return refused('SCHEME_NOT_COVERED');
  const mapping = scheme.gradeMapping;
  const mapped = mapping === undefined || !Object.hasOwn(mapping, on.grade) ? undefined : mapping[on.grade];
  const localGrade = mapping === undefined ? on.grade : mapped;
  if (localGrade === undefined) return refused('GRADE_NOT_COVERED');
  if (on.originState !== 'CURRENT') return refused('ORIGIN_ENDED');
  if (!isUnlimited(on.validTo) && on.validTo < today) return refused('RESULT_EXPIRED');
  return {
    outcome: 'RECOGNISED',
    reason: 'UNDER_AGREEMENT',
    localGrade,
    agreementNumber: agreement.number,
    agreementVersion: agreement.version,
    decidedBy: agreement.decidedBy,
  };
}
