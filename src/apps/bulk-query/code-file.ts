import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { HubError } from '../../domain/hub-error.ts';
import { assessCode } from '../../domain/subject/index.ts';

/** A code of the file that may be asked for. */
export type GoodCode = { readonly line: number; readonly code: string; readonly refused: null };
/** A line that is not asked for, and the rule that says why. Its value is never shown: it may be a person's. */
export type RefusedLine = {
  readonly line: number;
  readonly code: null;
  readonly refused: { readonly rule: string; readonly zh: string; readonly en: string };
};

/** Where the codes stand. */
export type CodeFile = {
  readonly path: string;
  /** Name of their column; null: found by its usual names, else the first. */
  readonly column: string | null;
};

/** Names that the column of codes usually has, without regard to case. */
const USUAL_NAMES = ['uscc', 'code', 'tyshxydm', 'shxym', '统一社会信用代码', '社会信用代码', '代码'];
const MAX_LINE_BYTES = 1_048_576;

const fold = (text: string): string => text.trim().toLowerCase();

/** Which column holds the codes, and whether the first line names columns. */
function layoutOf(first: readonly string[], column: string | null): { place: number; header: boolean } {
  const names = first.map(fold);
  if (column !== null) {
    const place = names.indexOf(fold(column));
    if (place >= 0) return { place, header: true };
    throw new HubError('CODES_UNREADABLE', 'refused', `the first line names no column ${column}`);
  }
  const usual = names.findIndex((it) => USUAL_NAMES.includes(it));
  if (usual >= 0) return { place: usual, header: true };
  return { place: 0, header: !/\d/.test(first[0] ?? '') };
}

function judge(line: number, text: string): GoodCode | RefusedLine {
  const { valid, kind, code, findings } = assessCode(text);
  if (valid && kind === 'USCC') return { line, code, refused: null };
  const [reason] = findings.filter((it) => it.severity === 'reject');
  const refused = reason ?? {
    rule: 'UNKNOWN_CODE_FORM',
    zh: '不是统一社会信用代码',
    en: 'not a unified social credit code',
  };
  return { line, code: null, refused: { rule: refused.rule, zh: refused.zh, en: refused.en } };
}

/**
 * Every line of a file of codes, judged, one after another: a file of any length costs the same memory. Comma,
 * semicolon or tab; lines are counted from 1.
 *
 * @param onBytes sees every byte of the file, as it stands
 * @throws CODES_UNREADABLE
 */
export async function* readCodes(
  { path, column }: CodeFile,
  onBytes: (bytes: Buffer) => void = () => undefined,
): AsyncGenerator<GoodCode | RefusedLine> {
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    max_record_size: MAX_LINE_BYTES,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const source = createReadStream(path);
  source.on('data', (bytes) => onBytes(bytes as Buffer));
  source.once('error', (error) => parser.destroy(error));
  let layout: ReturnType<typeof layoutOf> | null = null;
  try {
    for await (const item of source.pipe(parser)) {
      const { record, info } = item as { record: string[]; info: { lines: number } };
      const isFirst = layout === null;
      layout ??= layoutOf(record, column);
      if (!isFirst || !layout.header) yield judge(info.lines, record[layout.place] ?? '');
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    const missing = (cause as { code?: unknown }).code === 'ENOENT';
    const said = missing ? `${path} does not exist` : `${path} cannot be read as CSV`;
    throw new HubError('CODES_UNREADABLE', 'refused', said, { cause });
  } finally {
    source.destroy();
  }
}

/** What is known of a file of codes before anything is sent. */
export type CodeSurvey = {
  readonly good: number;
  readonly refused: number;
  /** The first refused lines. */
  readonly refusals: readonly RefusedLine[];
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
};

const MAX_LISTED = 1_000;

/** Reads a file of codes through once. @throws CODES_UNREADABLE */
export async function surveyCodes(file: CodeFile): Promise<CodeSurvey> {
  let good = 0;
  let refused = 0;
  const refusals: RefusedLine[] = [];
  const hash = createHash('sha256');
  for await (const it of readCodes(file, (bytes) => hash.update(bytes))) {
    if (it.refused === null) good += 1;
    else {
      refused += 1;
      if (refusals.length < MAX_LISTED) refusals.push(it);
    }
  }
  return { good, refused, refusals, sha256: hash.digest('hex') };
}
