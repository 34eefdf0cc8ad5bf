import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { WorkbookReader } from '@cj-tech-master/excelts';
import { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { MAX_EXPORT_ROWS } from './collect-feedback.ts';
import { unpackedBytes } from './unpacked-bytes.ts';
import { isSealed, type RowOwner } from './row-key.ts';
import {
  ADDED_COLUMNS,
  DISPOSITION_AT,
  HIDDEN_SHEET,
  namesDigest,
  ROW_KEY_AT,
  WORKBOOK_VERSION,
  type WorkbookFacts,
} from './workbook-form.ts';

const MAX_FILE_BYTES = 64 * 1_048_576;
const MAX_UNPACKED_BYTES = 512 * 1_048_576;
/** Rows that a copy of the department's own file may have. */
const MAX_ORIGINAL_ROWS = 200_000;

/** A row of a returned workbook, as it was typed. */
export type ReturnedRow = {
  /** Row of the sheet, counted from 1. */
  readonly number: number;
  /** Cells of the department's columns. */
  readonly cells: readonly string[];
  /** Cells behind them, the hidden key left out. */
  readonly added: readonly string[];
  readonly disposition: string;
  readonly key: string;
};

/** A returned workbook that is this hub's own and was not tampered with. */
export type ReturnedWorkbook = {
  readonly facts: WorkbookFacts;
  readonly sha256: string;
  /** The department's columns. */
  readonly columns: readonly string[];
  /** Keys that stand in more than one answered row. */
  readonly twice: ReadonlySet<string>;
  /** Rows that were answered or not, in order; cells that are all empty are left out. */
  rows(): AsyncGenerator<ReturnedRow>;
};

type Shaped = {
  readonly richText?: readonly { readonly text: string }[];
  readonly result?: unknown;
  readonly text?: unknown;
};

/** The text that a person sees; the result of a formula, a day as it is written. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value !== 'object' || value === null) return '';
  const shaped = value as Shaped;
  if (shaped.richText !== undefined) return shaped.richText.map((it) => it.text).join('');
  return textOf(shaped.result ?? shaped.text);
}

type SheetRow = { readonly number: number; readonly cells: string[] };

/** The rows of one sheet. @throws FEEDBACK_UNREADABLE */
async function* rowsOf(path: string, name: string): AsyncGenerator<SheetRow> {
  const options = {
    worksheets: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    // Without the styles a day would come as Excel's count of days.
    styles: 'cache',
  } as const;
  try {
    for await (const sheet of new WorkbookReader(path, options)) {
      if (sheet.name !== name) continue;
      for await (const row of sheet) {
        const values: unknown = row.values;
        const cells = Array.isArray(values) ? Array.from(values.slice(1) as unknown[], textOf) : [];
        yield { number: row.number, cells };
      }
      return;
    }
  } catch (cause) {
    throw new HubError('FEEDBACK_UNREADABLE', 'refused', 'the workbook cannot be read to its end', { cause });
  }
}

const factsSchema = z.strictObject({
  version: z.string(),
  kind: z.enum(['export', 'original']),
  hub: z.string(),
  connector: z.string(),
  export: z.uuid(),
  exportedAt: z.string(),
  sheet: z.string(),
  header: z.string().regex(/^\d{1,5}$/),
  columns: z.string().regex(/^\d{1,5}$/),
  names: z.string(),
  lastRow: z.string().regex(/^\d{1,7}$/),
  checksum: z.string(),
});

async function readHidden(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { number, cells } of rowsOf(path, HIDDEN_SHEET)) {
    if (number > 100) break;
    const [key, value = ''] = cells;
    if (number > 1 && key !== undefined && key !== '') found[key] = value;
  }
  return found;
}

/** @throws FEEDBACK_NOT_OURS, FEEDBACK_VERSION, FEEDBACK_FOREIGN, FEEDBACK_CHANGED */
async function readFacts(
  path: string,
  by: { readonly hub: string; readonly owner: RowOwner; readonly secret: Buffer },
): Promise<WorkbookFacts> {
  const hidden = await readHidden(path);
  if (hidden['version'] === undefined)
    throw new HubError(
      'FEEDBACK_NOT_OURS',
      'refused',
      'the workbook has no hidden sheet of a hub: export it again',
    );
  if (hidden['version'] !== WORKBOOK_VERSION)
    throw new HubError(
      'FEEDBACK_VERSION',
      'refused',
      `this hub reads workbooks of version ${WORKBOOK_VERSION}: export it again`,
    );
  if (hidden['hub'] !== by.hub || hidden['connector'] !== by.owner.source)
    throw new HubError(
      'FEEDBACK_FOREIGN',
      'refused',
      `the workbook was not exported by ${by.hub} for ${by.owner.source}`,
    );
  const parsed = factsSchema.safeParse(hidden);
  const { checksum = '', ...facts } = parsed.data ?? {};
  if (!parsed.success || !isSealed(by.secret, facts, checksum))
    throw new HubError(
      'FEEDBACK_CHANGED',
      'refused',
      'the hidden sheet of the workbook was changed: export it again',
    );
  return facts as WorkbookFacts;
}

