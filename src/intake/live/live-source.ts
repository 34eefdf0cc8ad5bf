import type { LiveAnswer, LiveQuestion, LiveRecord, LiveSource } from '../../contracts/doors/index.ts';
import type { HubFile, LiveSpec } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { Breaker } from '../../infra/breaker/index.ts';
import type { Clock } from '../../infra/clock/index.ts';
import { Gate } from '../../infra/gate/index.ts';
import { RateBudget } from '../../infra/http/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import { liveParameterOf, type LoadedConnector } from '../connectors/index.ts';
import { RowJudge } from '../validation/index.ts';
import { httpCall } from './http-call.ts';
import type { LiveCall, LiveTable } from './live-call.ts';
import { sqlCall } from './sql-call.ts';

/** What a live source needs. */
export type LiveParts = {
  readonly connector: LoadedConnector;
  readonly catalogue: Catalogue;
  readonly hub: HubFile;
  readonly clock: Clock;
};

type Judged = { readonly records: readonly LiveRecord[]; readonly withheld: number };
type Missing = {
  readonly why: 'TIMEOUT' | 'UNAVAILABLE';
  readonly error: unknown;
  /** Whether the source was called at all. */
  readonly reached: boolean;
};
type Part = { readonly codes: readonly string[] } & (
  | { readonly judged: Judged; readonly missing?: undefined }
  | { readonly judged?: undefined; readonly missing: Missing }
);

function liveRecordOf(candidate: Candidate): LiveRecord {
  const { key, hash, kind, subject, producer, disclosure, decidedOn, validFrom, validUntil, provenance } =
    candidate;
  const { source, run, ruleVersion, legalBasis } = provenance;
  return {
    key,
    hash,
    kind,
    dataset: `${candidate.dataset}@${candidate.datasetVersion}`,
    subject,
    producer,
    disclosure,
    decidedOn,
    validFrom,
    validUntil,
    provenance: { source, run, ruleVersion, legalBasis },
    statement: candidate.statement,
  };
}

/** Maps and judges rows like collected ones. A row about another subject than those asked for is withheld too. */
async function judgeTable(parts: LiveParts, table: LiveTable, codes: readonly string[]): Promise<Judged> {
  const judge = new RowJudge({ ...parts, run: 'live', today: parts.clock.today() });
  const rows = table.rows.map((cells, place) => ({ row: String(place + 1), cells, fault: null }));
  const verdicts = await judge.judgeRows(table.columns, rows);
  const candidates = verdicts.flatMap((it) => (it.verdict === 'candidate' ? [it.candidate] : []));
  const wanted = new Set(codes);
  const living = candidates.filter((it) => it.operation !== 'WITHDRAW');
  const records = living.filter((it) => wanted.has(it.subject.uscc)).map(liveRecordOf);
  const withdrawn = candidates.length - living.length;
  return { records, withheld: table.malformed + verdicts.length - records.length - withdrawn };
}

function callOf({ connector }: LiveParts): { call: LiveCall; live: LiveSpec; batch: number } {
  const { source, live, metadata } = connector;
  const parameter = liveParameterOf(connector);
  if (live === undefined || parameter === null || source.type === 'file') {
    throw new HubError('BAD_FILE', 'config', `${metadata.id} is live, and does not say how it is asked`);
  }
  const call = source.type === 'sql' ? sqlCall(source, live) : httpCall(source, live);
  return { call, live, batch: parameter === 'code' ? 1 : live.batch };
}

/** The budget of a source that has one; a REST source may name it for collecting and for asking alike. */
function budgetOf({ source, live }: LoadedConnector): RateBudget | null {
  const budget = live?.budget ?? (source.type === 'rest' ? source.budget : undefined);
  return budget === undefined ? null : new RateBudget(budget.requests, budget.per * 1_000);
}

