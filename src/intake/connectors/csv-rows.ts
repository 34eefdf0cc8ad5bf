import { MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROW_CHARACTERS } from './raw-page.ts';

/** A record of a delimited text, with the line it begins on, counted from 1. */
export type CsvRecord = { readonly line: number; readonly cells: string[]; readonly cut: boolean };

const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;

/**
 * Splits delimited text into records as it comes in, in bounded memory: a cell beyond the limit is cut and its record
 * marked, and the records behind it are still read.
 *
 * A quote inside an unquoted cell is a character; text behind a closing quote stays in the cell.
 *
 * @see RFC 4180
 */
export class CsvRows {
  private readonly delimiter: number;
  private readonly limit: number;
  private cells: string[] = [];
  private cell = '';
  private cut = false;
  /** Characters of the record's cells that are whole. */
  private characters = 0;
  private quoted = false;
  private quotePending = false;
  private returnPending = false;
  private started = false;
  private line = 1;
  private recordLine = 1;
  /** Line of the quote that is open. */
  private quoteLine = 0;

  /** @param limit most UTF-16 units of a cell */
  constructor(delimiter: string, limit: number = MAX_CELL_CHARACTERS) {
    this.delimiter = delimiter.charCodeAt(0);
    this.limit = limit;
  }

  /** Takes a piece of the text and gives the records that end in it. */
  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (this.returnPending) {
        this.returnPending = false;
        if (unit === NEWLINE) {
          from = at + 1;
          continue;
        }
      }
      if (this.quotePending) {
        this.quotePending = false;
        if (unit === QUOTE) continue; // the second of two: `from` stands on it, so that one is kept
        this.quoted = false;
        from = at;
      }
      if (this.quoted) {
        if (unit === NEWLINE) this.line += 1;
        if (unit === QUOTE) {
          this.add(text, from, at);
          this.quotePending = true;
          from = at + 1;
        }
      } else if (unit === QUOTE && this.cell === '' && from === at) {
        this.quoted = true;
        this.started = true;
        this.quoteLine = this.line;
        from = at + 1;
      } else if (unit === this.delimiter) {
        this.add(text, from, at);
        this.endCell();
        this.started = true;
        from = at + 1;
      } else if (unit === NEWLINE || unit === RETURN) {
        this.add(text, from, at);
        this.returnPending = unit === RETURN;
        this.endRecord(records);
        from = at + 1;
      }
    }
    if (!this.quotePending) this.add(text, from, text.length);
    return records;
  }

  /** The last record where no line end follows it, and the line of a quote that was never closed. */
  end(): { record: CsvRecord | null; openQuoteLine: number | null } {
    const open = this.quoted && !this.quotePending;
    const records: CsvRecord[] = [];
    if (this.started || this.cell !== '') this.endRecord(records);
    return { record: records[0] ?? null, openQuoteLine: open ? this.quoteLine : null };
  }

  private add(text: string, from: number, to: number): void {
    if (to <= from) return;
    const room = Math.min(
      this.limit - this.cell.length,
      MAX_ROW_CHARACTERS - this.characters - this.cell.length,
    );
    if (to - from > room) this.cut = true;
    if (room > 0) this.cell += text.slice(from, Math.min(to, from + room));
  }

  private endCell(): void {
    // One more than there may be: that there are too many is seen, and no more is kept of them.
    if (this.cells.length <= MAX_COLUMNS) this.cells.push(this.cell);
    this.characters += this.cell.length;
    this.cell = '';
    this.quoted = false;
    this.quotePending = false;
  }

  private endRecord(records: CsvRecord[]): void {
    const blank = !this.started && this.cell === '';
    this.endCell();
    if (!blank) records.push({ line: this.recordLine, cells: this.cells, cut: this.cut });
    this.cells = [];
    this.characters = 0;
    this.cut = false;
    this.started = false;
    this.line += 1;
    this.recordLine = this.line;
  }
}
