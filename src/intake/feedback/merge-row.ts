import type { Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import {
  detectPersonNumber,
  holdsPersonNumber,
  maskName,
  REDACTED,
  redactText,
} from '../../domain/subject/index.ts';
import { cellText } from '../../infra/tables/index.ts';
import type { QuarantineDocument } from '../quarantine/index.ts';
import { isWithheld, treatmentOf, type RowJudge } from '../validation/index.ts';

/** A waiting row with what its department typed into it, ready to be judged. */
export type MergedRow = {
  readonly cells: readonly string[];
  /** Cells that are needed and still hide what they said. */
  readonly withheld: readonly Finding[];
};

/** Whether a returned cell says no more than what was given out: the mask itself, or what it stands for. */
function isUnchanged(column: string, stored: string, returned: string): boolean {
  if (returned === cellText(stored)) return true;
  if (stored.includes(REDACTED) && redactText(returned).text === stored) return true;
  return treatmentOf(column) === 'mask' && maskName(returned) === stored;
}

/** Whether a cell holds a person's number. */
export function isPersonTyped(cell: string): boolean {
  return cell !== '' && (detectPersonNumber(cell) !== null || holdsPersonNumber(cell));
}

function storedOf({ redacted }: QuarantineDocument, column: string): string {
  return Object.hasOwn(redacted, column) ? (redacted[column] ?? '') : '';
}

/** Columns by how far their value may hide what it said: free text keeps its words without the number. */
function fieldsByColumn(judge: RowJudge, columns: readonly string[]): Map<number, { text: boolean }> {
  const { fields, identity } = judge.dataset;
  const texts = new Set(
    fields.filter((it) => it.type === 'text' && !identity.includes(it.name)).map((it) => it.name),
  );
  const found = new Map<number, { text: boolean }>();
  for (const [target, place] of judge.mapperFor(columns).places) {
    found.set(place, { text: texts.has(target) && found.get(place)?.text !== false });
  }
  return found;
}

/** Merges waiting rows of one workbook, whose columns are the same for all. */
export class RowMerger {
  readonly #judge: RowJudge;
  readonly #columns: readonly string[];
  readonly #fields: ReadonlyMap<number, { text: boolean }>;

  constructor(judge: RowJudge, columns: readonly string[]) {
    this.#judge = judge;
    this.#columns = columns;
    this.#fields = fieldsByColumn(judge, columns);
  }

  /**
   * Whether a person's number was typed into the row. What was given out is not looked at; in a copy of the
   * department's own file neither is what its cells hid, nor what stands in columns that are never read.
   */
  isPerson(entry: QuarantineDocument, returned: readonly string[], kind: 'export' | 'original'): boolean {
    const shown = this.#judge.mappedColumns(this.#columns);
    return this.#columns.some((column, place) => {
      const [stored, typed] = [storedOf(entry, column), returned[place] ?? ''];
      if (!isPersonTyped(typed) || typed === cellText(stored)) return false;
      return kind === 'export' || (shown.has(column) && !isUnchanged(column, stored, typed));
    });
  }

  /**
   * The row as it would now be read: what was typed, else what is kept. Columns that are neither read nor kept are
   * empty, whatever stands in them.
   *
   * @param returned cells as typed; null: the row as it is kept
   */
  merge(entry: QuarantineDocument, returned: readonly string[] | null): MergedRow {
    const shown = this.#judge.mappedColumns(this.#columns);
    const deletes = this.#judge.connector.sync.deletes?.column;
    const withheld: Finding[] = [];
    const cells = this.#columns.map((column, place) => {
      const how = shown.get(column);
      if (how === undefined) return '';
      const stored = storedOf(entry, column);
      const typed = returned?.[place] ?? cellText(stored);
      const value = returned === null || isUnchanged(column, stored, typed) ? cellText(stored) : typed;
      const field = this.#fields.get(place);
      const matters = field !== undefined || how === 'name' || column === deletes;
      if (matters && treatmentOf(column) !== 'mask' && isWithheld(value, field?.text === true))
        withheld.push(finding('WITHHELD_VALUE', column));
      return value;
    });
    return { cells, withheld };
  }
}
