import { HubError } from '../../domain/hub-error.ts';
import type { BulkDocument, BulkList } from './bulk-document.ts';
import { errorCodeOf, type AnswerError } from './patience.ts';

/** A JSON object of an answer. */
export type Values = Readonly<Record<string, unknown>>;
/** One source in coverage. */
export type Covered = {
  readonly source: string;
  readonly dataset: string;
  readonly status: string;
  readonly rule: string | null;
};

/** One line of the output: a record, or the word that there is none. */
export type BulkRow = {
  /** Line of the code in its file. */
  readonly line: number;
  /** The code as it was asked. */
  readonly code: string;
  /** What was asked of the subject itself; null where the hub gave no subject. */
  readonly subject: Values | null;
  /** The list that the record stands in; null where the document asks for none. */
  readonly list: string | null;
  /** How many records the list has. */
  readonly records: number;
  readonly record: Values | null;
  /** Whether every source answered: only then does a row without a record mean that there is none. */
  readonly complete: boolean;
  readonly coverage: readonly Covered[];
  /** Code of the error that left the list out. */
  readonly error: string | null;
};

/** One page of a list, as far as the command looks at it. */
type Connection = Values & {
  readonly complete?: boolean;
  readonly coverage?: readonly Covered[];
  readonly pageInfo?: { readonly hasNextPage?: boolean; readonly endCursor?: string | null };
};

/** Fetches the page of one list of one code after a cursor; null where the list failed. */
export type NextPage = (
  list: BulkList,
  code: string,
  after: string,
) => Promise<{ connection: Values | null; errors: readonly AnswerError[] }>;

/** More records of one organisation in one list than this are not kept in memory. */
const MAX_RECORDS = 20_000;

/** Status of a source over several pages: whatever is not an answer stands. */
function mergeCoverage(a: readonly Covered[], b: readonly Covered[]): readonly Covered[] {
  const merged = new Map(a.map((it) => [`${it.dataset}|${it.source}`, it]));
  for (const it of b) {
    const key = `${it.dataset}|${it.source}`;
    if (merged.get(key)?.status === undefined || it.status !== 'ANSWERED') merged.set(key, it);
  }
  return [...merged.values()];
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordsOf(connection: Connection, list: BulkList): Values[] {
  const edges = (connection[list.edgesKey] ?? []) as readonly Values[];
  return edges.map((edge) => edge[list.nodeKey]).filter(isValues);
}

/** The code of the error that belongs to a list; errors of fifty subjects come as one, with the path of the first. */
function errorOf(errors: readonly AnswerError[], key: string): string | null {
  const found = errors.find((it) => it.path === undefined || it.path.includes(key));
  return errorCodeOf(found) ?? (found === undefined ? null : 'UNKNOWN');
}

type Whole = {
  readonly records: readonly Values[];
  readonly complete: boolean;
  readonly coverage: readonly Covered[];
  readonly error: string | null;
};

const NOTHING: Omit<Whole, 'error'> = { records: [], complete: false, coverage: [] };

/** A list from its first page to its last. @throws LIST_TOO_LONG */
async function wholeList(
  first: Values | null,
  list: BulkList,
  at: { code: string; errors: readonly AnswerError[]; nextPage: NextPage },
): Promise<Whole> {
  if (first === null) return { ...NOTHING, error: errorOf(at.errors, list.key) ?? 'UNKNOWN' };
  let connection: Connection = first;
  let { complete = false, coverage = [] } = connection;
  const records = recordsOf(connection, list);
  for (;;) {
    const { hasNextPage, endCursor } = connection.pageInfo ?? {};
    if (hasNextPage !== true || endCursor == null) return { records, complete, coverage, error: null };
    if (records.length > MAX_RECORDS) {
      const said = `${list.key} of one organisation has more than ${MAX_RECORDS} records`;
      throw new HubError('LIST_TOO_LONG', 'refused', said);
    }
    const page = await at.nextPage(list, at.code, endCursor);
    if (page.connection === null) {
      return { records, complete: false, coverage, error: errorOf(page.errors, list.key) ?? 'UNKNOWN' };
    }
    connection = page.connection;
    complete &&= connection.complete === true;
    coverage = mergeCoverage(coverage, connection.coverage ?? []);
    records.push(...recordsOf(connection, list));
  }
}

function subjectOf(subject: Values, document: BulkDocument): Values {
  const lists = new Set(document.lists.map((it) => it.key));
  return Object.fromEntries(Object.entries(subject).filter(([key]) => !lists.has(key)));
}

/**
 * The rows of one code: one a record; for a list without records one that says whether it is complete.
 *
 * @throws LIST_TOO_LONG
 */
export async function rowsOf(
  asked: { readonly line: number; readonly code: string },
  subject: Values | null,
  context: { document: BulkDocument; errors: readonly AnswerError[]; nextPage: NextPage },
): Promise<BulkRow[]> {
  const { document, errors, nextPage } = context;
  const facts = subject === null ? null : subjectOf(subject, document);
  const base = { ...asked, subject: facts, records: 0, record: null, coverage: [] };
  if (document.lists.length === 0 || subject === null) {
    const error = subject === null ? (errorOf(errors, document.rootKey) ?? 'UNKNOWN') : null;
    const lists = document.lists.length === 0 ? [null] : document.lists.map((it) => it.key);
    return lists.map((list) => ({ ...base, list, complete: error === null, error }));
  }
  const rows: BulkRow[] = [];
  for (const list of document.lists) {
    const first = (subject[list.key] ?? null) as Values | null;
    const whole = await wholeList(first, list, { code: asked.code, errors, nextPage });
    const { records, ...rest } = whole;
    const shared = { ...base, ...rest, list: list.key, records: records.length };
    if (records.length === 0) rows.push({ ...shared, record: null });
    else rows.push(...records.map((record) => ({ ...shared, record })));
  }
  return rows;
}
