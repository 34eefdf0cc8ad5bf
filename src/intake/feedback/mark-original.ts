import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedbackExport, FeedbackRow } from '../../contracts/messages/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { readCopy, writeCopy, writeMarkedWorkbook } from '../../infra/tables/index.ts';
import { readSource } from '../connectors/index.ts';
import { collectFeedback } from './collect-feedback.ts';
import { judgeOf, type FeedbackParts } from './feedback-parts.ts';
import {
  ADDED_COLUMNS,
  addedCells,
  besideSheets,
  hiddenSheet,
  marksOf,
  namesDigest,
  ROWS_SHEET,
  WORKBOOK_VERSION,
  type WorkbookFacts,
} from './workbook-form.ts';

const MAX_ORIGINAL_BYTES = 32 * 1_048_576;

/** A copy of a department's own file with its faults marked, and the same content as an export. */
export type MarkedOriginal = { readonly bytes: Buffer; readonly feedback: FeedbackExport };

type Place = Pick<WorkbookFacts, 'sheet' | 'header' | 'lastRow'>;

function factsOf(feedback: FeedbackExport, columns: readonly string[], place: Place): WorkbookFacts {
  const headers = [...columns, ...ADDED_COLUMNS.map((it) => it.header)];
  return {
    version: WORKBOOK_VERSION,
    kind: 'original',
    hub: feedback.hub,
    connector: feedback.connector,
    export: feedback.id,
    exportedAt: feedback.exportedAt,
    columns: String(columns.length),
    names: namesDigest(headers),
    ...place,
  };
}

const normalised = (columns: readonly string[]): string[] => columns.map((it) => it.normalize('NFKC').trim());

/** Marks the workbook itself: its sheets, widths and colours stay. */
async function markWorkbook(parts: FeedbackParts, bytes: Buffer, feedback: FeedbackExport): Promise<Buffer> {
  const { source } = parts.connector;
  const at = source.type === 'file' ? { sheet: source.sheet ?? null, header: source.header ?? 1 } : null;
  const copy = at === null ? null : await readCopy(bytes, at);
  if (at === null || copy === null)
    throw new HubError('ORIGINAL_DIFFERS', 'refused', 'the workbook has no such sheet');
  const { sheet } = copy;
  const columns = normalised(copy.columns);
  const rows = feedback.rows.map(
    (it) => [Number(it.rowNumber), { cells: addedCells(it), marks: marksOf(it, columns) }] as const,
  );
  const place = { sheet: sheet.name, header: String(at.header), lastRow: String(sheet.rowCount) };
  const facts = factsOf(feedback, copy.columns, place);
  const sheets = [...besideSheets(feedback), hiddenSheet(parts.secret, facts)];
  return writeCopy(copy, { ...at, added: ADDED_COLUMNS, rows: new Map(rows), sheets });
}

type Table = { columns: readonly string[]; rows: { row: string; cells: readonly string[] }[] };

/** The rows of a delimited file, read as a run reads them. */
async function readTable(parts: FeedbackParts, path: string): Promise<Table> {
  const { connector } = parts;
  const { source } = connector;
  if (source.type !== 'file')
    throw new HubError('FEEDBACK_NO_FILES', 'config', 'the connector reads no files');
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-original-'));
  try {
    copyFileSync(path, join(folder, 'original.csv'));
    const copied = { ...connector, source: { ...source, folder, path: '*.csv' } };
    const onFault = (error: unknown): never => {
      throw toHubError(error);
    };
    const aliases = judgeOf(parts, 'export').dataset.fields.flatMap((it) => it.aliases);
    const table: Table = { columns: [], rows: [] };
    for await (const page of readSource(copied, { cursor: null, isRead: () => false, onFault }, aliases)) {
      table.columns = page.columns;
      table.rows.push(...page.rows);
    }
    return table;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A delimited file becomes a workbook: its rows as they are, as text. */
async function markTable(parts: FeedbackParts, path: string, feedback: FeedbackExport): Promise<Buffer> {
  const { columns, rows } = await readTable(parts, path);
  const byNumber = new Map<string, FeedbackRow>(feedback.rows.map((it) => [it.rowNumber, it]));
  const none = ADDED_COLUMNS.map(() => '');
  const found = rows.map((it) => byNumber.get(it.row));
  const sheet = {
    name: ROWS_SHEET,
    columns: [...columns.map((header) => ({ header })), ...ADDED_COLUMNS],
    rows: rows.map(({ cells }, place) => {
      const row = found[place];
      return [...columns.map((_, at) => cells[at] ?? ''), ...(row === undefined ? none : addedCells(row))];
    }),
    marks: found.flatMap((it, row) =>
      it === undefined ? [] : marksOf(it, columns).map((mark) => ({ ...mark, row })),
    ),
  };
  const place = { sheet: ROWS_SHEET, header: '1', lastRow: String(rows.length + 1) };
  const facts = factsOf(feedback, columns, place);
  return writeMarkedWorkbook([sheet, ...besideSheets(feedback), hiddenSheet(parts.secret, facts)]);
}

/**
 * Marks a copy of the department's own file: faulty cells red with a comment, reasons and a place for the answer behind
 * the last column. The file is known again by its digest; nothing of it is kept.
 *
 * @param path the department's own file, CSV or XLSX
 * @throws FEEDBACK_NO_FILES, ORIGINAL_DIFFERS, FEEDBACK_TOO_LARGE, and the codes of the source's reader
 */
export async function markOriginal(parts: FeedbackParts, path: string): Promise<MarkedOriginal> {
  const { source } = parts.connector;
  if (source.type !== 'file' || !['csv', 'xlsx'].includes(source.format))
    throw new HubError('FEEDBACK_NO_FILES', 'config', 'the connector reads no CSV or XLSX files');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_ORIGINAL_BYTES)
    throw new HubError(
      'FEEDBACK_TOO_LARGE',
      'refused',
      'a file of more than 32 MiB is not copied: export without it',
    );
  const bytes = readFileSync(path);
  const feedback = await collectFeedback(parts, { rule: null, file: sha256Hex(bytes) });
  if (feedback.rows.length === 0)
    throw new HubError(
      'ORIGINAL_DIFFERS',
      'refused',
      'no row that waits was read from a file of this digest',
    );
  const marked =
    source.format === 'xlsx'
      ? await markWorkbook(parts, bytes, feedback)
      : await markTable(parts, path, feedback);
  return { bytes: marked, feedback };
}
