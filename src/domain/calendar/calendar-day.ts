import { HubError } from '../hub-error.ts';

/** A day `YYYY-MM-DD` in Asia/Shanghai. Days compare as texts. */
export type CalendarDay = string;

/** The day that means "without end", for licences only. */
export const UNLIMITED_DAY: CalendarDay = '2099-12-31';

const DAY_MS = 86_400_000;
/** From here on China has kept UTC+8 without summer time. */
const FIXED_OFFSET_FROM = Date.UTC(1991, 8, 15);
const OFFSET_MS = 8 * 3_600_000;
const SHANGHAI = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** Years that a day in a record can have: no decision in force is older, and `9999` is a known "without end". */
const FIRST_YEAR = 1900;
const LAST_YEAR = 9999;

/** The day of a year, month (1–12) and day number, or null when there is no such day between 1900 and 9999. */
export function findDayOf(year: number, month: number, day: number): CalendarDay | null {
  if (year < FIRST_YEAR || year > LAST_YEAR) return null;
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  return at.toISOString().slice(0, 10);
}

/** Whether a text is an existing day in the form `YYYY-MM-DD`, 1900 to 9999. */
export function isCalendarDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && findDayOf(...splitDay(text)) === text;
}

function splitDay(day: CalendarDay): [year: number, month: number, day: number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

function msOf(day: CalendarDay): number {
  if (!isCalendarDay(day)) {
    throw new HubError('BAD_DATE', 'refused', 'a calendar day must exist and be written YYYY-MM-DD');
  }
  return Date.parse(`${day}T00:00:00Z`);
}

/** The day it is in Shanghai at an instant. */
export function dayInShanghai(instant: Date): CalendarDay {
  const at = instant.getTime();
  return at >= FIXED_OFFSET_FROM
    ? new Date(at + OFFSET_MS).toISOString().slice(0, 10)
    : SHANGHAI.format(instant);
}

/**
 * The day a number of calendar days later; earlier for a negative number.
 *
 * @throws BAD_DATE
 */
export function addCalendarDays(day: CalendarDay, days: number): CalendarDay {
  return new Date(msOf(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Day of the week, 0 = Sunday. @throws BAD_DATE */
export function weekdayOf(day: CalendarDay): number {
  return new Date(msOf(day)).getUTCDay();
}

/** Negative, zero or positive as the first day is before, equal to or after the second. */
export function compareDays(a: CalendarDay, b: CalendarDay): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the day means "without end" (2099-12-31). */
export function isUnlimited(day: CalendarDay): boolean {
  return day === UNLIMITED_DAY;
}
