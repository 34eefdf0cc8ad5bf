import { isComplete, type ApiContext, type SourceCoverage } from '../shared/index.ts';
import { encodeCursor, type Page } from './page.ts';
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

function nodeOf(record: SourceRecord, recognise: Recognise): RecordNode {
  return {
    ...record.statement,
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
 * Merges what the sources answered for one subject, in the order of their precedence, and cuts the page. Every source
 * gave the first of its own stretch, so the first of the union are the first of the list.
 */
export function connectionOf(
  answers: readonly SubjectAnswer[],
  facts: { page: Page; coverage: readonly SourceCoverage[]; recognise: Recognise },
): { connection: Connection; shown: readonly SourceRecord[] } {
  const { page, coverage, recognise } = facts;
  const all = merged(answers);
  const shown = page.backwards ? all.slice(-page.size) : all.slice(0, page.size);
  const over = all.length > page.size || answers.some((it) => it.more);
  const [first, last] = [shown[0], shown.at(-1)];
  const hasNextPage = page.backwards ? page.before !== null : over;
  const hasPreviousPage = page.backwards ? over : page.after !== null;
  const complete = isComplete(coverage);
  const connection = {
    edges: shown.map((record) => ({ cursor: () => encodeCursor(record), node: nodeOf(record, recognise) })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: first === undefined ? null : encodeCursor(first),
      endCursor: last === undefined ? null : encodeCursor(last),
    },
    totalCount: complete && !hasNextPage && !hasPreviousPage ? shown.length : null,
    coverage,
    complete,
  };
  return { connection, shown };
}
