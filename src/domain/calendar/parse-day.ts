import { HubError } from '../hub-error.ts';
import { addCalendarDays, dayInShanghai, findDayOf, type CalendarDay } from './calendar-day.ts';

/** How to read days from text. */
export type DayFormats = {
  /** Patterns of `yyyy`, `MM`, `dd` (two digits), `M`, `d` (one or two) and literals; by default the known ones. */
  readonly formats?: readonly string[] | undefined;
  /** Also take a bare number as Excel's day count (1900 system). */
  readonly excelSerial?: boolean | undefined;
};

/** The forms read when a manifest declares none. */
export const DAY_FORMATS = ['yyyy-M-d', 'yyyy/M/d', 'yyyyMMdd', 'yyyy年M月d日', 'yyyy.M.d'] as const;

/** A time behind the day, with or without a zone: databases and spreadsheets add it. */
const TIME = /^(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
const PLACES: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
};
const compiled = new Map<string, RegExp>();

function patternOf(format: string): RegExp {
  const known = compiled.get(format);
  if (known !== undefined) return known;
  const source = format.replace(
    /yyyy|MM|M|dd|d|[^yMd]/g,
    (it) => PLACES[it] ?? it.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  const complete = ['year', 'month', 'day'].every((it) => source.split(`(?<${it}>`).length === 2);
  if (!complete) {
    throw new HubError('BAD_DATE_FORMAT', 'config', `date format ${format} needs yyyy, M and d once each`);
  }
  const pattern = new RegExp(`^${source}(?<rest>.*)$`, 'su');
  compiled.set(format, pattern);
  return pattern;
}

function withTime(day: CalendarDay, rest: string): CalendarDay | null {
  if (rest === '') return day;
  const time = TIME.exec(rest);
  if (time === null) return null;
  const [, hours = '', minutes = '', seconds = '0', zone] = time;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  if (zone === undefined) return day;
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const clock = `${hours.padStart(2, '0')}:${minutes}:${seconds.padStart(2, '0')}`;
  const instant = new Date(`${day}T${clock}${offset}`);
  return Number.isNaN(instant.getTime()) ? null : dayInShanghai(instant);
}

/** Excel's 1900 system counts a 29 February 1900 that never was: serial 60. */
function findSerialDay(text: string): CalendarDay | null {
  const digits = /^(\d{1,7})(?:\.\d+)?$/.exec(text)?.[1];
  const serial = digits === undefined ? 0 : Number(digits);
  if (serial < 1 || serial === 60 || serial > 2_958_465) return null;
  return serial < 60 ? addCalendarDays('1900-01-01', serial - 1) : addCalendarDays('1900-03-01', serial - 61);
}

/**
 * Finds the day a text states, or null. A time with a zone is turned into the day in Shanghai; without a zone the
 * day stands as written.
 *
 * @throws BAD_DATE_FORMAT when a declared format is not usable
 */
export function findCalendarDay(text: string, how: DayFormats = {}): CalendarDay | null {
  const bare = text.normalize('NFKC').trim();
  for (const format of how.formats ?? DAY_FORMATS) {
    const groups = patternOf(format.normalize('NFKC')).exec(bare)?.groups;
    if (groups === undefined) continue;
    const day = findDayOf(Number(groups['year']), Number(groups['month']), Number(groups['day']));
    const found = day === null ? null : withTime(day, groups['rest'] ?? '');
    if (found !== null) return found;
  }
  return how.excelSerial === true ? findSerialDay(bare) : null;
}

/**
 * Parses the day a text states; strict: 2026-02-30 is refused.
 *
 * @throws BAD_DATE when the text states no existing day in an accepted form
 * @throws BAD_DATE_FORMAT when a declared format is not usable
 */
export function parseCalendarDay(text: string, how: DayFormats = {}): CalendarDay {
  const day = findCalendarDay(text, how);
  if (day === null) {
    throw new HubError('BAD_DATE', 'refused', 'the text is no existing day in an accepted form', {
      details: { formats: how.formats ?? DAY_FORMATS },
    });
  }
  return day;
}
