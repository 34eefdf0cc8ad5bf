import type { BulkDocument } from './bulk-document.ts';
import type { BulkRow, Covered, Values } from './bulk-rows.ts';

/** How rows are written. */
export type RowFormat = {
  /** What stands before the first row. */
  readonly head: string;
  line(row: BulkRow): string;
};

function valueAt(values: Values | null, path: string): unknown {
  let value: unknown = values;
  for (const name of path.split('.')) {
    if (Array.isArray(value)) return value.map((it) => valueAt(it as Values, name));
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Values)[name];
  }
  return value;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(';');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text that a spreadsheet would run as a formula is kept from that by an apostrophe; a number stays a number. */
function cellOf(value: unknown): string {
  const text = textOf(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = (cells: readonly unknown[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/** Coverage in one cell: `source=STATUS(RULE); …`. */
function coverageText(coverage: readonly Covered[]): string {
  return coverage
    .map((it) => `${it.source}=${it.status}${it.rule === null ? '' : `(${it.rule})`}`)
    .join('; ');
}

/**
 * CSV with a byte order mark, as WPS and Excel expect it: line, code, the subject's values, list, records, complete,
 * coverage, error, then the records' values by their dotted paths.
 *
 * @see RFC 4180
 */
export function csvFormat(document: BulkDocument): RowFormat {
  const recordPaths = [...new Set(document.lists.flatMap((it) => it.paths))];
  const facts = ['list', 'records', 'complete', 'coverage', 'error'];
  const subjectNames = document.subjectPaths.map((it) => `subject.${it}`);
  const recordNames = recordPaths.map((it) => `record.${it}`);
  return {
    head: `\uFEFF${csvLine(['line', 'code', ...subjectNames, ...facts, ...recordNames])}`,
    line: (row) =>
      csvLine([
        row.line,
        row.code,
        ...document.subjectPaths.map((it) => valueAt(row.subject, it)),
        row.list,
        row.records,
        row.complete,
        coverageText(row.coverage),
        row.error,
        ...recordPaths.map((it) => valueAt(row.record, it)),
      ]),
  };
}

/** One JSON object a line. */
export function ndjsonFormat(): RowFormat {
  return { head: '', line: (row) => `${JSON.stringify(row)}\n` };
}
