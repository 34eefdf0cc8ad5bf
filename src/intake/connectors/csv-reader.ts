import { createReadStream } from 'node:fs';
import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { CsvRows, type CsvRecord } from './csv-rows.ts';
import type { FileSurvey } from './file-survey.ts';
import type { FileRow } from './raw-page.ts';

const CHUNK_BYTES = 262_144;

function encodingOf(source: FileSourceSpec, survey: FileSurvey): string {
  if (source.encoding !== 'auto') return source.encoding;
  return survey.isUtf8 ? 'utf-8' : 'gb18030';
}

const rowOf = (record: CsvRecord): FileRow => ({ row: record.line, cells: record.cells, cut: record.cut });

/**
 * The records of a delimited file, header rows included, a chunk at a time. The encoding is the declared one, or UTF-8
 * where every byte agrees, else GB18030.
 *
 * @throws FILE_TRUNCATED where a quote is never closed or the last record stops short, after all whole records
 */
export async function* readCsv(
  path: string,
  source: FileSourceSpec,
  survey: FileSurvey,
): AsyncGenerator<FileRow[]> {
  const decoder = new TextDecoder(encodingOf(source, survey));
  const rows = new CsvRows(source.delimiter ?? (source.format === 'tsv' ? '\t' : ','));
  let width = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const records = rows.push(decoder.decode(chunk as Buffer, { stream: true }));
    width ||= records[source.header - 1]?.cells.length ?? 0;
    yield records.map(rowOf);
  }
  yield rows.push(decoder.decode()).map(rowOf);
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
