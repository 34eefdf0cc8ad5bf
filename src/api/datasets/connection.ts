import { isComplete, type ApiContext, type SourceCoverage } from '../shared/index.ts';
import type { RecordPosition } from '../../registry/records/index.ts';
import { comparePositions, encodeCursor, type Page } from './page.ts';
import { compareRecords, type SourceRecord, type SubjectAnswer } from './source-record.ts';
import type { RecognitionView } from './recognition-view.ts';

/** How an organisation gets a wrong record corrected; part of every record shown. */
function remedyOf(record: SourceRecord): string {
  return `对本记录有异议的，可向${record.producer.name}或经本平台提出异议，核查期间依据本记录的措施中止。An organisation may object at the authority or through this hub; measures based on the record are suspended while it is verified.`;
}

/** One record as the schema shows it; what is seldom asked for is made when it is asked. */
export type RecordNode = Readonly<Record<string, unknown>>;

/** One page as the schema shows it. */
export type Connection = {
  readonly edges: readonly { readonly cursor: () => string; readonly node: RecordNode }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number | null;
  readonly coverage: readonly SourceCoverage[];
  readonly complete: boolean;
};

/** How recognition of a record is decided for an asker; null for datasets whose records are not results. */
export type Recognise = ((record: SourceRecord, context: ApiContext) => RecognitionView | null) | null;

/** How a record is shown to the asker. */
export type Showing = {
  readonly recognise: Recognise;
  /** The statement as the asker may see it. */
  readonly statementOf: (record: SourceRecord) => Readonly<Record<string, unknown>>;
};

function nodeOf(record: SourceRecord, showing: Showing): RecordNode {
  const { recognise, statementOf } = showing;
  return {
    ...statementOf(record),
    id: record.key,
    version: record.version,
    producer: record.producer,
    disclosure: record.disclosure.class,
    decidedOn: record.decidedOn,
    validFrom: record.validFrom,
    validUntil: record.validUntil,
    legalBasis: record.legalBasis,
    provenance: { ...record.provenance, remedy: () => remedyOf(record) },
    ...(recognise === null
      ? {}
      : { recognition: (_: unknown, context: ApiContext) => recognise(record, context) }),
  };
}

/** Each record once: the first source that has it is the one that shows it. */
function merged(answers: readonly SubjectAnswer[]): SourceRecord[] {
  const only = answers.filter((it) => it.records.length > 0);
  const byKey = new Map<string, SourceRecord>();
  for (const answer of only) {
    for (const record of answer.records) if (!byKey.has(record.key)) byKey.set(record.key, record);
  }
  return [...byKey.values()].sort(compareRecords);
}

/**
 * How far the page may go: a source that has more, and shows less than it looked at, may have records behind the last
 * place it looked at and before another source's next one.
 */
function horizonOf(answers: readonly SubjectAnswer[], page: Page): RecordPosition | null {
  const places = answers.flatMap((it) => (it.more && it.horizon !== undefined ? [it.horizon] : []));
  const [nearest] = places.toSorted((a, b) =>
    page.backwards ? comparePositions(b, a) : comparePositions(a, b),
  );
  return nearest ?? null;
}

function upTo(
  records: readonly SourceRecord[],
  horizon: RecordPosition | null,
  page: Page,
): readonly SourceRecord[] {
  if (horizon === null) return records;
  return records.filter((it) =>
    page.backwards ? comparePositions(it, horizon) >= 0 : comparePositions(it, horizon) <= 0,
  );
}

/**
 * Merges what the sources answered for one subject, in the order of their precedence, and cuts the page. Every source
 * gave the first of its own stretch, so the first of the union are the first of the list.
 */
export function connectionOf(
  answers: readonly SubjectAnswer[],
  facts: { page: Page; coverage: readonly SourceCoverage[]; showing: Showing },
): { connection: Connection; shown: readonly SourceRecord[] } {
  const { page, coverage, showing } = facts;
  const all = merged(answers);
  const horizon = horizonOf(answers, page);
  const within = upTo(all, horizon, page);
  const shown = page.backwards ? within.slice(-page.size) : within.slice(0, page.size);
  const over = all.length > shown.length || answers.some((it) => it.more);
  // A page without a record still says where to go on.
  const [first, last] = [shown[0] ?? horizon, shown.at(-1) ?? horizon];
  const hasNextPage = page.backwards ? page.before !== null : over;
  const hasPreviousPage = page.backwards ? over : page.after !== null;
  const complete = isComplete(coverage);
  const connection = {
    edges: shown.map((record) => ({ cursor: () => encodeCursor(record), node: nodeOf(record, showing) })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: first === null ? null : encodeCursor(first),
      endCursor: last === null ? null : encodeCursor(last),
    },
    totalCount: complete && !hasNextPage && !hasPreviousPage ? shown.length : null,
    coverage,
    complete,
  };
  return { connection, shown };
}
