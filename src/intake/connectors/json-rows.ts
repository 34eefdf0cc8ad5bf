import { HubError } from '../../domain/hub-error.ts';
import { assertShallow } from './json-splitter.ts';
import { MAX_CELL_CHARACTERS, type RecordRow } from './raw-page.ts';

/** One row of a JSON answer: its members are the columns. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** A number keeps the digits it is written with: as a JavaScript number an 18-digit code is damaged. */
const keepDigits = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? (context?.source ?? String(value)) : value;

/** Parses a JSON text, every number as its own text. @throws SyntaxError */
export function parseJsonText(text: string): unknown {
  return JSON.parse(text, keepDigits) as unknown;
}

/** Parses an answer, every number as its own text. @throws REST_BAD_ANSWER, JSON_TOO_DEEP */
export function parseJsonAnswer(body: Buffer): unknown {
  const text = body.toString('utf8');
  assertShallow(text);
  try {
    return parseJsonText(text);
  } catch (cause) {
    throw new HubError('REST_BAD_ANSWER', 'refused', 'the answer is not JSON', { cause });
  }
}

/** What stands at a path such as `data.list`; undefined where there is nothing. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[step];
  }
  return found;
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows at a path, and how many of its entries are none. @throws REST_BAD_ANSWER where no list stands there */
export function jsonRowsOf(answer: unknown, path: string): { rows: JsonRow[]; malformed: number } {
  const found = valueAt(answer, path);
  if (!Array.isArray(found))
    throw new HubError('REST_BAD_ANSWER', 'refused', `the answer has no list of rows at ${path}`);
  const entries: readonly unknown[] = found;
  const rows = entries.filter(isRow);
  return { rows, malformed: entries.length - rows.length };
}

/** A member as the text of a cell: nothing is empty, a structure is its JSON. */
export function textOfJson(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Every member that a row has. */
export function columnsOf(rows: readonly JsonRow[]): string[] {
  return [...new Set(rows.flatMap((it) => Object.keys(it)))];
}

/** A parsed value as a row, its members as texts; without cells where it is no object. */
export function recordOf(row: number, value: unknown): RecordRow {
  if (!isRow(value)) return { row, cells: null, cut: false };
  let cut = false;
  const cells = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    const text = textOfJson(member);
    cut ||= text.length > MAX_CELL_CHARACTERS;
    cells.set(name.normalize('NFKC').trim(), text.slice(0, MAX_CELL_CHARACTERS));
  }
  return { row, cells, cut };
}
