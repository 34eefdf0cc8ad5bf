import { findDayOf } from '../calendar/index.ts';

/**
 * The rule has no clock. Nobody born before 1900 is alive, and the upper bound is wide on purpose: a number that
 * will be a person's in some years need not be kept today either.
 */
const FIRST_BIRTH_YEAR = 1900;
const LAST_BIRTH_YEAR = 2099;

/** Whether eight digits YYYYMMDD are an existing day on which a person with a number can have been born. */
export function isPlausibleBirthDate(digits: string): boolean {
  const year = Number(digits.slice(0, 4));
  if (year < FIRST_BIRTH_YEAR || year > LAST_BIRTH_YEAR) return false;
  return findDayOf(year, Number(digits.slice(4, 6)), Number(digits.slice(6, 8))) !== null;
}
