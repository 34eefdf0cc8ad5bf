import { HubError } from '../../domain/hub-error.ts';
import { walkZip } from '../../infra/archives/index.ts';

/** Most rows of all sheets together; a workbook with more is a database. */
export const MAX_WORKBOOK_ROWS = 200_000;
/** Most bytes of a workbook, unpacked. */
export const MAX_WORKBOOK_BYTES = 1_073_741_824;
/** Texts that all sheets share are held in memory. */
const MAX_SHARED_BYTES = 134_217_728;
const MAX_ENTRIES = 1_000;
const MAX_MERGED = 50_000;
/** A tag may be cut by the end of a piece. */
const OVERLAP = 96;

const SHEET = /^xl\/worksheets\/sheet(\d+)\.xml$/i;
const ROWS = /<(?:\w+:)?row[\s/>]/g;
const MERGED = /<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;

/** Cells that stand as one, rows and columns counted from 1. */
export type MergedArea = {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
};

/** What a first pass over a workbook finds: merged areas by the number of their sheet, in order of their first row. */
export type WorkbookSurvey = ReadonlyMap<number, readonly MergedArea[]>;

function columnNumber(letters: string): number {
  return Array.from(letters).reduce((sum, it) => sum * 26 + it.charCodeAt(0) - 64, 0);
}

function tooLarge(what: string): HubError {
  const advice = 'export the table as CSV, or split it';
  return new HubError('WORKBOOK_TOO_LARGE', 'refused', `the workbook ${what}: ${advice}`);
}

/** Looks at the text of one entry as it comes; what spans two pieces is seen once. */
class SheetScan {
  rows = 0;
  readonly merged: MergedArea[] = [];
  #tail = '';

  push(chunk: Buffer): void {
    const text = this.#tail + chunk.toString('latin1');
    // What begins within the overlap is left to the next piece, which begins with it.
    const end = Math.max(0, text.length - OVERLAP);
    this.#look(text, end);
    this.#tail = text.slice(end);
  }

  end(): void {
    this.#look(this.#tail, this.#tail.length);
    this.#tail = '';
  }

  #look(text: string, end: number): void {
    for (const found of text.matchAll(ROWS)) if (found.index < end) this.rows += 1;
    if (!text.includes('mergeCell ')) return;
    for (const found of text.matchAll(MERGED)) {
      if (found.index >= end) continue;
      const [, left = '', top = '', right = '', bottom = ''] = found;
      this.merged.push({
        top: Number(top),
        bottom: Number(bottom),
        left: columnNumber(left),
        right: columnNumber(right),
      });
    }
  }
}

function assertSize(scans: Iterable<SheetScan>): void {
  let rows = 0;
  let merged = 0;
  for (const it of scans) {
    rows += it.rows;
    merged += it.merged.length;
  }
  if (rows > MAX_WORKBOOK_ROWS) throw tooLarge(`has more than ${MAX_WORKBOOK_ROWS} rows`);
  if (merged > MAX_MERGED) throw tooLarge(`has more than ${MAX_MERGED} merged areas`);
}

/**
 * Unpacks a workbook once and keeps nothing of it: its size, its rows, and which cells are merged, which stands behind
 * the rows and so is not known when they are read.
 *
 * @throws WORKBOOK_TOO_LARGE, BAD_WORKBOOK
 */
export async function surveyWorkbook(path: string): Promise<WorkbookSurvey> {
  const scans = new Map<number, SheetScan>();
  let shared = 0;
  const onChunk = (name: string, chunk: Buffer): void => {
    if (/^xl\/sharedStrings\.xml$/i.test(name)) {
      shared += chunk.byteLength;
      if (shared > MAX_SHARED_BYTES) throw tooLarge('has too many different texts');
    }
    const sheet = Number(SHEET.exec(name)?.[1] ?? 0);
    if (sheet === 0) return;
    const scan = scans.get(sheet) ?? new SheetScan();
    scans.set(sheet, scan);
    scan.push(chunk);
    assertSize(scans.values());
  };
  try {
    await walkZip({ path, maxEntries: MAX_ENTRIES, maxBytes: MAX_WORKBOOK_BYTES, onChunk });
  } catch (error) {
    if (error instanceof HubError && error.code === 'ARCHIVE_TOO_LARGE')
      throw tooLarge(`is too large: ${error.message}`);
    if (error instanceof HubError && error.code === 'WORKBOOK_TOO_LARGE') throw error;
    throw new HubError('BAD_WORKBOOK', 'refused', 'the file is no whole workbook', { cause: error });
  }
  for (const it of scans.values()) it.end();
  assertSize(scans.values());
  return new Map(
    Array.from(scans, ([sheet, it]) => [sheet, it.merged.toSorted((a, b) => a.top - b.top)] as const),
  );
}

/** The places, counted from 0, of cells of a row that an area above or to the left of them covers; rows must ascend. */
export class CoveredCells {
  readonly #areas: readonly MergedArea[];
  #next = 0;
  #open: MergedArea[] = [];

  constructor(areas: readonly MergedArea[]) {
    this.#areas = areas;
  }

  in(row: number): number[] {
    for (
      let area = this.#areas[this.#next];
      area !== undefined && area.top <= row;
      area = this.#areas[this.#next]
    ) {
      this.#open.push(area);
      this.#next += 1;
    }
    if (this.#open.length === 0) return [];
    this.#open = this.#open.filter((it) => it.bottom >= row);
    return this.#open.flatMap(({ top, left, right }) => {
      const from = top === row ? left + 1 : left;
      return Array.from({ length: Math.max(0, right - from + 1) }, (_, at) => from - 1 + at);
    });
  }
}
