import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { readText } from './file-text.ts';
import { parseJsonText, recordOf } from './json-rows.ts';
import { assertShallow, JsonSplitter, type JsonPiece } from './json-splitter.ts';
import { MAX_ROW_CHARACTERS, type RecordRow } from './raw-page.ts';
import type { SurveyedFile } from './surveyed-file.ts';

const badRow = (row: number, cause: unknown): HubError =>
  new HubError('BAD_JSON', 'refused', `row ${row} is not JSON`, { cause, details: { row } });

function parseRow({ row, text }: JsonPiece): RecordRow {
  if (text === null) return { row, cells: null, cut: true };
  try {
    return recordOf(row, parseJsonText(text));
  } catch (cause) {
    throw badRow(row, cause);
  }
}

/** The rows that are whole, and what is wrong with the next one. */
function whole(pieces: readonly JsonPiece[]): { rows: RecordRow[]; failure: unknown } {
  const rows: RecordRow[] = [];
  for (const piece of pieces) {
    try {
      rows.push(parseRow(piece));
    } catch (failure) {
      return { rows, failure };
    }
  }
  return { rows, failure: null };
}

/**
 * The rows of a list in a JSON file, a chunk at a time; numbers keep the digits they are written with.
 *
 * @throws BAD_JSON, JSON_TOO_DEEP, NO_ROWS, FILE_TRUNCATED, FILE_ENCODING; the rows before stay good
 */
export async function* readJson(file: SurveyedFile, source: FileSourceSpec): AsyncGenerator<RecordRow[]> {
  const splitter = new JsonSplitter(source.rows ?? null);
  for await (const text of readText(file, source)) {
    const { rows, failure } = whole(splitter.push(text));
    yield rows;
    if (failure !== null) throw failure as Error;
  }
  const frame = splitter.end();
  try {
    JSON.parse(frame);
  } catch (cause) {
    throw new HubError('BAD_JSON', 'refused', 'what stands around the rows is not JSON', { cause });
  }
}

/** Cuts a text into lines in bounded memory; a line beyond the limit is null. */
class LineSplitter {
  #line = '';
  #cut = false;

  push(text: string): (string | null)[] {
    const [first = '', ...more] = text.split('\n');
    this.#add(first);
    return more.map((it) => {
      const line = this.end();
      this.#add(it);
      return line;
    });
  }

  /** The line that has come in until now; the next one begins. */
  end(): string | null {
    const line = this.#cut ? null : this.#line;
    this.#line = '';
    this.#cut = false;
    return line;
  }

  #add(text: string): void {
    if (this.#cut) return;
    this.#cut = this.#line.length + text.length > MAX_ROW_CHARACTERS;
    this.#line = this.#cut ? '' : this.#line + text;
  }
}

/** A line as a row; one that is no JSON is a row without cells, and the lines behind it are still read. */
function lineRow(row: number, line: string | null): RecordRow | null {
  if (line === null) return { row, cells: null, cut: true };
  if (line.trim() === '') return null;
  assertShallow(line);
  try {
    return recordOf(row, parseJsonText(line));
  } catch {
    return { row, cells: null, cut: false };
  }
}

/**
 * The rows of a file with one JSON object a line.
 *
 * @throws FILE_TRUNCATED where the last line has no end and is no JSON, JSON_TOO_DEEP, FILE_ENCODING
 */
export async function* readNdjson(file: SurveyedFile, source: FileSourceSpec): AsyncGenerator<RecordRow[]> {
  const lines = new LineSplitter();
  let row = 0;
  const rowOf = (line: string | null): RecordRow[] => {
    row += 1;
    const found = lineRow(row, line);
    return found === null ? [] : [found];
  };
  for await (const text of readText(file, source)) yield lines.push(text).flatMap(rowOf);
  const last = rowOf(lines.end());
  if (last.some((it) => it.cells === null && !it.cut)) {
    const details = { line: row };
    throw new HubError('FILE_TRUNCATED', 'refused', `line ${row}, the last one, is not whole`, { details });
  }
  yield last;
}