function batchesOf(codes: readonly string[], size: number): string[][] {
  const count = Math.ceil(codes.length / size);
  return Array.from({ length: count }, (_, place) => codes.slice(place * size, (place + 1) * size));
}

/** What all calls of a question came to. @throws LIVE_TIMEOUT, LIVE_UNAVAILABLE where none was answered */
function answerOf(parts: readonly Part[], connector: string): LiveAnswer {
  const missing = parts.flatMap((it) => (it.missing === undefined ? [] : [it.missing]));
  const [first] = missing;
  if (first !== undefined && missing.length === parts.length) {
    const { why, error: cause } = missing.find((it) => it.why === 'UNAVAILABLE') ?? first;
    throw why === 'TIMEOUT'
      ? new HubError('LIVE_TIMEOUT', 'transient', `${connector} did not answer in time`, { cause })
      : new HubError('LIVE_UNAVAILABLE', 'transient', `${connector} does not answer`, { cause });
  }
  const unanswered = parts.flatMap(({ codes, missing: one }) =>
    one === undefined ? [] : codes.map((code) => [code, one.why] as const),
  );
  return {
    records: parts.flatMap((it) => it.judged?.records ?? []),
    withheld: parts.reduce((sum, it) => sum + (it.judged?.withheld ?? 0), 0),
    ...(unanswered.length === 0 ? {} : { unanswered: new Map(unanswered) }),
  };
}

/**
 * A source that is asked at query time: one call for a list of codes, or one for each where it takes no list, mapped
 * and judged like collected rows. Rows that fail a check or are about a person are withheld and counted; nothing is
 * stored. After repeated failures it is left alone for a while.
 */
export function liveSourceOf(parts: LiveParts): LiveSource {
  const { metadata } = parts.connector;
  const { call, live, batch } = callOf(parts);
  const gate = new Gate(live.concurrency);
  const budget = budgetOf(parts.connector);
  const breaker = new Breaker({
    failures: live.breaker.failures,
    now: () => parts.clock.now().getTime(),
    random: Math.random,
  });

  const askSome = async (codes: readonly string[], signal: AbortSignal): Promise<Part> => {
    const reached = { source: false };
    try {
      const table = await gate.pass(signal, async () => {
        await budget?.take(signal);
        reached.source = true;
        return call.ask(codes, signal);
      });
      return { codes, judged: await judgeTable(parts, table, codes) };
    } catch (error) {
      const isLate = signal.aborted || ['SQL_TIMEOUT', 'HTTP_TIMEOUT'].includes(toHubError(error).code);
      const why = isLate ? 'TIMEOUT' : 'UNAVAILABLE';
      return { codes, missing: { why, error, reached: reached.source } };
    }
  };

  return {
    connector: metadata.id,
    dataset: metadata.dataset.replace(/@\d+$/, ''),
    region: metadata.owner.region,
    timeoutMs: live.timeoutMs,
    async ask({ codes, signal, timeoutMs = live.timeoutMs }: LiveQuestion): Promise<LiveAnswer> {
      if (codes.length === 0) return { records: [], withheld: 0 };
      if (!breaker.enter())
        throw new HubError('LIVE_RESTING', 'transient', `${metadata.id} failed repeatedly and is left alone`);
      const limitMs = Math.max(0, Math.floor(Math.min(live.timeoutMs, timeoutMs)));
      const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      const answers = await Promise.all(batchesOf(codes, batch).map((it) => askSome(it, limited)));
      const isAnswered = answers.some((it) => it.judged !== undefined);
      // An asker that went away, or had less time than the source may take, says nothing of the source, nor does its budget.
      const wasCalled = answers.some((it) => it.missing?.reached !== false);
      const isGivenUp = signal.aborted || !wasCalled || (limited.aborted && limitMs < live.timeoutMs);
      breaker.note(isAnswered ? 'answered' : isGivenUp ? 'given up' : 'failed');
      return answerOf(answers, metadata.id);
    },
    close: () => call.close(),
  };
}
