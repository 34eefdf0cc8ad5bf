import { createHash } from 'node:crypto';
import { HubError } from '../../domain/hub-error.ts';
import { prepareDocument, type BulkDocument } from './bulk-document.ts';
import { rowsOf, type BulkRow, type NextPage, type Values } from './bulk-rows.ts';
import { readCodes, surveyCodes, type CodeFile, type CodeSurvey, type GoodCode } from './code-file.ts';
import { OutputFile, type BulkCounts } from './output-file.ts';
import { errorCodeOf, PatientAsker, type BulkAsker, type BulkReply, type Waiting } from './patience.ts';
import { csvFormat, ndjsonFormat } from './row-format.ts';

/** Most codes of one question. */
const BATCH = 100;

/** What to ask, of whom, for which codes, and where the rows go. */
export type BulkQuery = {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly codes: CodeFile;
  readonly out: string;
  readonly format: 'ndjson' | 'csv';
  /** Who is asked, as whom: a run is gone on with only towards the same. */
  readonly towards: string;
  readonly ask: BulkAsker;
  /** Told before anything is sent. */
  readonly onSurvey: (survey: CodeSurvey) => void;
  readonly onProgress: (progress: {
    readonly done: number;
    readonly of: number;
    readonly rows: number;
  }) => void;
  readonly waiting: Waiting;
};

/** What came of a run. */
export type BulkSummary = BulkCounts & {
  readonly asked: number;
  readonly refused: number;
  readonly resumed: boolean;
  readonly waitedMs: number;
  readonly out: string;
};

function fingerprintOf(query: BulkQuery, survey: CodeSurvey): string {
  const { document, variables, format, towards, codes } = query;
  const parts = [document, variables, format, towards, codes.column, survey.sha256];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Codes from a place on, in groups whose size may change on the way. */
class CodeBatches {
  readonly #codes: AsyncGenerator<GoodCode | { readonly refused: object }>;
  #back: GoodCode[] = [];

  constructor(file: CodeFile) {
    this.#codes = readCodes(file);
  }

  async take(size: number): Promise<GoodCode[]> {
    const taken = this.#back.splice(0, size);
    while (taken.length < size) {
      const next = await this.#codes.next();
      if (next.done === true) break;
      if (next.value.refused === null) taken.push(next.value);
    }
    return taken;
  }

  putBack(codes: readonly GoodCode[]): void {
    this.#back = [...codes, ...this.#back];
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const skipped = await this.take(Math.min(left, BATCH));
      if (skipped.length === 0) return;
      left -= skipped.length;
    }
  }
}

/** How many codes a question may have by what the hub said of its cost; null where cost was not the reason. */
function smallerBatch(reply: BulkReply, size: number): number | null {
  const [first] = reply.errors;
  if (errorCodeOf(first) !== 'COST_TOO_HIGH' || size === 1) return null;
  const limit = Number(first?.extensions?.['limit']);
  const actual = Number(first?.extensions?.['actual']);
  const fits = Math.floor((size * limit) / actual);
  return Number.isFinite(fits) ? Math.max(1, Math.min(fits, size - 1)) : Math.ceil(size / 2);
}

function refusedBy(reply: BulkReply): HubError {
  const [first] = reply.errors;
  const code = errorCodeOf(first) ?? `HTTP ${reply.status}`;
  return new HubError(
    'HUB_REFUSED',
    'refused',
    `the hub refused the question: ${code}: ${first?.message ?? ''}`,
  );
}

function addUp(counts: BulkCounts, rows: readonly BulkRow[]): BulkCounts {
  const errors = { ...counts.errors };
  let { records, withoutRecords, incomplete } = counts;
  const met = new Set<string>();
  for (const row of rows) {
    if (row.record !== null) records += 1;
    else withoutRecords += 1;
    const list = `${row.line}|${row.list ?? ''}`;
    if (met.has(list)) continue;
    met.add(list);
    if (!row.complete) incomplete += 1;
    if (row.error !== null) errors[row.error] = (errors[row.error] ?? 0) + 1;
  }
  return { rows: counts.rows + rows.length, records, withoutRecords, incomplete, errors };
}

