import type { LiveAnswer, LiveQuestion, LiveRecord, LiveSource } from '../../contracts/doors/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import type { Clock } from '../../infra/clock/index.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { openSql, type SqlSource } from '../../infra/sql/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import { RowJudge } from '../validation/index.ts';

/** What a live source needs. */
export type LiveParts = {
  readonly connector: LoadedConnector;
  readonly catalogue: Catalogue;
  readonly hub: HubFile;
  readonly clock: Clock;
};

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

function unavailable(error: unknown, connector: string): HubError {
  const { code } = toHubError(error);
  if (code === 'SQL_TIMEOUT')
    return new HubError('LIVE_TIMEOUT', 'transient', `${connector} did not answer in time`, { cause: error });
  return new HubError('LIVE_UNAVAILABLE', 'transient', `${connector} does not answer`, { cause: error });
}

/**
 * A source that is asked at query time: one statement for a list of codes, mapped and judged like collected rows.
 * Rows that fail a check or are about a person are withheld and counted; nothing is stored.
 */
export function liveSourceOf(parts: LiveParts): LiveSource {
  const { connector } = parts;
  const { source, live, metadata } = connector;
  if (source.type !== 'sql' || live === undefined) {
    throw new HubError(
      'BAD_FILE',
      'config',
      `${metadata.id} is live: it needs a source of type sql and a live lookup`,
    );
  }
  let opened: SqlSource | null = null;
  const open = (): SqlSource => (opened ??= openSql(source.driver, resolveReferences(source.dsn)));

  const askSome = async (codes: readonly string[], signal: AbortSignal): Promise<LiveAnswer> => {
    const statement = { text: live.lookup, values: { codes } };
    const { columns, rows } = await open().query(statement, { timeoutMs: live.timeoutMs, signal });
    const judge = new RowJudge({ ...parts, run: 'live', today: parts.clock.today() });
    const verdicts = rows.map((cells, place) =>
      judge.judge(columns, { row: String(place + 1), cells: cells.map((it) => it ?? ''), fault: null }),
    );
    const wanted = new Set(codes);
    const records = verdicts.flatMap((it) =>
      it.verdict === 'candidate' &&
      it.candidate.operation !== 'WITHDRAW' &&
      wanted.has(it.candidate.subject.uscc)
        ? [liveRecordOf(it.candidate)]
        : [],
    );
    const withdrawn = verdicts.filter(
      (it) => it.verdict === 'candidate' && it.candidate.operation === 'WITHDRAW',
    );
    return { records, withheld: verdicts.length - records.length - withdrawn.length };
  };

  return {
    connector: metadata.id,
    dataset: metadata.dataset.replace(/@\d+$/, ''),
    region: metadata.owner.region,
    timeoutMs: live.timeoutMs,
    async ask({ codes, signal }: LiveQuestion): Promise<LiveAnswer> {
      const batches: string[][] = [];
      for (let from = 0; from < codes.length; from += live.batch)
        batches.push(codes.slice(from, from + live.batch));
      try {
        const answers = await Promise.all(batches.map((it) => askSome(it, signal)));
        return {
          records: answers.flatMap((it) => it.records),
          withheld: answers.reduce((sum, it) => sum + it.withheld, 0),
        };
      } catch (error) {
        throw unavailable(error, metadata.id);
      }
    },
  };
}
