/** One row as its source wrote it; cells stand in the order of the page's columns. */
export type RawRow = {
  /** Line or row number in a file, place in a feed, or number in a result, counted from 1. */
  readonly row: string;
  readonly cells: readonly string[];
  /** A cell was cut at {@link MAX_CELL_CHARACTERS}, or the row has more or fewer cells than the header. */
  readonly fault: 'CELL_TOO_LARGE' | 'ROW_SHAPE' | null;
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

/** Rows in one page of a file or feed. */
export const PAGE_ROWS = 500;

/** A row of a file before its header is known. */
export type FileRow = { readonly row: number; readonly cells: string[]; readonly cut: boolean };
