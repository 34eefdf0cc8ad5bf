import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { CsvRows, type CsvRecord } from './csv-rows.ts';
import { readText } from './file-text.ts';
import type { FileRow } from './raw-page.ts';
import type { SurveyedFile } from './surveyed-file.ts';

const rowOf = (record: CsvRecord): FileRow => ({ row: record.line, cells: record.cells, cut: record.cut });

/**
 * The records of a delimited file, header rows included, a chunk at a time.
 *
 * @throws FILE_TRUNCATED where a quote is never closed or the last record stops short, after all whole records;
 *   FILE_ENCODING
 */
export async function* readCsv(file: SurveyedFile, source: FileSourceSpec): AsyncGenerator<FileRow[]> {
  const rows = new CsvRows(source.delimiter ?? (source.format === 'tsv' ? '\t' : ','));
  let width = 0;
  let read = 0;
  const header = (source.header ?? 1) - 1;
  for await (const text of readText(file, source)) {
    const records = rows.push(text);
    width ||= records[header - read]?.cells.length ?? 0;
    read += records.length;
    yield records.map(rowOf);
  }
  const { record, openQuoteLine } = rows.end();
  if (openQuoteLine !== null) {
    const message = `the file ends inside a quote that opens on line ${openQuoteLine}`;
    throw new HubError('FILE_TRUNCATED', 'refused', message, { details: { line: openQuoteLine } });
  }
  if (record === null) return;
  if (record.cells.length < width) {
    const message = `the last line, ${record.line}, stops after ${record.cells.length} of ${width} columns`;
    throw new HubError('FILE_TRUNCATED', 'refused', message, { details: { line: record.line } });
  }
  yield [rowOf(record)];
}
