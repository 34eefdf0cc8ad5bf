import { assessCode, type CodeKind } from './assess-code.ts';
import { detectPersonNumber, hasOldResidentShape } from './person-number.ts';

/** Kinds of code by which sources name an organisation without a sound unified code. */
export const CONVERTIBLE_KINDS = [
  'USCC',
  'REGISTRATION_NO',
  'ORGANISATION_CODE',
  'TAX_NO',
] as const satisfies readonly CodeKind[];
/** One word of {@link CONVERTIBLE_KINDS}; `USCC` is a unified code whose check fails. */
export type ConvertibleKind = (typeof CONVERTIBLE_KINDS)[number];

/** A code that leads to a unified code by a register's word, or by that of two persons. */
export type SourceCode = { readonly kind: ConvertibleKind; readonly code: string };

/** The codes of one row. */
export type RowCodes = {
  readonly uscc: string;
  readonly registrationNo: string;
  readonly orgCode: string;
  readonly taxNo: string;
};

function sourceCodeOf(text: string): SourceCode | null {
  const confirmed = assessCode(text, { confirmed: true });
  const kind = CONVERTIBLE_KINDS.find((it) => it === confirmed.kind);
  if (kind === undefined || !confirmed.valid) return null;
  // A unified code that is sound by itself leads to itself.
  return kind === 'USCC' && assessCode(text).valid ? null : { kind, code: confirmed.code };
}

/**
 * The code that a row names its subject by, where that is no sound unified code: a registration, organisation or tax
 * number, or a unified code whose check fails. A unified code that is badly written, or is damaged, is a fault to be
 * mended and leads nowhere.
 *
 * @param row texts as the source wrote them; numbers of persons are none of them
 * @returns null where the row has a sound unified code, or no sound code at all
 */
export function findSourceCode(row: RowCodes): SourceCode | null {
  const { uscc, registrationNo, orgCode, taxNo } = row;
  if (uscc !== '') return sourceCodeOf(uscc);
  for (const text of [registrationNo, orgCode, taxNo]) {
    const found = text === '' ? null : sourceCodeOf(text);
    // Here a unified code would be in the wrong column.
    if (found !== null && found.kind !== 'USCC') return found;
  }
  return null;
}

/** Whether a text may be an organisation's code once its register confirms it; a person's number never is. */
export function mayBeConfirmed(text: string): boolean {
  return text !== '' && detectPersonNumber(text, { codeField: true, confirmed: true }) === null;
}

/**
 * Whether a sound code of another kind also has the shape of a person's number: an old resident number, or a paper for
 * travelling. It is not kept anywhere unless a register knows it.
 */
export function mayBePersons({ kind, code }: SourceCode): boolean {
  return kind === 'ORGANISATION_CODE' ? /^[A-Z]\d{8}$/.test(code) : hasOldResidentShape(code);
}

/** Whether a whole text is an organisation's code of any kind, and has the shape of no person's number. */
export function isOrganisationsCode(text: string): boolean {
  const { kind, code, valid, findings } = assessCode(text);
  const known = CONVERTIBLE_KINDS.find((it) => it === kind);
  const checked = findings.every((it) => it.rule !== 'UNVERIFIABLE_CODE');
  return valid && checked && known !== undefined && !mayBePersons({ kind: known, code });
}
