import {
  REDACTED,
  detectPersonNumber,
  holdsPersonNumber,
  isOrganisationsCode,
  looksLikePersonName,
  maskName,
  redactText,
} from '../../domain/subject/index.ts';
import type { RowMapper } from '../mapping/index.ts';
import { columnsNamed, type LoadedConnector } from '../connectors/index.ts';
import { treatmentOf, type RowCells } from './person-guard.ts';

/** Longest value that is kept, in UTF-16 units: no field of a dataset takes more, so that what is cut is too long anyway. */
const MAX_KEPT = 10_000;
const MAX_NAME = 200;

/** How a column may be shown: as a value, as the row's name, as a code, or a value that is a word of its code list. */
type Shown = 'value' | 'name' | 'code' | ReadonlySet<string>;

/**
 * Columns of a row that may be shown; `name` for those that name the row at its source, `code` for those with codes, the
 * words of its code list for one that is looked up: 普通 begins with a surname and is nobody's name.
 */
export type ShownColumns = ReadonlyMap<string, Shown>;

/** Targets whose columns hold numbers of organisations of 15 places, which free text hides. */
const NUMBERS: ReadonlySet<string> = new Set([
  'subject.uscc',
  'subject.registrationNo',
  'subject.orgCode',
  'subject.taxNo',
]);

const fold = (column: string): string => column.normalize('NFKC').trim().toLowerCase();

/**
 * Columns of a source that may be kept: those that some target reads, those that the manifest names for reading, and
 * those under `keep:`. Whether a column is about a person is asked again for each value.
 */
export function shownColumns(
  connector: Pick<LoadedConnector, 'map' | 'sync' | 'keep'>,
  columns: readonly string[],
  read: Pick<RowMapper, 'places' | 'derivedFrom' | 'words'>,
): ShownColumns {
  const places = new Set([...read.places.values(), ...read.derivedFrom]);
  const codes = new Set([...read.places].flatMap(([target, place]) => (NUMBERS.has(target) ? [place] : [])));
  const named = new Set([...columnsNamed(connector), ...connector.keep].map(fold));
  const names = new Set((connector.sync.key ?? []).map(fold));
  const shown = new Map<string, Shown>();
  columns.forEach((column, place) => {
    if (names.has(fold(column))) shown.set(column, 'name');
    else if (codes.has(place)) shown.set(column, 'code');
    else if (places.has(place) || named.has(fold(column)))
      shown.set(column, read.words.get(place) ?? 'value');
  });
  return shown;
}

function redactValue(column: string, value: string, shown: ShownColumns): string {
  const treatment = treatmentOf(column);
  if (treatment === 'mask') return maskName(value);
  const how = shown.get(column);
  if (treatment !== null || how === undefined) return REDACTED;
  if (typeof how === 'object' && how.has(value.trim())) return value;
  if (detectPersonNumber(value) !== null || (how === 'name' && holdsPersonNumber(value))) return REDACTED;
  if (how === 'code' && isOrganisationsCode(value)) return value;
  if (looksLikePersonName(value)) return maskName(value);
  const text = how === 'name' ? value : redactText(value).text;
  return text.length > MAX_KEPT ? `${text.slice(0, MAX_KEPT)}…` : text;
}

/**
 * A row as it may be stored, logged or shown: the columns shown, names masked, numbers of persons and every other
 * column replaced by `〔不收〕`. Empty cells stay empty. Of columns with one name the first is kept, as it is read.
 */
export function redactRow(row: RowCells, shown: ShownColumns): Record<string, string> {
  const redacted = new Map<string, string>();
  row.columns.forEach((column, place) => {
    const name = redactText(column.slice(0, MAX_NAME)).text;
    const value = row.cells[place] ?? '';
    if (!redacted.has(name)) redacted.set(name, value === '' ? '' : redactValue(column, value, shown));
  });
  return Object.fromEntries(redacted);
}

/** The names of a row's columns as {@link redactRow} writes them, in their own order. */
export function redactColumns(columns: readonly string[]): string[] {
  return [...new Set(columns.map((it) => redactText(it.slice(0, MAX_NAME)).text))];
}

/**
 * Whether a redacted value says less than its source did, so that it cannot stand for it: a masked name, a text that was
 * cut, a number that was taken out.
 *
 * @param text whether `〔不收〕` may stand in the field: free text keeps its words without the number
 */
export function isWithheld(value: string, text: boolean): boolean {
  if (value.length > MAX_KEPT) return true;
  return text ? /^.{1,2}\*$/u.test(value) : /\*$/u.test(value) || value.includes(REDACTED);
}
