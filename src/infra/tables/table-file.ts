import { Workbook } from '@cj-tech-master/excelts';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { HubError } from '../../domain/hub-error.ts';

/** How a small table stands in a file. */
export type TableFormat = {
  readonly format: 'csv' | 'xlsx';
  readonly encoding: 'utf-8' | 'gb18030';
  /** Byte order mark before a UTF-8 text. */
  readonly bom: boolean;
};

/** A row: text by column name. */
export type TableRow = Readonly<Record<string, string>>;

const BOM = '\uFEFF';

function cellOf(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvOf(columns: readonly string[], rows: readonly TableRow[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((it) => row[it] ?? ''))];
  return lines.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

async function workbookOf(columns: readonly string[], rows: readonly TableRow[]): Promise<Buffer> {
  const workbook = new Workbook();
  const sheet = workbook.addWorksheet('Sheet1');
  sheet.addRow([...columns]);
  for (const row of rows) sheet.addRow(columns.map((it) => row[it] ?? ''));
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/**
 * A table as a file: a row of column names, then the rows. Every cell is text, so that no code loses a digit.
 *
 * @see RFC 4180 for CSV; GB 18030 holds every character of Unicode
 */
export async function writeTable(
  columns: readonly string[],
  rows: readonly TableRow[],
  format: TableFormat,
): Promise<Buffer> {
  if (format.format === 'xlsx') return workbookOf(columns, rows);
  const text = (format.bom ? BOM : '') + csvOf(columns, rows);
  return format.encoding === 'utf-8' ? Buffer.from(text, 'utf8') : iconv.encode(text, 'gb18030');
}

const malformed = (why: string, cause?: unknown) =>
  new HubError('TABLE_MALFORMED', 'refused', `the table is not usable: ${why}`, { cause });

function readCsv(bytes: Buffer, encoding: TableFormat['encoding']): string[][] {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text !== '' && !text.endsWith('\n')) throw malformed('its last line has no end');
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw malformed('it is no CSV of the declared encoding', error);
  }
}

async function readWorkbook(bytes: Buffer): Promise<string[][]> {
  const workbook = new Workbook();
  try {
    await workbook.xlsx.load(bytes);
  } catch (error) {
    throw malformed('it is no workbook', error);
  }
  const rows: string[][] = [];
  workbook.worksheets[0]?.eachRow((row) => {
    const cells: string[] = [];
    row.eachCell({ includeEmpty: true }, (cell) => cells.push(cell.text));
    rows.push(cells);
  });
  return rows;
}

/**
 * The rows of a table file by their column names. A file is used as a whole or not at all.
 *
 * @param wanted columns that must be there
 * @throws TABLE_MALFORMED for a file that is cut off, in another encoding, or lacks a column
 */
export async function readTable(
  bytes: Buffer,
  format: Pick<TableFormat, 'format' | 'encoding'>,
  wanted: readonly string[],
): Promise<TableRow[]> {
  const lines = format.format === 'xlsx' ? await readWorkbook(bytes) : readCsv(bytes, format.encoding);
  const [columns, ...rows] = lines;
  const missing = wanted.filter((it) => columns?.includes(it) !== true);
  if (columns === undefined || missing.length > 0) throw malformed(`it lacks ${missing.join(', ')}`);
  return rows.map((cells) => Object.fromEntries(columns.map((name, place) => [name, cells[place] ?? ''])));
}
