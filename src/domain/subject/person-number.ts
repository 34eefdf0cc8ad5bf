import {
  hasUsccChecks,
  isOrganisationCode,
  isRegistrationNo,
  residentCheckCharacter,
} from './check-characters.ts';
import { findDamagedNumber, type DamagedNumber } from './damaged-number.ts';
import { bareCode, normaliseCode } from './fold-text.ts';
import { isKnownProvince, isKnownRegion } from './regions.ts';
import { isPlausibleBirthDate } from './birth-date.ts';

/** Kinds of number that name a natural person. */
export const PERSON_NUMBER_KINDS = [
  'RESIDENT',
  'RESIDENT_OLD',
  'FOREIGN_RESIDENT',
  'HMT_RESIDENCE_PERMIT',
  'TRAVEL_DOCUMENT',
  'DAMAGED',
] as const;
/** One word of {@link PERSON_NUMBER_KINDS}. */
export type PersonNumberKind = (typeof PERSON_NUMBER_KINDS)[number];

/** What the caller knows beside the value. */
export type PersonNumberContext = {
  /**
   * A registry holds this very code for an organisation, or the row's other fields show it to be one (a tax number
   * that ends in the organisation code of the row's own code). Honoured only where the value passes a check of
   * its own as an organisation's code.
   */
  readonly confirmed?: boolean | undefined;
  /** The value stands in a field for an organisation's code: shapes that elsewhere are document numbers are persons'. */
  readonly codeField?: boolean | undefined;
};

/** Whether 18 characters have a birth date at 7–14 and the right MOD 11-2 check character. */
export function hasResidentChecks(bare: string): boolean {
  return (
    /^\d{17}[\dX]$/.test(bare) &&
    isPlausibleBirthDate(bare.slice(6, 14)) &&
    residentCheckCharacter(bare.slice(0, 17)) === bare.charAt(17)
  );
}

function kindOf18(bare: string): PersonNumberKind {
  if (bare.startsWith('9')) return 'FOREIGN_RESIDENT';
  return /^8[123]/.test(bare) ? 'HMT_RESIDENCE_PERMIT' : 'RESIDENT';
}

/** A number of 18 characters whose check character was mistyped is a person's all the same in a code field. */
function isMistypedResident(bare: string): boolean {
  return (
    /^[1-8]\d{16}[\dX]$/.test(bare) &&
    isPlausibleBirthDate(bare.slice(6, 14)) &&
    isKnownProvince(bare.slice(0, 2)) &&
    !hasUsccChecks(bare)
  );
}

/** 15 digits with YYMMDD at 7–12: the old resident number, issued for births in the 1900s. */
export function hasOldResidentShape(bare: string): boolean {
  return /^\d{15}$/.test(bare) && isPlausibleBirthDate(`19${bare.slice(6, 12)}`);
}

/**
 * Passports and travel permits carry no check digit. E, G: ordinary passports; H, M: permits of Hong Kong and Macao
 * residents. Other letters occur in document numbers too, so they count only in a code field, and there give way
 * to the check character of an organisation code.
 */
function isTravelDocument(bare: string, codeField: boolean): boolean {
  if (/^(?:[EGHM]\d{8}|E[A-Z]\d{7})$/.test(bare)) return true;
  if (!codeField || !/^[A-Z]{1,2}\d{7,10}$/.test(bare) || bare.length > 11) return false;
  return !isOrganisationCode(bare);
}

/**
 * Whether a damaged number can be a person's. Where places 7–14 survived they decide; where a spreadsheet cut them
 * off, what is left must begin like a resident number, and in doubt it is one.
 */
function isDamagedPerson(damaged: DamagedNumber): boolean {
  if (damaged.places !== 18) return false;
  const birth = damaged.known.slice(6, 14);
  if (birth.length === 8) return isPlausibleBirthDate(birth);
  if (birth.length >= 4) return /^(19|20)/.test(birth);
  if (birth !== '' && !/^(19|20|[12]$)/.test(birth)) return false;
  const region = damaged.known.slice(0, 6);
  const begins = region.startsWith('9') ? false : isKnownProvince(region.slice(0, 2));
  return begins && (region.length < 6 || isKnownRegion(region));
}

function kindOf(bare: string, code: string, context: PersonNumberContext): PersonNumberKind | null {
  const confirmed = context.confirmed === true;
  const codeField = context.codeField === true;
  if (hasResidentChecks(bare)) return confirmed && hasUsccChecks(bare) ? null : kindOf18(bare);
  const damaged = findDamagedNumber(code);
  if (damaged !== null && isDamagedPerson(damaged)) {
    return confirmed && hasUsccChecks(bare) ? null : 'DAMAGED';
  }
  if (codeField && isMistypedResident(bare)) return 'DAMAGED';
  if (hasOldResidentShape(bare) && !isRegistrationNo(bare)) {
    return confirmed && isOrganisationCode(bare.slice(6)) ? null : 'RESIDENT_OLD';
  }
  return isTravelDocument(bare, codeField) && !(confirmed && isOrganisationCode(bare))
    ? 'TRAVEL_DOCUMENT'
    : null;
}

/**
 * Whether a whole value is a number that names a natural person, and of which kind.
 *
 * 18 characters with a birth date at 7–14 and the right MOD 11-2 check are a person's even where they pass the
 * checks of a unified social credit code, unless the caller has it confirmed. 15 digits with a birth date at 7–12
 * are a person's unless they pass the check of a registration number. Damaged numbers count where the birth date
 * is still plausible, or cannot be ruled out.
 *
 * @param text the value; full-width characters, blanks and separators do not hide a number
 * @see GB 11643-1999; the design of scope, "Before anything is stored or logged"
 */
export function detectPersonNumber(text: string, context: PersonNumberContext = {}): PersonNumberKind | null {
  const code = normaliseCode(text);
  return code.length > 64 ? null : kindOf(bareCode(code), code, context);
}
