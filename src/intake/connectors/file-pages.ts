import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { listFiles, surveyFile, type FileSurvey, type WaitingFile } from './file-survey.ts';
import { readCsv } from './csv-reader.ts';
import { PAGE_ROWS, type FileRow, type RawPage, type RawRow } from './raw-page.ts';
import { readXlsx } from './xlsx-reader.ts';

/** What the reader of a folder must know. */
export type FileReading = {
  readonly source: FileSourceSpec;
  readonly directory: string;
  /** Columns the manifest reads: a header that holds none of them is no header. */
  readonly expected: readonly string[];
  /** Whether a file of this digest was read to its end before. */
  readonly isRead: (sha256: string) => boolean;
  /** Called for each file that cannot be read, or not to its end; the next one is read all the same. */
  readonly onFault: (error: unknown, file: string) => void;
};

const fold = (column: string): string => column.normalize('NFKC').trim().toLowerCase();

function columnsOf(row: FileRow | undefined, expected: readonly string[]): string[] {
  const columns = (row?.cells ?? []).map((it) => it.normalize('NFKC').trim());
  const known = new Set(expected.map(fold));
  if (!columns.some((it) => known.has(fold(it)))) {
    // The words found are not repeated: where the header is missing they are a row's values.
    throw new HubError('NO_HEADER', 'refused', 'the header row holds no column that the manifest knows');
  }
  return columns;
}

function rawRowOf({ row, cells, cut }: FileRow, width: number): RawRow {
  const fits = cells.length >= width && cells.slice(width).every((it) => it === '');
  const short = cells.length < width;
  return {
    row: String(row),
    cells: short ? [...cells, ...Array.from({ length: width - cells.length }, () => '')] : cells,
    fault: cut ? 'CELL_TOO_LARGE' : fits ? null : 'ROW_SHAPE',
  };
}

function rowsOf(file: WaitingFile, source: FileSourceSpec, survey: FileSurvey): AsyncGenerator<FileRow[]> {
  return source.format === 'xlsx' ? readXlsx(file.path, source) : readCsv(file.path, source, survey);
}

async function* pagesOf(
  file: WaitingFile,
  survey: FileSurvey,
  reading: FileReading,
): AsyncGenerator<RawPage> {
  const { source, expected } = reading;
  const named = { name: file.name, sha256: survey.sha256, sm3: survey.sm3 };
  const header: { columns: string[] | null } = { columns: null };
  let skipped = 0;
  let rows: RawRow[] = [];
  let failure: unknown = null;
  const take = (row: FileRow): void => {
    if (source.format === 'xlsx' ? row.row < source.header : skipped < source.header - 1) {
      skipped += 1;
      return;
    }
    if (header.columns === null) header.columns = columnsOf(row, expected);
    else if (row.cells.some((it) => it !== '')) {
      // Spreadsheets leave trailing cells out; in a delimited file a short row is a fault.
      const whole = source.format === 'xlsx' && row.cells.length < header.columns.length;
      const raw = rawRowOf(row, header.columns.length);
      rows.push(whole && raw.fault === 'ROW_SHAPE' ? { ...raw, fault: null } : raw);
    }
  };
  try {
    for await (const chunk of rowsOf(file, source, survey)) {
      for (const row of chunk) {
        take(row);
        if (rows.length === PAGE_ROWS) {
          yield { columns: header.columns ?? [], rows, file: named };
          rows = [];
        }
      }
    }
    if (header.columns === null) columnsOf(undefined, expected);
  } catch (error) {
    failure = error;
  }
  if (header.columns !== null)
    yield { columns: header.columns, rows, file: named, fileEnds: failure === null };
  if (failure !== null) throw failure as Error;
}

/**
 * Reads every complete file of a folder that was not read before, page by page. A fault ends its file, not the run:
 * what stood before it is given out first.
 *
 * @throws NO_SOURCE_FOLDER, SECRET_NOT_SET (config)
 */
export async function* readFiles(reading: FileReading): AsyncGenerator<RawPage> {
  for (const file of listFiles(reading.source, reading.directory)) {
    try {
      const survey = await surveyFile(file.path);
      if (!reading.isRead(survey.sha256)) yield* pagesOf(file, survey, reading);
    } catch (error) {
      reading.onFault(error, file.name);
    }
  }
}