/** @throws FEEDBACK_TOO_LARGE, FEEDBACK_UNREADABLE */
async function readSize(path: string): Promise<string> {
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: null };
  if (size === null) throw new HubError('FEEDBACK_UNREADABLE', 'refused', 'there is no such file');
  const largest = `a workbook has at most ${MAX_FILE_BYTES / 1_048_576} MiB, and ${MAX_UNPACKED_BYTES / 1_048_576} unpacked`;
  if (size > MAX_FILE_BYTES) throw new HubError('FEEDBACK_TOO_LARGE', 'refused', largest);
  const bytes = await readFile(path);
  const unpacked = unpackedBytes(bytes);
  if (unpacked === null) throw new HubError('FEEDBACK_UNREADABLE', 'refused', 'the file is no XLSX workbook');
  if (unpacked > MAX_UNPACKED_BYTES) throw new HubError('FEEDBACK_TOO_LARGE', 'refused', largest);
  return sha256Hex(bytes);
}

/** Reads the sheet once: its columns are those that were exported, its rows not more, and which keys stand there twice. */
async function survey(
  path: string,
  facts: WorkbookFacts,
): Promise<{ columns: string[]; twice: Set<string> }> {
  const [header, width, lastRow] = [Number(facts.header), Number(facts.columns), Number(facts.lastRow)];
  const most = facts.kind === 'export' ? MAX_EXPORT_ROWS : MAX_ORIGINAL_ROWS;
  const changed = new HubError(
    'FEEDBACK_COLUMNS',
    'refused',
    `the sheet ${facts.sheet} has not the columns that were exported`,
  );
  const [seen, twice] = [new Set<string>(), new Set<string>()];
  let columns: string[] | null = null;
  let rows = 0;
  for await (const { number, cells } of rowsOf(path, facts.sheet)) {
    if (number < header) continue;
    if (number === header) {
      const names = cells.slice(0, width + ADDED_COLUMNS.length);
      if (namesDigest(names) !== facts.names || cells.slice(names.length).some((it) => it.trim() !== ''))
        throw changed;
      columns = names.slice(0, width).map((it) => it.normalize('NFKC').trim());
      continue;
    }
    if (cells.every((it) => it.trim() === '')) continue;
    rows += 1;
    if (rows > Math.min(most, lastRow - header))
      throw new HubError(
        'FEEDBACK_TOO_LARGE',
        'refused',
        `the sheet has more rows than the ${lastRow - header} exported`,
      );
    const [disposition = '', key = ''] = [cells[width + DISPOSITION_AT], cells[width + ROW_KEY_AT]];
    if (disposition.trim() === '' || key.trim() === '') continue;
    if (seen.has(key.trim())) twice.add(key.trim());
    seen.add(key.trim());
  }
  if (columns === null) throw changed;
  return { columns, twice };
}

/**
 * Opens a workbook that a department returns. It is read in a stream and believed only as far as its hidden sheet is
 * sealed by this hub.
 *
 * @throws FEEDBACK_UNREADABLE, FEEDBACK_TOO_LARGE, FEEDBACK_NOT_OURS, FEEDBACK_VERSION, FEEDBACK_FOREIGN,
 *   FEEDBACK_CHANGED, FEEDBACK_COLUMNS
 */
export async function openReturned(
  path: string,
  by: { readonly hub: string; readonly owner: RowOwner; readonly secret: Buffer },
): Promise<ReturnedWorkbook> {
  const sha256 = await readSize(path);
  const facts = await readFacts(path, by);
  const { columns, twice } = await survey(path, facts);
  const width = columns.length;
  return {
    facts,
    sha256,
    columns,
    twice,
    async *rows() {
      for await (const { number, cells } of rowsOf(path, facts.sheet)) {
        if (number <= Number(facts.header) || cells.every((it) => it.trim() === '')) continue;
        const at = (place: number): string => (cells[width + place] ?? '').trim();
        yield {
          number,
          cells: columns.map((_, place) => cells[place] ?? ''),
          added: Array.from({ length: ROW_KEY_AT }, (_, place) => at(place)),
          disposition: at(DISPOSITION_AT),
          key: at(ROW_KEY_AT),
        };
      }
    },
  };
}
