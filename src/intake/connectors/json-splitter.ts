import { HubError } from '../../domain/hub-error.ts';
import { MAX_DEPTH, MAX_ROW_CHARACTERS } from './raw-page.ts';

/** The text of one row in a JSON text; null where it was longer than a row may be. */
export type JsonPiece = { readonly row: number; readonly text: string | null };

/** Most characters of a JSON text around its rows. */
const MAX_FRAME_CHARACTERS = 1_048_576;

/** A longer member name leads to no rows. */
const MAX_NAME_CHARACTERS = 1_024;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

const bad = (message: string): HubError => new HubError('BAD_JSON', 'refused', message);

/** @throws JSON_TOO_DEEP */
function deeper(depth: number): number {
  if (depth < MAX_DEPTH) return depth + 1;
  throw new HubError('JSON_TOO_DEEP', 'refused', `the JSON is nested more than ${MAX_DEPTH} levels deep`);
}

/** Refuses a text that is nested deeper than anything honest. @throws JSON_TOO_DEEP */
export function assertShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== QUOTE; at += 1)
        if (text.charCodeAt(at) === BACKSLASH) at += 1;
    } else if (unit === OPEN || unit === OPEN_LIST) depth = deeper(depth);
    else if (unit === CLOSE || unit === CLOSE_LIST) depth -= 1;
  }
}

/**
 * Cuts the list of rows at a path out of a JSON text as it comes in, in bounded memory. The rows' texts and the frame
 * around them are each parsed as JSON by others: what is no JSON anywhere is found.
 */
export class JsonSplitter {
  readonly #path: readonly string[];
  /** For each open object or list of the frame the member name we are in; null in a list. */
  #names: (string | null)[] = [];
  #frame = '';
  #name = '';
  #within: 'frame' | 'rows' | 'after' = 'frame';
  #depth = 0;
  #quoted = false;
  #escaped = false;
  #piece = '';
  #cut = false;
  /** A comma stands before what comes next. */
  #wantsRow = false;
  #row = 0;

  /** @param path dotted path to the list; null for a text that is the list itself */
  constructor(path: string | null) {
    this.#path = path === null ? [] : path.split('.');
  }

  /** Takes a piece of the text and gives the rows that end in it. @throws BAD_JSON, JSON_TOO_DEEP */
  push(text: string): JsonPiece[] {
    const pieces: JsonPiece[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (this.#quoted) {
        if (this.#escaped) this.#escaped = false;
        else if (unit === BACKSLASH) this.#escaped = true;
        else if (unit === QUOTE) this.#quoted = false;
        if (this.#within !== 'rows' && this.#name.length < MAX_NAME_CHARACTERS) this.#name += text[at] ?? '';
        continue;
      }
      if (unit === QUOTE) {
        this.#quoted = true;
        this.#name = '"';
      } else if (this.#within !== 'rows') {
        if (this.#inFrame(unit)) {
          this.#addToFrame(text.slice(from, at + 1));
          from = at + 1;
        }
      } else if (this.#endsRow(unit)) {
        this.#add(text, from, at);
        this.#end(unit, pieces);
        from = unit === CLOSE_LIST ? at : at + 1;
      }
    }
    if (this.#within === 'rows') this.#add(text, from, text.length);
    else this.#addToFrame(text.slice(from));
    return pieces;
  }

  /**
   * Ends the text.
   *
   * @returns the frame around the rows, to be parsed
   * @throws FILE_TRUNCATED, NO_ROWS where no list stands at the path
   */
  end(): string {
    if (this.#quoted || this.#within === 'rows' || this.#names.length > 0)
      throw new HubError(
        'FILE_TRUNCATED',
        'refused',
        `the JSON ends after ${this.#row} rows, within a value`,
      );
    if (this.#within === 'frame') {
      const where =
        this.#path.length === 0 ? 'the text is no list' : `no list stands at ${this.#path.join('.')}`;
      throw new HubError('NO_ROWS', 'refused', `${where} of rows`);
    }
    return this.#frame;
  }

  #addToFrame(text: string): void {
    this.#frame += text;
    if (this.#frame.length > MAX_FRAME_CHARACTERS) throw bad('too much stands around the list of rows');
  }

  /** Whether the rows begin with this character. */
  #inFrame(unit: number): boolean {
    if (unit === COLON && this.#names.length > 0) {
      this.#names[this.#names.length - 1] = parseName(this.#name);
    } else if (unit === OPEN || unit === OPEN_LIST) {
      deeper(this.#names.length);
      if (unit === OPEN_LIST && this.#isAtPath()) {
        if (this.#within === 'after') throw bad('the list of rows stands there twice');
        this.#within = 'rows';
        return true;
      }
      this.#names.push(null);
    } else if (unit === CLOSE || unit === CLOSE_LIST) this.#names.pop();
    return false;
  }

  #isAtPath(): boolean {
    return (
      this.#names.length === this.#path.length && this.#path.every((it, place) => this.#names[place] === it)
    );
  }

  /** Whether this character of the rows' list ends a row or the list. */
  #endsRow(unit: number): boolean {
    if (unit === OPEN || unit === OPEN_LIST) this.#depth = deeper(this.#depth);
    else if (this.#depth === 0) return unit === COMMA || unit === CLOSE_LIST;
    else if (unit === CLOSE || unit === CLOSE_LIST) this.#depth -= 1;
    return false;
  }

  #end(unit: number, pieces: JsonPiece[]): void {
    const text = this.#piece;
    const isLast = unit === CLOSE_LIST;
    if (!this.#cut && text.trim() === '') {
      if (!isLast || this.#wantsRow) throw bad(`behind row ${this.#row} of the list stands none`);
    } else {
      this.#row += 1;
      pieces.push({ row: this.#row, text: this.#cut ? null : text });
    }
    this.#piece = '';
    this.#cut = false;
    this.#wantsRow = !isLast;
    if (isLast) this.#within = 'after';
  }

  #add(text: string, from: number, to: number): void {
    if (this.#cut || to <= from) return;
    if (this.#piece.length + to - from > MAX_ROW_CHARACTERS) {
      this.#cut = true;
      this.#piece = '';
    } else this.#piece += text.slice(from, to);
  }
}

function parseName(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return null;
  }
}
