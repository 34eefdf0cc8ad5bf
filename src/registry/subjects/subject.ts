import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { RegisterEntry, RegisterStatus } from '../../domain/register/index.ts';
import type { SubjectKind } from '../../domain/subject/index.ts';

/** A name as a source gave it, and when it was first met. */
export type SubjectName = { name: string; source: string; firstSeenAt: Date };

/** A code that was given up for a subject's, and who says so: a source's id, or `register:<code of the entry>`. */
export type FormerCode = { code: string; by: string };

/** What the subject register says of an organisation, by its newest entry, and which record that is. */
export type SubjectRegister = RegisterEntry & {
  readonly name: string;
  /** Day on which the entry was last changed. */
  readonly changedOn: CalendarDay;
  readonly record: string;
  readonly v: number;
};

/** Two persons hold a code right although a check of it fails and no register says so. */
export type CodeConfirmation = {
  readonly reason: string;
  readonly requestedBy: string;
  readonly confirmedBy: string;
  readonly at: Date;
};

/** An organisation that records are about; keyed by its unified social credit code. */
export type SubjectDocument = {
  _id: string;
  name: string;
  kind: SubjectKind;
  /** GB/T 2260 code at places 3–8 of the code. */
  regionCode: string;
  orgCode: string;
  registrationNo: string | null;
  taxNo: string | null;
  /** Every name met, the first one first; at most 20. */
  names: SubjectName[];
  /** Former codes that lead to this subject; the codes of `codeFacts`, each once. */
  formerCodes: string[];
  codeFacts: FormerCode[];
  /** Registration, tax and earlier numbers that lead to this subject by its register. */
  numbers: string[];
  /** Null: no register has confirmed code and name. */
  register: SubjectRegister | null;
  confirmation: CodeConfirmation | null;
  /** Whether a sole trader's name reads like a person's: masked outside government channels. */
  nameIsPersonLike: boolean;
  status: RegisterStatus | 'UNKNOWN';
  firstSeenAt: Date;
};

/** What a record tells of its subject. */
export type SubjectSeen = {
  readonly uscc: string;
  readonly name: string;
  readonly source: string;
  /** The name given up for this one, where the source declares it. */
  readonly formerName?: string;
  /** A code given up for this one, by a change of code or a merger, where the source declares it. */
  readonly formerUscc?: string;
};

/** The ways to ask for one subject; exactly one is given. */
export type SubjectBy =
  | { readonly uscc: string }
  | { readonly orgCode: string }
  | { readonly registrationNo: string }
  | { readonly taxNo: string }
  | { readonly name: string };