/** Asks batch after batch. */
class BulkRun {
  readonly #query: BulkQuery;
  readonly #document: BulkDocument;
  readonly #asker: PatientAsker;
  #size = BATCH;

  constructor(query: BulkQuery, document: BulkDocument) {
    this.#query = query;
    this.#document = document;
    this.#asker = new PatientAsker(query.ask, query.waiting);
  }

  get waitedMs(): number {
    return this.#asker.waitedMs;
  }

  readonly #nextPage: NextPage = async (list, code, after) => {
    const { rootKey, codesVariable } = this.#document;
    const variables = { ...this.#query.variables, [codesVariable]: [code], xqAfter: after };
    const reply = await this.#asker.ask(list.pageSource, variables);
    const [subject] = (reply.data?.[rootKey] ?? []) as readonly (Values | null)[];
    return { connection: (subject?.[list.key] ?? null) as Values | null, errors: reply.errors };
  };

  /** The rows of the next codes, fewer than wanted where the hub finds a question too dear; null at the end. */
  async next(batches: CodeBatches): Promise<{ codes: GoodCode[]; rows: BulkRow[] } | null> {
    const codes = await batches.take(this.#size);
    if (codes.length === 0) return null;
    const { source, rootKey, codesVariable } = this.#document;
    const variables = { ...this.#query.variables, [codesVariable]: codes.map((it) => it.code) };
    const reply = await this.#asker.ask(source, variables);
    const smaller = smallerBatch(reply, codes.length);
    if (smaller !== null) {
      this.#size = smaller;
      batches.putBack(codes);
      return this.next(batches);
    }
    const subjects = reply.data?.[rootKey] as readonly (Values | null)[] | null | undefined;
    if (subjects?.length !== codes.length) throw refusedBy(reply);
    const context = { document: this.#document, errors: reply.errors, nextPage: this.#nextPage };
    const rows: BulkRow[] = [];
    for (const [place, { line, code }] of codes.entries()) {
      rows.push(...(await rowsOf({ line, code }, subjects[place] ?? null, context)));
    }
    return { codes, rows };
  }
}

/**
 * Asks one document for every code of a file and writes one row a record. Killed and run again it goes on where the
 * output ends.
 *
 * @throws DOCUMENT_NOT_FOR_EACH, CODES_UNREADABLE, OUTPUT_EXISTS, CHECKPOINT_OF_OTHER_RUN, HUB_REFUSED,
 * HUB_NOT_ANSWERING, LIST_TOO_LONG
 */
export async function runBulkQuery(query: BulkQuery): Promise<BulkSummary> {
  const document = prepareDocument(query.document);
  const survey = await surveyCodes(query.codes);
  query.onSurvey(survey);
  const format = query.format === 'csv' ? csvFormat(document) : ndjsonFormat();
  const output = new OutputFile(query.out, fingerprintOf(query, survey), format.head);
  const run = new BulkRun(query, document);
  let finished = false;
  try {
    const batches = new CodeBatches(query.codes);
    await batches.skip(output.done);
    for (let batch = await run.next(batches); batch !== null; batch = await run.next(batches)) {
      const { codes, rows } = batch;
      const counts = addUp(output.counts, rows);
      output.commit({ text: rows.map((it) => format.line(it)).join(''), codes: codes.length, counts });
      query.onProgress({ done: output.done, of: survey.good, rows: counts.rows });
    }
    finished = true;
  } finally {
    output.close(finished);
  }
  const { waitedMs } = run;
  const { resumed, counts, done } = output;
  return { asked: done, refused: survey.refused, ...counts, resumed, waitedMs, out: query.out };
}
