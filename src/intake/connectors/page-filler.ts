import { HubError } from '../../domain/hub-error.ts';
import {
  MAX_COLUMNS,
  PAGE_CHARACTERS,
  PAGE_ROWS,
  type FileRow,
  type RawPage,
  type RawRow,
  type RowNote,
} from './raw-page.ts';

/** A page whose file is not named yet. */
export type FilledPage = Pick<RawPage, 'columns' | 'rows'>;

/** What a table with a header row must be known of. */
export type TableShape = {
  readonly source: { readonly format: string; readonly header?: number | undefined };
  readonly expected: readonly string[];
  readonly codes: readonly string[];
};

/** Column names are compared without regard to case and width. */
export const foldColumn = (column: string): string => column.normalize('NFKC').trim().toLowerCase();

/**
 * Refuses columns that cannot be those of the source.
 *
 * @param expected columns of which one must be there; any will do where none is expected
 * @throws NO_HEADER, TOO_MANY_COLUMNS, DUPLICATE_COLUMN
 */
export function assertColumns(columns: readonly string[], expected: readonly string[]): void {
  if (columns.length > MAX_COLUMNS)
    throw new HubError('TOO_MANY_COLUMNS', 'refused', `there are more than ${MAX_COLUMNS} columns`);
  const known = new Set(expected.map(foldColumn));
  const met = columns.map(foldColumn).filter((it) => known.has(it));
  if (met.length === 0 && (expected.length > 0 || columns.length === 0)) {
    // The words found are not repeated: where the header is missing they are a row's values.
    throw new HubError('NO_HEADER', 'refused', 'the header row holds no column that the manifest knows');
  }
  const twice = met.find((it, place) => met.indexOf(it) !== place);
  if (twice !== undefined)
    throw new HubError(
      'DUPLICATE_COLUMN',
      'refused',
      `the column ${twice} stands there twice: which one is meant?`,
    );
}

/** Rows of a table become pages: the header row names the columns, the rows behind it are measured by it. */
export class PageFiller {
  readonly #shape: TableShape;
  readonly #isSheet: boolean;
  readonly #header: number;
  #columns: readonly string[] | null = null;
  /** For each place the column that a note about it names; null where the manifest does not read it. */
  #noted: readonly (string | null)[] = [];
  #codes: ReadonlySet<string> = new Set();
  #skipped = 0;
  #rows: RawRow[] = [];
  #characters = 0;

  constructor(shape: TableShape) {
    this.#shape = shape;
    this.#isSheet = shape.source.format === 'xlsx';
    this.#header = shape.source.header ?? 1;
  }

  /** Takes a row; gives a page when it is full. @throws as `assertColumns` */
  take(row: FileRow): FilledPage | null {
    if (this.#columns === null) {
      this.#takeHeader(row);
      return null;
    }
    if (!row.cells.some((it) => it !== '')) return null;
    this.#rows.push(this.#rawRow(row, this.#columns.length));
    for (const cell of row.cells) this.#characters += cell.length;
    return this.#rows.length < PAGE_ROWS && this.#characters < PAGE_CHARACTERS ? null : this.rest();
  }

  /** What is left at the end of a whole file. @throws NO_HEADER where none was found */
  end(): FilledPage {
    if (this.#columns === null) assertColumns([], this.#shape.expected);
    return this.rest();
  }

  /** The rows that are not given out yet; no columns where there was no header. */
  rest(): FilledPage {
    const page = { columns: this.#columns ?? [], rows: this.#rows };
    this.#rows = [];
    this.#characters = 0;
    return page;
  }

  #takeHeader(row: FileRow): void {
    const isAbove = this.#isSheet ? row.row < this.#header : this.#skipped < this.#header - 1;
    if (isAbove) {
      this.#skipped += 1;
      return;
    }
    const columns = row.cells.map((it) => it.normalize('NFKC').trim());
    assertColumns(columns, this.#shape.expected);
    const known = new Set(this.#shape.expected.map(foldColumn));
    this.#noted = columns.map((it) => (known.has(foldColumn(it)) ? it : null));
    this.#codes = new Set(this.#shape.codes.map(foldColumn));
    this.#columns = columns;
  }

  #notesOf(row: FileRow): RowNote[] {
    return (row.notes ?? []).flatMap(({ rule, place }) => {
      const column = this.#noted[place] ?? null;
      if (column === null || (rule === 'NUMERIC_CODE' && !this.#codes.has(foldColumn(column)))) return [];
      return [{ rule, column }];
    });
  }

  #rawRow(row: FileRow, width: number): RawRow {
    const { cells, cut } = row;
    const short = cells.length < width;
    // Spreadsheets leave trailing cells out; in a delimited file a short row is a fault.
    const fits = short ? this.#isSheet : cells.slice(width).every((it) => it === '');
    const notes = this.#notesOf(row);
    return {
      row: String(row.row),
      cells: short ? [...cells, ...Array.from({ length: width - cells.length }, () => '')] : cells,
      fault: cut ? 'CELL_TOO_LARGE' : fits ? null : 'ROW_SHAPE',
      ...(notes.length === 0 ? {} : { notes }),
    };
  }
}
