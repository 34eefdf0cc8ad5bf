import { HubError } from '../../domain/hub-error.ts';
import { MAX_CHARACTERS, type SqlRows } from './sql-source.ts';

/** Rows as they arrive, until there are more of them than memory is kept for. */
export class BoundedRows {
  readonly #maxRows: number;
  readonly #rows: (string | null)[][] = [];
  #characters = 0;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  /** Takes one more row. @throws SQL_TOO_LARGE */
  add(row: (string | null)[]): void {
    this.#characters += row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    if (this.#rows.length >= this.#maxRows || this.#characters > MAX_CHARACTERS) {
      throw new HubError(
        'SQL_TOO_LARGE',
        'refused',
        `the answer has more than ${this.#maxRows} rows or ${MAX_CHARACTERS} characters`,
      );
    }
    this.#rows.push(row);
  }

  /** Everything that was taken, under the names of its columns. */
  under(columns: readonly string[]): SqlRows {
    return { columns, rows: this.#rows };
  }
}
