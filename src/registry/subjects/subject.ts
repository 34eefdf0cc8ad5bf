import type { SubjectKind } from '../../domain/subject/index.ts';

/** A name as a source gave it, and when it was first met. */
export type SubjectName = { name: string; source: string; firstSeenAt: Date };

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
  /** Former codes that lead to this subject. */
  formerCodes: string[];
  /** Whether a sole trader's name reads like a person's: masked outside government channels. */
  nameIsPersonLike: boolean;
  status: 'ACTIVE' | 'REVOKED' | 'CANCELLED' | 'UNKNOWN';
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
