import { maskForAudience } from '../../domain/disclosure/index.ts';
import { subjectKindOf, usccParts, type SubjectKind } from '../../domain/subject/index.ts';
import type { SubjectBy, SubjectDocument } from '../../registry/subjects/index.ts';
import { audienceOf, type ApiContext } from '../shared/index.ts';

/** The key that led to a subject. */
export type SubjectMatch =
  'USCC' | 'FORMER_CODE' | 'ORG_CODE' | 'REGISTRATION_NO' | 'TAX_NO' | 'NAME' | 'FORMER_NAME';

/** A subject as the schema shows it. */
export type SubjectView = {
  readonly __typename: 'CreditSubject';
  readonly uscc: string;
  readonly codes: readonly string[];
  readonly name: string | null;
  readonly kind: SubjectKind;
  readonly registrationNo: string | null;
  readonly orgCode: string | null;
  readonly taxNo: string | null;
  readonly regionCode: string | null;
  readonly status: SubjectDocument['status'];
  readonly formerNames: readonly string[];
  readonly formerCodes: readonly string[];
  readonly confirmed: boolean;
  readonly mergedInto: string | null;
  readonly known: boolean;
  readonly matchedBy: SubjectMatch | null;
};

/** The stub of a well-formed code that the registry does not know: its sources are asked all the same. */
export function stubOf(uscc: string): SubjectView {
  const { regionCode, orgCode } = usccParts(uscc);
  return {
    __typename: 'CreditSubject',
    uscc,
    codes: [uscc],
    name: null,
    kind: subjectKindOf(uscc),
    registrationNo: null,
    orgCode,
    taxNo: null,
    regionCode,
    status: 'UNKNOWN',
    formerNames: [],
    formerCodes: [],
    confirmed: false,
    mergedInto: null,
    known: false,
    matchedBy: 'USCC',
  };
}

/** Where the register confirmed the names, what others wrote is no name of the subject. */
function formerNamesOf({ register, names, name }: SubjectDocument): readonly string[] {
  return register === null ? names.map((it) => it.name).filter((it) => it !== name) : register.formerNames;
}

/** A subject of the registry for an asker; a person-like name is masked outside government channels. */
export function viewOf(
  subject: SubjectDocument,
  matchedBy: SubjectMatch | null,
  context: ApiContext,
): SubjectView {
  const audience = audienceOf(context.asker, subject.regionCode);
  const shown = (name: string) => maskForAudience(name, subject._id, audience);
  // A sole trader's other numbers may have been made of its owner's.
  const hidesNumbers = audience.channel === 'PUBLIC' && subject.kind === 'SOLE_TRADER';
  return {
    __typename: 'CreditSubject',
    uscc: subject._id,
    codes: [subject._id, ...subject.formerCodes],
    name: shown(subject.name),
    kind: subject.kind,
    registrationNo: hidesNumbers ? null : subject.registrationNo,
    orgCode: subject.orgCode,
    taxNo: hidesNumbers ? null : subject.taxNo,
    regionCode: subject.regionCode,
    status: subject.status,
    formerNames: formerNamesOf(subject).map(shown),
    formerCodes: subject.formerCodes,
    confirmed: subject.register !== null,
    mergedInto: subject.register?.mergedInto ?? null,
    known: true,
    matchedBy,
  };
}

/** Which key of a subject a question matched. */
export function matchOf(
  subject: SubjectDocument,
  by: SubjectBy,
  normalisedName: string | null,
): SubjectMatch {
  if ('uscc' in by) return by.uscc === subject._id ? 'USCC' : 'FORMER_CODE';
  if ('orgCode' in by) return 'ORG_CODE';
  if ('registrationNo' in by) return 'REGISTRATION_NO';
  if ('taxNo' in by) return 'TAX_NO';
  return normalisedName === subject.name ? 'NAME' : 'FORMER_NAME';
}
