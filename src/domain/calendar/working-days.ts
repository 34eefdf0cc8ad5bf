import { addCalendarDays, weekdayOf, type CalendarDay } from './calendar-day.ts';
import { HOLIDAYS } from './holidays.data.ts';

/** A day reached by counting; `provisional` when the count left the years whose State holidays are known. */
export type DueDay = { readonly on: CalendarDay; readonly provisional: boolean };

/** A publication deadline that runs from the decision, whose own day is not counted. */
export type PublicationRule = {
  readonly unit: 'WORKING_DAYS' | 'CALENDAR_DAYS';
  readonly days: number;
};

/**
 * The deadlines in use: double publication (7 working days), the same in areas that write "7 days", and the
 * enterprise publicity system (20 working days).
 */
export const PUBLICATION_RULES = {
  DOUBLE_PUBLICATION: { unit: 'WORKING_DAYS', days: 7 },
  DOUBLE_PUBLICATION_CALENDAR: { unit: 'CALENDAR_DAYS', days: 7 },
  ENTERPRISE_PUBLICITY: { unit: 'WORKING_DAYS', days: 20 },
} as const satisfies Readonly<Record<string, PublicationRule>>;

const off = new Set<CalendarDay>();
const worked = new Set<CalendarDay>();
for (const [year, days] of Object.entries(HOLIDAYS)) {
  for (const it of days.off.split(' ')) off.add(`${year}-${it}`);
  for (const it of days.worked.split(' ')) if (it !== '') worked.add(`${year}-${it}`);
}
const years = Object.keys(HOLIDAYS).sort();

/** First and last day of the known State holiday calendar. Later years are announced each autumn. */
export const KNOWN_CALENDAR = {
  from: `${years[0] ?? ''}-01-01`,
  until: `${years.at(-1) ?? ''}-12-31`,
} as const;

/** Whether people work on a day: not a State holiday, and Monday to Friday or a weekend that is worked. @throws BAD_DATE */
export function isWorkingDay(day: CalendarDay): boolean {
  if (off.has(day)) return false;
  const weekday = weekdayOf(day);
  return worked.has(day) || (weekday !== 0 && weekday !== 6);
}

const isKnown = (day: CalendarDay): boolean => day >= KNOWN_CALENDAR.from && day <= KNOWN_CALENDAR.until;

/**
 * The n-th working day after a day, which itself is not counted (0 is the day itself).
 *
 * @param n whole number from 0
 * @throws BAD_DATE
 * @see State Council's yearly notices on holidays; vectors 2025-09-26 + 7 = 2025-10-13, 2026-02-12 + 7 = 2026-02-28
 */
export function addWorkingDays(day: CalendarDay, n: number): DueDay {
  if (!Number.isInteger(n) || n < 0) throw new RangeError('working days are counted in whole numbers from 0');
  let on = addCalendarDays(day, 0);
  for (let left = n; left > 0;) {
    on = addCalendarDays(on, 1);
    if (isWorkingDay(on)) left -= 1;
  }
  return { on, provisional: !isKnown(day) || !isKnown(on) };
}

/** The last day on which a decision may be published in time. @throws BAD_DATE */
export function publicationDue(decidedOn: CalendarDay, rule: PublicationRule): DueDay {
  if (rule.unit === 'WORKING_DAYS') return addWorkingDays(decidedOn, rule.days);
  return { on: addCalendarDays(decidedOn, rule.days), provisional: false };
}
