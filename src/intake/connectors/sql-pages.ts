import type { SqlSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { openSql, type SqlRows, type SqlSource, type SqlValue } from '../../infra/sql/index.ts';
import { overlapped } from './cursor-overlap.ts';
import type { CursorValues, RawPage } from './raw-page.ts';

/** What the reader of a table must know. */
export type SqlReading = {
  readonly source: SqlSourceSpec;
  /** Cursor columns in order; empty: one statement reads everything. */
  readonly cursorColumns: readonly string[];
  /** Where the last run ended; null: from the beginning. */
  readonly cursor: CursorValues | null;
  /** How far before that place the run begins, in seconds. */
  readonly overlapSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

const DIGITS = /^-?\d+$/;

/** Order of two cursor values as a database orders them: whole numbers by value, all else by its text. */
function compareValues(a: string, b: string): number {
  if (a === b) return 0;
  if (DIGITS.test(a) && DIGITS.test(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Negative, zero or positive as one place stands before, at or behind another. */
function compareCursors(a: CursorValues, b: CursorValues, columns: readonly string[]): number {
  for (const column of columns) {
    const order = compareValues(a[column] ?? '', b[column] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function placesOf(answer: SqlRows, columns: readonly string[]): CursorValues[] {
  const folded = answer.columns.map((it) => it.toLowerCase());
  const places = columns.map((column) => {
    const place = folded.indexOf(column.toLowerCase());
    if (place < 0) {
      throw new HubError(
        'NO_CURSOR_COLUMN',
        'config',
        `the statement does not select the cursor column ${column}`,
      );
    }
    return [column, place] as const;
  });
  return answer.rows.map((row) =>
    Object.fromEntries(places.map(([column, place]) => [column, row[place] ?? ''])),
  );
}

/** How many rows grow strictly from the place before; the next one, if any, goes back. */
function growing(
  places: readonly CursorValues[],
  before: CursorValues | null,
  columns: readonly string[],
): number {
  let last = before;
  const back = places.findIndex((place) => {
    const grows = last === null || compareCursors(place, last, columns) > 0;
    last = place;
    return !grows;
  });
  return back < 0 ? places.length : back;
}

function valuesFor(reading: SqlReading, cursor: CursorValues | null): Record<string, SqlValue> {
  const places = reading.cursorColumns.map((it) => [`cursor.${it}`, cursor?.[it] ?? null] as const);
  return { limit: reading.source.pageRows, ...Object.fromEntries(places) };
}

/** Rows that are read again do not take the source back: of two places the one behind the other. */
function laterOf(
  known: CursorValues | null,
  cursor: CursorValues | null,
  columns: readonly string[],
): CursorValues | null {
  if (known === null || cursor === null) return cursor;
  return compareCursors(known, cursor, columns) > 0 ? known : cursor;
}

async function* pagesOf(sql: SqlSource, reading: SqlReading): AsyncGenerator<RawPage> {
  const { source, cursorColumns, overlapSeconds } = reading;
  const known = reading.cursor;
  // Once, at the start: between pages it would read the same rows for ever.
  let cursor =
    known === null || overlapSeconds === undefined ? known : overlapped(known, cursorColumns, overlapSeconds);
  let count = 0;
  for (;;) {
    const answer = await sql.query(
      { text: source.query ?? '', values: valuesFor(reading, cursor) },
      { timeoutMs: source.timeoutMs, signal: reading.signal },
    );
    const places = placesOf(answer, cursorColumns);
    const good = cursorColumns.length === 0 ? answer.rows.length : growing(places, cursor, cursorColumns);
    cursor = places[good - 1] ?? cursor;
    const rows = answer.rows.slice(0, good).map((row, place) => ({
      row: String(count + place + 1),
      cells: row.map((it) => it ?? ''),
      fault: null,
    }));
    count += rows.length;
    if (rows.length > 0) {
      const place = laterOf(known, cursor, cursorColumns);
      yield { columns: answer.columns, rows, ...(place === null ? {} : { cursor: place }) };
    }
    if (good < answer.rows.length) {
      const message = `row ${count + 1} does not stand behind the row before it: order by ${cursorColumns.join(', ')}`;
      throw new HubError('SQL_CURSOR_WENT_BACK', 'refused', message);
    }
    if (cursorColumns.length === 0 || answer.rows.length < source.pageRows) return;
  }
}

/**
 * Reads a table page by page behind a cursor whose values stay the database's own text. The first run binds NULL for
 * each cursor column.
 *
 * @throws SQL_CURSOR_WENT_BACK after the rows that grew, NO_CURSOR_COLUMN, CURSOR_NOT_A_TIME, SQL_UNREACHABLE, SQL_TIMEOUT, SQL_FAILED,
 *   SECRET_NOT_SET
 */
export async function* readSql(reading: SqlReading): AsyncGenerator<RawPage> {
  const sql = openSql(reading.source.driver, resolveReferences(reading.source.dsn));
  try {
    yield* pagesOf(sql, reading);
  } finally {
    await sql.close();
  }
}
