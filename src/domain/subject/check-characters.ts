import { HubError } from '../hub-error.ts';

/** The 31 characters of GB 32100, in the order of their values. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^(i-1) mod 31. */
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS = '10X98765432';

function badForm(what: string): never {
  throw new HubError('BAD_CODE_FORM', 'refused', `the check character is computed from ${what}`);
}

function weightedSum(
  text: string,
  weights: readonly number[],
  valueOf: (character: string) => number,
): number {
  return weights.reduce((sum, weight, place) => sum + weight * valueOf(text.charAt(place)), 0);
}

/**
 * Place 18 of a unified social credit code.
 *
 * @param first17 places 1–17, upper case
 * @throws BAD_CODE_FORM
 * @see GB 32100-2015 (mod 31, weights 3^(i-1))
 */
export function usccCheckCharacter(first17: string): string {
  if (!/^[0-9A-HJ-NPQRTUWXY]{17}$/.test(first17))
    badForm('17 characters of 0-9 and A-Z without I, O, Z, S, V');
  const sum = weightedSum(first17, USCC_WEIGHTS, (it) => ALPHABET.indexOf(it));
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/**
 * The check character behind the 8 characters of an organisation code: a digit or X.
 *
 * @param first8 upper case
 * @throws BAD_CODE_FORM
 * @see GB 11714-1997 (mod 11)
 */
export function organisationCodeCheckCharacter(first8: string): string {
  if (!/^[0-9A-Z]{8}$/.test(first8)) badForm('8 characters of 0-9 and A-Z');
  const check = 11 - (weightedSum(first8, ORG_WEIGHTS, (it) => Number.parseInt(it, 36)) % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/**
 * Place 15 of a registration number.
 *
 * @throws BAD_CODE_FORM
 * @see GS 15-2006; ISO 7064 mod 11,10
 */
export function registrationNoCheckDigit(first14: string): string {
  if (!/^\d{14}$/.test(first14)) badForm('14 digits');
  let product = 10;
  for (const digit of first14) {
    product = (product + Number(digit)) % 10 || 10;
    product = (product * 2) % 11;
  }
  return String((11 - product) % 10);
}

/**
 * Place 18 of a resident number, needed only to recognise and refuse it.
 *
 * @throws BAD_CODE_FORM
 * @see GB 11643-1999; ISO 7064 MOD 11-2
 */
export function residentCheckCharacter(first17: string): string {
  if (!/^\d{17}$/.test(first17)) badForm('17 digits');
  return RESIDENT_CHECKS.charAt(weightedSum(first17, RESIDENT_WEIGHTS, Number) % 11);
}

/** Whether a text is 15 digits with the right check digit of a registration number. */
export function isRegistrationNo(text: string): boolean {
  return /^\d{15}$/.test(text) && registrationNoCheckDigit(text.slice(0, 14)) === text.charAt(14);
}

/** Whether a text is 9 characters with the right check character of an organisation code. */
export function isOrganisationCode(text: string): boolean {
  return (
    /^[0-9A-Z]{8}[0-9X]$/.test(text) && organisationCodeCheckCharacter(text.slice(0, 8)) === text.charAt(8)
  );
}

/** Whether a text has the form of a unified social credit code and its two check characters are right. */
export function hasUsccChecks(text: string): boolean {
  return (
    /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text) &&
    usccCheckCharacter(text.slice(0, 17)) === text.charAt(17) &&
    isOrganisationCode(text.slice(8, 17))
  );
}
