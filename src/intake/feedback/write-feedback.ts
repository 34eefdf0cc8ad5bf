import type { FeedbackExport } from '../../contracts/messages/index.ts';
import { writeMarkedWorkbook, type MarkedSheet } from '../../infra/tables/index.ts';
import {
  ADDED_COLUMNS,
  addedCells,
  besideSheets,
  hiddenSheet,
  marksOf,
  namesDigest,
  ROWS_SHEET,
  WORKBOOK_VERSION,
} from './workbook-form.ts';

/**
 * The workbook 问题数据反馈: the department's own columns, red where something is wrong, and a place for its answer. Every
 * cell is text: codes keep their digits, and what begins with `=`, `+`, `-` or `@` is no formula.
 */
export async function writeFeedback(feedback: FeedbackExport, secret: Buffer): Promise<Buffer> {
  const { columns, rows } = feedback;
  const sheet: MarkedSheet = {
    name: ROWS_SHEET,
    columns: [...columns.map((header) => ({ header })), ...ADDED_COLUMNS],
    rows: rows.map((it) => [...it.cells, ...addedCells(it)]),
    marks: rows.flatMap((it, row) => marksOf(it, columns).map((mark) => ({ ...mark, row }))),
  };
  const facts = {
    version: WORKBOOK_VERSION,
    kind: 'export' as const,
    hub: feedback.hub,
    connector: feedback.connector,
    export: feedback.id,
    exportedAt: feedback.exportedAt,
    sheet: ROWS_SHEET,
    header: '1',
    columns: String(columns.length),
    names: namesDigest(sheet.columns.map((it) => it.header)),
    lastRow: String(rows.length + 1),
  };
  return writeMarkedWorkbook([sheet, ...besideSheets(feedback), hiddenSheet(secret, facts)]);
}
