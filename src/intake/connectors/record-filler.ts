import { HubError } from '../../domain/hub-error.ts';
import { assertColumns, type FilledPage } from './page-filler.ts';
import { MAX_COLUMNS, PAGE_CHARACTERS, PAGE_ROWS, type RawRow, type RecordRow } from './raw-page.ts';

type Waiting = { readonly row: RecordRow; readonly cells: readonly string[] };

/** Rows that name their own columns become pages; a column keeps its place once it was met. */
export class RecordFiller {
  readonly #expected: readonly string[];
  readonly #places = new Map<string, number>();
  #columns: readonly string[] = [];
  #rows: Waiting[] = [];
  #characters = 0;
  #isChecked = false;

  constructor(expected: readonly string[]) {
    this.#expected = expected;
  }

  /** Takes a row; gives a page when it is full. @throws NO_HEADER, TOO_MANY_COLUMNS, DUPLICATE_COLUMN */
  take(row: RecordRow): FilledPage | null {
    const cells: string[] = [];
    for (const [name, text] of row.cells ?? []) {
      const place = this.#places.get(name) ?? this.#places.size;
      this.#places.set(name, place);
      cells[place] = text;
      this.#characters += text.length;
    }
    if (this.#places.size > MAX_COLUMNS)
      throw new HubError('TOO_MANY_COLUMNS', 'refused', `there are more than ${MAX_COLUMNS} columns`);
    this.#rows.push({ row, cells });
    return this.#rows.length < PAGE_ROWS && this.#characters < PAGE_CHARACTERS ? null : this.#page();
  }

  /** What is left at the end of a whole file; a list may be empty. @throws as `take` */
  end(): FilledPage {
    return this.#page();
  }

  /** The rows that are not given out yet; none where the columns are not known for what they are. */
  rest(): FilledPage {
    try {
      return this.#page();
    } catch {
      return { columns: [], rows: [] };
    }
  }

  #page(): FilledPage {
    if (this.#columns.length !== this.#places.size) {
      this.#columns = [...this.#places.keys()];
      assertColumns(this.#columns, this.#expected);
      this.#isChecked = true;
    }
    if (!this.#isChecked && this.#rows.length > 0) assertColumns([], this.#expected);
    const columns = this.#columns;
    const rows = this.#rows.map(({ row, cells }): RawRow => ({
      row: String(row.row),
      cells: columns.map((_, place) => cells[place] ?? ''),
      fault: row.cut ? 'CELL_TOO_LARGE' : row.cells === null ? 'ROW_SHAPE' : null,
    }));
    this.#rows = [];
    this.#characters = 0;
    return { columns, rows };
  }
}
