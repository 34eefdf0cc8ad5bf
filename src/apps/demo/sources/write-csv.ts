import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import iconv from 'iconv-lite';
import type { SourceRow } from './decisions.ts';

const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const line = (cells: readonly string[]): Buffer =>
  iconv.encode(`${cells.map(quote).join(',')}\r\n`, 'gb18030');

/** Writes rows as a department's system exports them: CSV in GB18030, row by row. */
export async function writeCsv(path: string, rows: Iterable<SourceRow>): Promise<void> {
  const file = createWriteStream(path);
  let head: string[] | null = null;
  for (const row of rows) {
    if (head === null) {
      head = Object.keys(row);
      file.write(line(head));
    }
    if (!file.write(line(head.map((it) => row[it] ?? '')))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
