import { statSync } from 'node:fs';
import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { archiveEndingOf, unpackArchive } from '../../infra/archives/index.ts';
import { fileStamp } from '../../infra/files/index.ts';
import { openScratch, sweepScratch, type ScratchFolder } from '../../infra/scratch/index.ts';
import { readCsv } from './csv-reader.ts';
import { filePlaceOf, patternOf, type FilePlace } from './file-place.ts';
import { readJson, readNdjson } from './json-reader.ts';
import { PageFiller, type FilledPage } from './page-filler.ts';
import type { RawPage } from './raw-page.ts';
import { RecordFiller } from './record-filler.ts';
import { shownFileName } from './shown-words.ts';
import { SurveyedFile } from './surveyed-file.ts';
import { readXlsx } from './xlsx-reader.ts';
import { readXml } from './xml-reader.ts';

/** What the reader of a folder must know. */
export type FileReading = {
  readonly source: FileSourceSpec;
  readonly directory: string;
  /** Columns the manifest reads: a header that holds none of them is no header. */
  readonly expected: readonly string[];
  /** Columns that hold codes: a number in one of them is a spreadsheet's. */
  readonly codes: readonly string[];
  /** Whether a file of this digest was read to its end before. */
  readonly isRead: (sha256: string) => boolean;
  /** Called for each file that cannot be read, or not to its end; the next one is read all the same. */
  readonly onFault: (error: unknown, file: string) => void;
};

async function* filled<T>(
  chunks: AsyncGenerator<T[]>,
  filler: { take(row: T): FilledPage | null },
): AsyncGenerator<FilledPage> {
  for await (const chunk of chunks) {
    for (const row of chunk) {
      const page = filler.take(row);
      if (page !== null) yield page;
    }
  }
}

type Opened = {
  readonly pages: AsyncGenerator<FilledPage>;
  readonly end: () => FilledPage;
  readonly rest: () => FilledPage;
};

/** A file as pages, as its format has it. */
function opened(file: SurveyedFile, reading: FileReading): Opened {
  const { source } = reading;
  const { format } = source;
  if (format === 'csv' || format === 'tsv' || format === 'xlsx') {
    const filler = new PageFiller(reading);
    const rows = format === 'xlsx' ? readXlsx(file, source) : readCsv(file, source);
    return { pages: filled(rows, filler), end: () => filler.end(), rest: () => filler.rest() };
  }
  const filler = new RecordFiller(reading.expected);
  const read = { json: readJson, ndjson: readNdjson, xml: readXml }[format];
  return { pages: filled(read(file, source), filler), end: () => filler.end(), rest: () => filler.rest() };
}

/** A file that changed under the reader looks like any other fault: which of both it is, is found out. */
async function causeOf(file: SurveyedFile, error: unknown): Promise<unknown> {
  try {
    await file.assertUnchanged();
    return error;
  } catch (changed) {
    return changed;
  }
}

async function* pagesOf(file: SurveyedFile, reading: FileReading): AsyncGenerator<RawPage> {
  const named = {
    name: shownFileName(file.name, file.survey.sha256),
    sha256: file.survey.sha256,
    sm3: file.survey.sm3,
  };
  const { pages, end, rest } = opened(file, reading);
  let failure: unknown = null;
  let last: FilledPage | null = null;
  try {
    for await (const page of pages) yield { ...page, file: named };
    last = end();
    await file.assertUnchanged();
  } catch (error) {
    failure = await causeOf(file, error);
  }
  last ??= rest();
  if (last.columns.length > 0 || failure === null) yield { ...last, file: named, fileEnds: failure === null };
  if (failure !== null) throw failure as Error;
}

type Part = { readonly name: string; readonly path: string };

/** The files in an archive; a plain file is its own only part. */
async function partsOf(part: Part, source: FileSourceSpec, scratch: () => ScratchFolder): Promise<Part[]> {
  const { name, path } = part;
  if (archiveEndingOf(name) === null) return [part];
  const stamp = fileStamp(path);
  const wanted = patternOf(source.entries ?? `*.${source.format}`);
  const files = await unpackArchive({ path, name, into: scratch().path, wants: (it) => wanted.test(it) });
  if (fileStamp(path) !== stamp)
    throw new HubError('FILE_CHANGED', 'transient', 'the archive was replaced while it was unpacked');
  if (files.length === 0)
    throw new HubError(
      'ARCHIVE_EMPTY',
      'refused',
      'the archive holds no file of the format that the manifest reads',
    );
  return files.map((it) => ({ name: `${name}/${it.name}`, path: it.path }));
}

async function* waitingPages(name: string, place: FilePlace, reading: FileReading): AsyncGenerator<RawPage> {
  let folder: ScratchFolder | null = null;
  const scratch = (): ScratchFolder => (folder ??= openScratch());
  const removeScratch = (): void => folder?.remove();
  try {
    const path = await place.fetch(name, () => scratch().path);
    for (const part of await partsOf({ name, path }, reading.source, scratch)) {
      try {
        const file = await SurveyedFile.open(part.name, part.path);
        if (!reading.isRead(file.survey.sha256)) yield* pagesOf(file, reading);
      } catch (error) {
        reading.onFault(fileError(error, part), shownFileName(part.name, null));
      }
    }
  } finally {
    removeScratch();
  }
}

/** A file that went away between the listing and the reading has changed like any other. */
function fileError(error: unknown, { path }: Part): unknown {
  if (error instanceof HubError || statSync(path, { throwIfNoEntry: false }) !== undefined) return error;
  return new HubError('FILE_CHANGED', 'transient', 'the file went away while it was read', { cause: error });
}

/**
 * Reads every complete file of a place that was not read before, page by page. A fault ends its file, not the run:
 * what stood before it is given out first. Nothing that was fetched or unpacked stays behind.
 *
 * @throws NO_SOURCE_FOLDER, BAD_FILE, SECRET_NOT_SET (config), and the codes of infra/sftp
 */
export async function* readFiles(reading: FileReading): AsyncGenerator<RawPage> {
  sweepScratch();
  const place = filePlaceOf(reading.source, reading.directory);
  for (const name of await place.list()) {
    try {
      yield* waitingPages(name, place, reading);
    } catch (error) {
      reading.onFault(error, shownFileName(name, null));
    }
  }
}
