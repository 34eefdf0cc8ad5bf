import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  listRecords,
  newestVersion,
  type ListedRecord,
  type ListedVersion,
  type RecordPosition,
} from '../../registry/records/index.ts';
import { coverageOf, type ApiContext, type SourceCoverage } from '../shared/index.ts';
import { mayShow } from './disclosure.ts';
import type { DatasetQuestion, SourceAnswer, SourceRecord, SubjectAnswer } from './source-record.ts';
import { isValidOn } from './source-record.ts';

/** Records read beyond those wanted, so that a few that may not be shown cost no second read. */
const SLACK = 8;

/** What the registry answers from. */
export type RegistrySource = {
  readonly database: HubDatabase;
  readonly dataset: string;
  /** Coverage of the registry for this dataset, with the age of what was collected. */
  readonly coverage: (context: ApiContext) => readonly SourceCoverage[];
};

function versionAt(record: ListedRecord, knownAt: Date | null): ListedVersion | null {
  const newest = newestVersion(record);
  if (knownAt === null || newest.knownFrom <= knownAt) return newest;
  return (
    record.versions.find(
      (it) => it.knownFrom <= knownAt && (it.knownUntil === null || it.knownUntil > knownAt),
    ) ?? null
  );
}

/** Turns a stored record into the one every source answers with. */
function rowOf(record: ListedRecord, version: ListedVersion): SourceRecord {
  const { provenance } = version;
  return {
    key: record._id,
    subject: record.subject,
    version: version.v,
    decidedOn: record.head.decidedOn,
    validFrom: version.validFrom,
    validUntil: version.validUntil,
    producer: record.producer,
    disclosure: version.disclosure,
    legalBasis: provenance.legalBasis,
    provenance: {
      source: provenance.source,
      origin: record.origin,
      via: version.via,
      run: provenance.run,
      acceptedAt: version.acceptedAt.toISOString(),
      knownFrom: version.knownFrom.toISOString(),
      hash: version.hash,
      ruleVersion: provenance.ruleVersion,
    },
    statement: version.statement ?? {},
  };
}

function shownRow(record: ListedRecord, question: DatasetQuestion, context: ApiContext): SourceRecord | null {
  const newest = newestVersion(record);
  const disclosable = {
    disclosure: newest.disclosure,
    decidedOn: record.head.decidedOn,
    validUntil: newest.validUntil,
    producer: record.producer,
  };
  if (!mayShow(disclosable, context)) return null;
  const version = versionAt(record, question.knownAt);
  if (version === null || version.operation === 'WITHDRAW') return null;
  const row = rowOf(record, version);
  return question.validOn === null || isValidOn(row, question.validOn) ? row : null;
}

type Reading = { readonly codes: readonly string[]; readonly from: RecordPosition | null };

async function readPage(
  source: RegistrySource,
  question: DatasetQuestion,
  reading: Reading,
): Promise<{ records: ListedRecord[]; capped: boolean }> {
  const { page } = question;
  const limit = page.size + 1 + SLACK;
  const records = await listRecords(source.database, {
    dataset: source.dataset,
    subjects: reading.codes,
    regionPrefixes: question.regions?.map((it) => it.replace(/(00)+$/, '')) ?? null,
    after: page.backwards ? page.after : (reading.from ?? page.after),
    before: page.backwards ? (reading.from ?? page.before) : page.before,
    limit,
    backwards: page.backwards,
    fields: question.fields,
  });
  return { records, capped: records.length >= limit * reading.codes.length };
}

function placeOf(record: ListedRecord | undefined): RecordPosition | null {
  return record === undefined ? null : { decidedOn: record.head.decidedOn, key: record._id };
}

/**
 * Reads one subject on from where the common read ended: the common read is cut by its size over all subjects, so
 * that one subject with a great many records may leave another's unread.
 */
async function readOn(
  source: RegistrySource,
  question: DatasetQuestion,
  state: { rows: SourceRecord[]; context: ApiContext; codes: readonly string[]; from: RecordPosition | null },
): Promise<SubjectAnswer> {
  let { from } = state;
  while (state.rows.length <= question.page.size) {
    const { records, capped } = await readPage(source, question, { codes: state.codes, from });
    for (const record of records) {
      const row = shownRow(record, question, state.context);
      if (row !== null) state.rows.push(row);
    }
    if (!capped) return { records: state.rows, more: false };
    from = placeOf(records.at(-1));
  }
  return { records: state.rows, more: true };
}

/** Asks the registry for every subject in one database read, save where a subject has uncommonly many records. */
export async function askRegistry(
  source: RegistrySource,
  question: DatasetQuestion,
  context: ApiContext,
): Promise<SourceAnswer> {
  const allCodes = [...question.codes.values()].flat();
  const { records, capped } = await readPage(source, question, { codes: allCodes, from: null });
  const byCode = new Map<string, SourceRecord[]>();
  for (const record of records) {
    const row = shownRow(record, question, context);
    if (row === null) continue;
    const known = byCode.get(row.subject);
    if (known === undefined) byCode.set(row.subject, [row]);
    else known.push(row);
  }
  const from = placeOf(records.at(-1));
  const bySubject = new Map<string, SubjectAnswer>();
  await Promise.all(
    [...question.codes].map(async ([uscc, codes]) => {
      const rows = codes.flatMap((code) => byCode.get(code) ?? []);
      const answer = capped
        ? await readOn(source, question, { rows, context, codes, from })
        : { records: rows, more: false };
      bySubject.set(uscc, answer);
    }),
  );
  return { bySubject, coverage: source.coverage(context) };
}

/** Coverage of a registry that answered. */
export function registryCoverage(entry: {
  hub: string;
  region: string;
  dataset: string;
  dataAt: Date | null;
  staleAfterSeconds: number | null;
  now: Date;
}): SourceCoverage {
  const { dataAt, staleAfterSeconds } = entry;
  const age = dataAt === null ? 0 : Math.floor((entry.now.getTime() - dataAt.getTime()) / 1_000);
  const stale = staleAfterSeconds !== null && dataAt !== null && age > staleAfterSeconds;
  return coverageOf({
    source: `${entry.hub}/registry`,
    region: entry.region,
    dataset: entry.dataset,
    status: stale ? 'STALE' : 'ANSWERED',
    dataAt: dataAt?.toISOString() ?? null,
    staleBySeconds: stale ? age - staleAfterSeconds : null,
    rule: stale ? 'FRESHNESS' : null,
  });
}
