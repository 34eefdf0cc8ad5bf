import { HubError } from '../../domain/hub-error.ts';
import type { CursorValues } from './raw-page.ts';

/** A time as databases write it: a day, or a day and a time of whole seconds, and what stands behind these. */
const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:([T ])(\d{2}):(\d{2}):(\d{2})(.*))?$/s;
/** Fractions of a second, and a zone. */
const REST = /^(?:[.,]\d{1,9})?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * A time some seconds earlier, in the database's own form: what stands behind the seconds stays as it is, so that no
 * microsecond is lost. A day alone goes back by whole days.
 *
 * @returns null for a text that is no time
 */
export function earlierTime(text: string, seconds: number): string | null {
  const found = TIME.exec(text);
  if (found === null) return null;
  const [, year, month, day, between, hours = '00', minutes = '00', whole = '00', rest = ''] = found;
  if (!REST.test(rest)) return null;
  const written = `${year}-${month}-${day}T${hours}:${minutes}:${whole}Z`;
  const at = Date.parse(written);
  // 2026-02-30 would be read as another day.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== written.slice(0, 19)) return null;
  const earlier = new Date(at - seconds * 1_000);
  if (earlier.getUTCFullYear() < 1_000) return null;
  const iso = earlier.toISOString();
  return between === undefined
    ? iso.slice(0, 10)
    : `${iso.slice(0, 10)}${between}${iso.slice(11, 19)}${rest}`;
}

/**
 * Where a run begins that looks again at the last stretch of the run before. One second more than asked for: the other
 * cursor columns stay as they are, and rows at the very first moment may stand before them.
 *
 * @throws CURSOR_NOT_A_TIME where the first cursor column holds none
 */
export function overlapped(cursor: CursorValues, columns: readonly string[], seconds: number): CursorValues {
  const [first = ''] = columns;
  const earlier = earlierTime(cursor[first] ?? '', seconds + 1);
  if (earlier !== null) return { ...cursor, [first]: earlier };
  const message = `sync.overlap needs a time in ${first}, the first cursor column: leave it out or put a time first`;
  throw new HubError('CURSOR_NOT_A_TIME', 'config', message);
}
