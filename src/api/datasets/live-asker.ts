import type { LiveAnswer, LiveRecord, LiveSource } from '../../contracts/doors/index.ts';
import { toHubError } from '../../domain/hub-error.ts';
import type { Logger } from '../../infra/log/index.ts';
import {
  coverageOf,
  remainingMs,
  withDeadline,
  type ApiContext,
  type SourceCoverage,
} from '../shared/index.ts';
import { mayShow } from './disclosure.ts';
import { isWithin } from './page.ts';
import {
  compareRecords,
  isOfRegion,
  isValidOn,
  type DatasetQuestion,
  type SourceAnswer,
  type SourceRecord,
  type SubjectAnswer,
} from './source-record.ts';

/** Time kept back so that the answer itself still goes out. */
const MARGIN_MS = 30;
/** Time after its own limit in which a source may still hand over what it got. */
const GRACE_MS = 50;

function rowOf(record: LiveRecord, hub: string): SourceRecord {
  return {
    key: record.key,
    subject: record.subject.uscc,
    version: 1,
    decidedOn: record.decidedOn,
    validFrom: record.validFrom,
    validUntil: record.validUntil,
    producer: record.producer,
    disclosure: record.disclosure,
    legalBasis: record.provenance.legalBasis,
    provenance: {
      source: record.provenance.source,
      origin: hub,
      via: [hub],
      run: null,
      acceptedAt: null,
      knownFrom: null,
      hash: record.hash,
      ruleVersion: record.provenance.ruleVersion,
    },
    statement: record.statement,
  };
}

function isWanted(row: SourceRecord, question: DatasetQuestion): boolean {
  return (
    isWithin(row, question.page) &&
    isOfRegion(row.producer.region, question.regions) &&
    (question.validOn === null || isValidOn(row, question.validOn))
  );
}

/** Cuts one source's rows of one subject to the wanted stretch. */
function cut(rows: readonly SourceRecord[], question: DatasetQuestion): SubjectAnswer {
  const { size, backwards } = question.page;
  const sorted = rows.toSorted(compareRecords);
  const kept = backwards ? sorted.slice(-size) : sorted.slice(0, size);
  return { records: kept, more: sorted.length > size };
}

/** Coverage of a source that gave no answer. */
export function failureCoverage(
  place: Pick<SourceCoverage, 'source' | 'region' | 'dataset'>,
  error: unknown,
): SourceCoverage {
  const { code } = toHubError(error);
  const late = code === 'DEADLINE_PASSED' || code === 'LIVE_TIMEOUT' || code === 'HTTP_TIMEOUT';
  const rule = code === 'LIVE_RESTING' ? 'BREAKER_OPEN' : null;
  return coverageOf({ ...place, status: late ? 'TIMEOUT' : 'UNAVAILABLE', rule });
}

/** Notes for operators why a source gave no answer: by codes alone, since a driver's words may hold what was asked. */
export function noteFailure(log: Logger, about: { source: string; traceId: string }, error: unknown): void {
  const { code, cause } = toHubError(error);
  const why = cause === undefined ? null : toHubError(cause).code;
  log.warn({ ...about, code, cause: why }, 'a source gave no answer');
}

/** Coverage of each subject where some codes were not answered: its own code's and its former ones' together. */
function coverageBySubject(
  codes: DatasetQuestion['codes'],
  unanswered: NonNullable<LiveAnswer['unanswered']>,
  answered: SourceCoverage,
): Map<string, readonly SourceCoverage[]> {
  const list = (entry: SourceCoverage): readonly SourceCoverage[] => [entry];
  const without = (status: 'TIMEOUT' | 'UNAVAILABLE') =>
    list({ ...answered, status, dataAt: null, rule: null });
  const lists = {
    answered: list(answered),
    TIMEOUT: without('TIMEOUT'),
    UNAVAILABLE: without('UNAVAILABLE'),
  };
  return new Map(
    [...codes].map(([uscc, all]) => {
      const whys = all.flatMap((code) => unanswered.get(code) ?? []);
      if (whys.length === 0) return [uscc, lists.answered];
      return [uscc, whys.includes('UNAVAILABLE') ? lists.UNAVAILABLE : lists.TIMEOUT];
    }),
  );
}

/** Asks one live department for all subjects at once; it never throws. */
export async function askLive(
  source: LiveSource,
  question: DatasetQuestion,
  where: { context: ApiContext; hub: string; log: Logger },
): Promise<SourceAnswer> {
  const { context, hub, log } = where;
  const place = { source: `${hub}/${source.connector}`, region: source.region, dataset: source.dataset };
  const owner = new Map([...question.codes].flatMap(([uscc, codes]) => codes.map((code) => [code, uscc])));
  try {
    const timeoutMs = Math.min(source.timeoutMs, remainingMs(context) - MARGIN_MS - GRACE_MS);
    const answer = await withDeadline(
      (signal) => source.ask({ codes: [...owner.keys()], signal, timeoutMs }),
      {
        timeoutMs: timeoutMs + GRACE_MS,
        signal: context.signal,
      },
    );
    const rows = new Map<string, SourceRecord[]>();
    for (const record of answer.records) {
      const row = rowOf(record, hub);
      const uscc = owner.get(row.subject);
      if (uscc === undefined || !mayShow(row, context) || !isWanted(row, question)) continue;
      rows.set(uscc, [...(rows.get(uscc) ?? []), row]);
    }
    const coverage = coverageOf({
      ...place,
      status: answer.withheld > 0 ? 'PARTIAL' : 'ANSWERED',
      dataAt: context.now.toISOString(),
      withheld: answer.withheld,
      rule: answer.withheld > 0 ? 'WITHHELD' : null,
    });
    const bySubject = new Map([...rows].map(([uscc, found]) => [uscc, cut(found, question)]));
    if (answer.unanswered === undefined) return { bySubject, coverage: [coverage] };
    const each = coverageBySubject(question.codes, answer.unanswered, coverage);
    return { bySubject, coverage: [], coverageBySubject: each };
  } catch (error) {
    noteFailure(log, { source: place.source, traceId: context.traceId }, error);
    return { bySubject: new Map(), coverage: [failureCoverage(place, error)] };
  }
}
