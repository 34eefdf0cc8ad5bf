import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WorkbookWriter } from '@cj-tech-master/excelts';

/** What is measured, by the form the rows stand in. */
export const DRIVERS = ['csv', 'tsv', 'ndjson', 'json', 'xml', 'xlsx', 'sqlite'] as const;
/** One of {@link DRIVERS}. */
export type Driver = (typeof DRIVERS)[number];

const COLUMNS = ['DM', 'MC', 'WSH', 'RQ', 'SY'] as const;

function cellsOf(row: number): string[] {
  const name = `测试${String(row)}号商贸有限公司`;
  return [
    '91370306QQQQ00013R',
    name,
    `周测〔2026〕${String(row)}号`,
    '2026-02-01',
    '未按规定公示信息，经查属实。',
  ];
}

const lines: Readonly<Record<Exclude<Driver, 'xlsx' | 'sqlite'>, [string, (row: number) => string, string]>> =
  {
    csv: [`${COLUMNS.join(',')}\n`, (row) => `${cellsOf(row).join(',')}\n`, ''],
    tsv: [`${COLUMNS.join('\t')}\n`, (row) => `${cellsOf(row).join('\t')}\n`, ''],
    ndjson: ['', (row) => `${JSON.stringify(recordOf(row))}\n`, ''],
    json: ['[', (row) => `${row === 0 ? '' : ','}${JSON.stringify(recordOf(row))}`, ']'],
    xml: [
      '<list>',
      (row) => `<row>${COLUMNS.map((it, at) => `<${it}>${cellsOf(row)[at] ?? ''}</${it}>`).join('')}</row>`,
      '</list>',
    ],
  };

/** A row by its columns. */
export function recordOf(row: number): Record<string, string> {
  const cells = cellsOf(row);
  return Object.fromEntries(COLUMNS.map((it, at) => [it, cells[at] ?? '']));
}

async function writeText(path: string, driver: keyof typeof lines, rows: number): Promise<void> {
  const [head, line, tail] = lines[driver];
  const file = createWriteStream(path);
  file.write(head);
  for (let row = 0; row < rows; row += 1) if (!file.write(line(row))) await once(file, 'drain');
  file.end(tail);
  await once(file, 'finish');
}

async function writeWorkbook(path: string, rows: number): Promise<void> {
  const writer = new WorkbookWriter({ filename: path, useSharedStrings: false, useStyles: false });
  const sheet = writer.addWorksheet('Sheet1');
  sheet.addRow([...COLUMNS]).commit();
  for (let row = 0; row < rows; row += 1) sheet.addRow(cellsOf(row)).commit();
  sheet.commit();
  await writer.commit();
}

function writeTable(path: string, rows: number): void {
  const database = new DatabaseSync(path);
  database.exec(`create table t (ID integer primary key, ${COLUMNS.join(' text, ')} text); begin`);
  const insert = database.prepare('insert into t values (?, ?, ?, ?, ?, ?)');
  for (let row = 0; row < rows; row += 1) insert.run(row + 1, ...cellsOf(row));
  database.exec('commit');
  database.close();
}

/** Makes the rows in one form and gives the path of the file. */
export async function makeFile(folder: string, driver: Driver, rows: number): Promise<string> {
  const path = join(folder, `rows-${String(rows)}.${driver}`);
  if (driver === 'sqlite') writeTable(path, rows);
  else if (driver === 'xlsx') await writeWorkbook(path, rows);
  else await writeText(path, driver, rows);
  return path;
}
