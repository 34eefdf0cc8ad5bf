import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { HubError } from '../../domain/hub-error.ts';
import {
  MAX_CELL_CHARACTERS,
  MAX_COLUMNS,
  MAX_DEPTH,
  MAX_ROW_CHARACTERS,
  type RecordRow,
} from './raw-page.ts';

/** Where an element that comes twice in a row is joined: what stands between the words of a list of codes. */
const LIST_MARK = '、';
/** Most of a row with its tags. */
const MAX_ROW_TEXT = 2 * MAX_ROW_CHARACTERS;
/** Most of a list of elements of one name. */
const MAX_LIST_CHARACTERS = 65_536;
/** Most of an element beside the rows. */
const MAX_VALUE_CHARACTERS = 4_096;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
const isNamespace = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

/** The row that is open. */
type Open = { depth: number; cells: Map<string, string>; characters: number; cut: boolean };

/**
 * Cuts rows out of an XML text as it comes in, in bounded memory. Attributes and elements of a row are its columns; what
 * lies deeper is named by its path, `address.street`. No entity is expanded but the five of XML itself, and a document
 * type is refused.
 *
 * @see XML 1.0 section 4.6
 */
export class XmlRows {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #path: readonly string[];
  readonly #watched: readonly (readonly string[])[];
  readonly #values = new Map<string, string>();
  #names: string[] = [];
  #row: Open | null = null;
  #rows: RecordRow[] = [];
  #texts: string[] = [];
  #count = 0;
  #pushed = 0;
  #eventAt = 0;
  #rowAt = 0;
  #found = false;

  /**
   * @param path element of a row, `row` or `list.row`
   * @param watched elements beside the rows whose texts are asked for
   */
  constructor(path: string, watched: readonly string[] = []) {
    this.#path = path.split('.');
    this.#watched = watched.map((it) => it.split('.'));
    this.#parser.on('opentag', (tag) => this.#open(tag));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('cdata', (text) => this.#text(text));
    this.#parser.on('doctype', () => {
      throw new HubError('XML_DOCUMENT_TYPE', 'refused', 'the XML declares a document type: leave it out');
    });
    this.#parser.on('error', (cause) => {
      throw new HubError('BAD_XML', 'refused', `line ${this.#parser.line} is not XML`, { cause });
    });
  }

  /** Takes a piece of the text and gives the rows that end in it. @throws BAD_XML, XML_DOCUMENT_TYPE, XML_TOO_LARGE */
  push(text: string): RecordRow[] {
    this.#pushed += text.length;
    this.#parser.write(text);
    const isEndlessRow = this.#row !== null && this.#pushed - this.#rowAt > MAX_ROW_TEXT;
    if (isEndlessRow || this.#pushed - this.#eventAt > MAX_ROW_CHARACTERS) {
      throw new HubError(
        'XML_TOO_LARGE',
        'refused',
        `line ${this.#parser.line} holds a tag, a text or a row without end`,
      );
    }
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Ends the text. @throws FILE_TRUNCATED, NO_ROWS where the path leads nowhere */
  end(): void {
    if (this.#names.length > 0 || this.#pushed === 0)
      throw new HubError(
        'FILE_TRUNCATED',
        'refused',
        `the XML ends after ${this.#count} rows, within an element`,
      );
    this.#parser.close();
    if (!this.#found)
      throw new HubError('NO_ROWS', 'refused', `the XML has no element ${this.#path.join('.')} nor its list`);
  }

  /** The text of a watched element; empty where there is none. */
  valueAt(path: string): string {
    return this.#values.get(path) ?? '';
  }

  #endsWith(path: readonly string[]): boolean {
    const from = this.#names.length - path.length;
    return from >= 0 && path.every((it, place) => this.#names[from + place] === it);
  }

  #open(tag: SaxesTagPlain): void {
    this.#eventAt = this.#pushed;
    this.#names.push(localName(tag.name));
    this.#texts.push('');
    if (this.#names.length > MAX_DEPTH)
      throw new HubError('XML_TOO_DEEP', 'refused', `the XML is nested more than ${MAX_DEPTH} levels deep`);
    const parent = this.#path.slice(0, -1);
    if (parent.length === 0 ? this.#names.length === 1 : this.#endsWith(parent)) this.#found = true;
    if (this.#row === null && this.#endsWith(this.#path)) this.#rowAt = this.#pushed;
    if (this.#row === null && this.#endsWith(this.#path))
      this.#row = { depth: this.#names.length, cells: new Map(), characters: 0, cut: false };
    const row = this.#row;
    if (row === null) return;
    const above = this.#names.slice(row.depth);
    for (const [name, value] of Object.entries(tag.attributes))
      if (!isNamespace(name)) this.#put(row, [...above, localName(name)].join('.'), value);
  }

  #text(text: string): void {
    this.#eventAt = this.#pushed;
    const last = this.#texts.length - 1;
    if (last < 0) return;
    const known = this.#texts[last] ?? '';
    if (known.length <= MAX_CELL_CHARACTERS) this.#texts[last] = known + text;
  }

  #close(): void {
    this.#eventAt = this.#pushed;
    const text = this.#texts.pop() ?? '';
    const row = this.#row;
    if (row === null)
      for (const path of this.#watched)
        if (this.#endsWith(path))
          this.#values.set(path.join('.'), text.trim().slice(0, MAX_VALUE_CHARACTERS));
    if (row !== null && this.#names.length === row.depth) {
      this.#count += 1;
      this.#rows.push({ row: this.#count, cells: row.cells, cut: row.cut });
      this.#row = null;
    } else if (row !== null && text.trim() !== '')
      this.#put(row, this.#names.slice(row.depth).join('.'), text);
    this.#names.pop();
  }

  #put(row: Open, name: string, text: string): void {
    const value = text.trim();
    const known = row.cells.get(name) ?? '';
    row.characters += value.length;
    // What is full is not joined any further: each time it would be copied as a whole.
    const full = row.characters > MAX_ROW_CHARACTERS || row.cells.size >= MAX_COLUMNS;
    if (full || known.length > MAX_LIST_CHARACTERS || value.length > MAX_CELL_CHARACTERS) {
      row.cut = true;
      if (!full && known === '') row.cells.set(name, value.slice(0, MAX_CELL_CHARACTERS));
    } else row.cells.set(name, known === '' ? value : `${known}${LIST_MARK}${value}`);
  }
}
