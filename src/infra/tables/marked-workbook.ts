import { Workbook, type Cell, type Worksheet } from '@cj-tech-master/excelts';

/** A column of a sheet; every cell of it is text, so that codes keep their digits and nothing is a formula. */
export type MarkedColumn = {
  readonly header: string;
  readonly hidden?: boolean;
  /** Words that a person chooses from, none with a comma. */
  readonly choices?: readonly string[];
  /** Width in characters. */
  readonly width?: number;
  /** Long texts are shown on several lines. */
  readonly wrap?: boolean;
};

/** A cell that is shown red, with a comment; rows and columns are counted from 0, the header is not counted. */
export type CellMark = { readonly row: number; readonly column: number; readonly note: string };

/** A sheet whose first row holds the names of its columns. */
export type MarkedSheet = {
  readonly name: string;
  readonly columns: readonly MarkedColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly marks?: readonly CellMark[];
  /** Not even offered among the hidden sheets. */
  readonly hidden?: boolean;
};

/** Most characters that a cell of a workbook holds. @see ECMA-376 part 1, 18.3.1.4; Excel's limits */
const MAX_CELL = 32_767;
const TEXT = '@';
const RED = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFC7CE' } } as const;
const HEAD = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFD9E1F2' } } as const;
// Characters that XML cannot hold; a lone carriage return would come back as a line end.
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** A text as it comes back from a cell: without characters that no workbook holds, and not longer than a cell. */
export function cellText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNWRITABLE, '').slice(0, MAX_CELL);
}

/** Marks a cell: red, with a comment. */
function mark(cell: Cell, note: string): void {
  cell.fill = RED;
  cell.note = cellText(note);
}

function offer(cell: Cell, choices: readonly string[]): void {
  cell.dataValidation = {
    type: 'list',
    allowBlank: true,
    formulae: [`"${choices.join(',')}"`],
    showErrorMessage: true,
    errorTitle: '请从列表中选择',
    error: choices.join('、'),
  };
}

function fill(sheet: Worksheet, { columns, rows, marks = [] }: MarkedSheet): void {
  sheet.columns = columns.map(({ header, hidden = false, width = 18 }) => ({
    header: cellText(header),
    hidden,
    width,
    style: { numFmt: TEXT },
  }));
  const head = sheet.getRow(1);
  columns.forEach((_, place) => {
    const cell = head.getCell(place + 1);
    cell.fill = HEAD;
    cell.font = { bold: true };
  });
  rows.forEach((cells, place) => {
    const row = sheet.getRow(place + 2);
    columns.forEach(({ choices, wrap = false }, at) => {
      const cell = row.getCell(at + 1);
      cell.alignment = { vertical: 'top', wrapText: wrap };
      cell.value = cellText(cells[at] ?? '');
      cell.numFmt = TEXT;
      if (choices !== undefined) offer(cell, choices);
    });
  });
  for (const { row, column, note } of marks) mark(sheet.getRow(row + 2).getCell(column + 1), note);
}

function addSheet(workbook: Workbook, sheet: MarkedSheet): void {
  const views = sheet.hidden === true ? [] : [{ state: 'frozen' as const, xSplit: 0, ySplit: 1 }];
  const state = sheet.hidden === true ? 'veryHidden' : 'visible';
  fill(workbook.addWorksheet(sheet.name, { state, views }), sheet);
}

/** A workbook for people: cells as text, faulty ones red with a comment, columns to choose from. */
export async function writeMarkedWorkbook(sheets: readonly MarkedSheet[]): Promise<Buffer> {
  const workbook = new Workbook();
  for (const sheet of sheets) addSheet(workbook, sheet);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** What is written into a copy of somebody's own workbook. */
export type CopyMarks = {
  /** Sheet that is marked; the first where null. */
  readonly sheet: string | null;
  /** Row of the column names, counted from 1. */
  readonly header: number;
  /** Columns that are added behind the last one. */
  readonly added: readonly MarkedColumn[];
  /** By row of the sheet, counted from 1: cells of the added columns, and marks by column from 0. */
  readonly rows: ReadonlyMap<
    number,
    { readonly cells: readonly string[]; readonly marks: readonly Omit<CellMark, 'row'>[] }
  >;
  /** Sheets that are added. */
  readonly sheets: readonly MarkedSheet[];
};

/** The sheet of a workbook that is marked, or null where there is none. */
export async function readCopy(
  bytes: Buffer,
  place: Pick<CopyMarks, 'sheet' | 'header'>,
): Promise<{ workbook: Workbook; sheet: Worksheet; columns: string[] } | null> {
  const workbook = new Workbook();
  await workbook.xlsx.load(bytes);
  const sheet =
    place.sheet === null ? workbook.worksheets[0] : workbook.worksheets.find((it) => it.name === place.sheet);
  if (sheet === undefined) return null;
  const columns: string[] = [];
  sheet.getRow(place.header).eachCell({ includeEmpty: true }, (cell) => columns.push(cell.text));
  while (columns.at(-1) === '') columns.pop();
  return { workbook, sheet, columns };
}

/** Marks a workbook that was read by {@link readCopy} and writes it out; all else in it stays as it was. */
export async function writeCopy(
  copy: { readonly workbook: Workbook; readonly sheet: Worksheet; readonly columns: readonly string[] },
  marks: CopyMarks,
): Promise<Buffer> {
  const { workbook, sheet, columns } = copy;
  const at = (place: number): number => columns.length + place + 1;
  marks.added.forEach(({ header, hidden = false, width = 18 }, place) => {
    const column = sheet.getColumn(at(place));
    column.hidden = hidden;
    column.width = width;
    sheet.getRow(marks.header).getCell(at(place)).value = header;
  });
  for (const [number, row] of marks.rows) {
    marks.added.forEach(({ choices, wrap = false }, place) => {
      const cell = sheet.getRow(number).getCell(at(place));
      cell.alignment = { vertical: 'top', wrapText: wrap };
      cell.value = cellText(row.cells[place] ?? '');
      cell.numFmt = TEXT;
      if (choices !== undefined) offer(cell, choices);
    });
    for (const { column, note } of row.marks) mark(sheet.getRow(number).getCell(column + 1), note);
  }
  for (const it of marks.sheets) addSheet(workbook, it);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
