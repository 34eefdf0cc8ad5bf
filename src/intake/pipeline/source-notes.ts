import { HubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import type { RawPage } from '../connectors/index.ts';
import type { RunFault, RunFile } from './run-receipt.ts';

const MAX_NAME = 100;

/** A column's name as it may be kept: where a header is missing it may be a value. */
export function columnName(column: string): string {
  return redactText(column).text.slice(0, MAX_NAME);
}

/** What a run notes of its source beside the rows. */
export class SourceNotes {
  readonly #files = new Map<string, RunFile>();
  readonly columns = new Set<string>();
  cursor: Readonly<Record<string, string>> | null = null;
  rows = 0;
  declared: number | null = null;

  /** Notes a page. */
  note(page: RawPage): void {
    this.rows += page.rows.length;
    if (page.cursor !== undefined) this.cursor = page.cursor;
    if (page.declaredTotal !== undefined) this.declared = page.declaredTotal;
    for (const column of page.columns) this.columns.add(column);
    if (page.file === undefined) return;
    const { name, sha256, sm3 = null } = page.file;
    const rows = (this.#files.get(name)?.rows ?? 0) + page.rows.length;
    const state = page.fileEnds === true ? 'read' : 'broken';
    this.#files.set(name, { name, sha256, sm3, rows, state, readBy: null });
  }

  /** Notes a file that another run read to its end. */
  skip(file: { readonly name: string; readonly sha256: string; readonly run: string }): void {
    const { name, sha256, run: readBy } = file;
    if (!this.#files.has(name))
      this.#files.set(name, { name, sha256, sm3: null, rows: 0, state: 'skipped', readBy });
  }

  /** The files met, in the order they were met. */
  list(): RunFile[] {
    return [...this.#files.values()];
  }

  /** A source that says it has more rows than it gave was read short; nothing is concluded from what is absent. */
  warnings(): RunFault[] {
    if (this.declared === null || this.declared === this.rows) return [];
    const said = `the source declares ${this.declared} rows and gave ${this.rows}`;
    const { code, message } = new HubError('SHORT_READ', 'transient', said);
    return [{ code, message }];
  }
}

/** A column that nothing knows: told once a run, by its name alone. */
export function unknownColumn(column: string): RunFault {
  return { code: 'UNKNOWN_ALIAS', message: `column ${column} is not known and was not used` };
}
