/** What a spreadsheet did to a cell, as a rule and the column it stands in. */
export type RowNote = {
  readonly rule: 'FORMULA_CELL' | 'MERGED_CELL' | 'NUMERIC_CODE' | 'CELL_ERROR';
  readonly column: string;
};

/** One row as its source wrote it; cells stand in the order of the page's columns. */
export type RawRow = {
  /** Line or row number in a file, place in a feed, or number in a result, counted from 1. */
  readonly row: string;
  readonly cells: readonly string[];
  /** A cell or row was cut at its limit, or the row has another shape than its file. */
  readonly fault: 'CELL_TOO_LARGE' | 'ROW_SHAPE' | null;
  /** Traps of spreadsheets in columns that the manifest reads. */
  readonly notes?: readonly RowNote[];
};

/** Values of the cursor columns, each in the database's own text. */
export type CursorValues = Readonly<Record<string, string>>;

/** Rows that are accepted together; what stands beside them is stored once they are. */
export type RawPage = {
  readonly columns: readonly string[];
  readonly rows: readonly RawRow[];
  /** Where to go on, for an incremental source. */
  readonly cursor?: CursorValues;
  /** The file the rows stand in. */
  readonly file?: { readonly name: string; readonly sha256: string; readonly sm3?: string };
  /** The file was read to its end with this page. */
  readonly fileEnds?: boolean;
  /** Rows that the source itself says it has. */
  readonly declaredTotal?: number;
};

/** What is left of a cell that is larger, in UTF-16 units: enough to see what it is, too little to hurt. */
export const MAX_CELL_CHARACTERS = 1_048_576;

/** Most of a row, all cells together, in UTF-16 units. */
export const MAX_ROW_CHARACTERS = 8_388_608;

/** Most columns of a source: as many as a worksheet has. */
export const MAX_COLUMNS = 16_384;

/** Rows in one page of a file or feed. */
export const PAGE_ROWS = 500;

/** A page ends earlier once its cells hold so many UTF-16 units. */
export const PAGE_CHARACTERS = 8_388_608;

/** Deepest nesting of JSON and XML. */
export const MAX_DEPTH = 64;

/** A row of a file before its header is known; notes name the place of a cell. */
export type FileRow = {
  readonly row: number;
  readonly cells: string[];
  readonly cut: boolean;
  readonly notes?: readonly { readonly rule: RowNote['rule']; readonly place: number }[];
};

/** A row that names its own columns; null where the place of a row holds none. */
export type RecordRow = {
  readonly row: number;
  readonly cells: ReadonlyMap<string, string> | null;
  readonly cut: boolean;
};
