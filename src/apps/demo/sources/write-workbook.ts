import { WorkbookWriter } from '@cj-tech-master/excelts';
import type { SourceRow } from './decisions.ts';

/** Writes rows as an office's workbook, one sheet, row by row. */
export async function writeWorkbook(path: string, sheet: string, rows: Iterable<SourceRow>): Promise<void> {
  const workbook = new WorkbookWriter({ filename: path, useSharedStrings: false, useStyles: false });
  const worksheet = workbook.addWorksheet(sheet);
  let head: string[] | null = null;
  for (const row of rows) {
    if (head === null) {
      head = Object.keys(row);
      worksheet.addRow(head).commit();
    }
    worksheet.addRow(head.map((it) => row[it] ?? '')).commit();
  }
  worksheet.commit();
  await workbook.commit();
}
