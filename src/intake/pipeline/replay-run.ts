import { HubError } from '../../domain/hub-error.ts';
import { listMetBy, type QuarantineDocument } from '../quarantine/index.ts';
import { runConnector } from './run-connector.ts';
import type { RunOptions } from './run-options.ts';
import type { RunReceipt } from './run-receipt.ts';
import { getRun } from './run-store.ts';

/** Rows that are named one by one; the counts of the receipts tell of all. */
const MAX_NAMED = 1_000;

/** A row that is judged otherwise than before, by the source's name for it and the rules that speak against it. */
export type JudgedOtherwise = { readonly row: string; readonly rules: readonly string[] };

/** A run's files judged again. */
export type Replay = {
  readonly before: RunReceipt;
  /** The same files by the manifest of today; `DRY` where nothing was applied. */
  readonly after: RunReceipt;
  /** Rows that waited since that run and are sound now, and rows that are bad now and were not. */
  readonly soundNow: readonly JudgedOtherwise[];
  readonly badNow: readonly JudgedOtherwise[];
};

const idOf = (it: QuarantineDocument): string => it._id;

/**
 * Reads the files of a run again, where they still are, and judges them by the manifest of today.
 *
 * @param apply accepts what they bring as a run of its own
 * @throws UNKNOWN_RUN, REPLAY_NO_FILES for a source without files, REPLAY_FILE_GONE naming those that are not there any
 *   more, and every code of {@link runConnector}
 */
export async function replayRun(options: RunOptions, run: string, apply: boolean): Promise<Replay> {
  const { database, connector } = options;
  const before = await getRun(database, run);
  const wanted = before.files.filter((it) => it.state !== 'skipped');
  if (before.connector !== connector.metadata.id || wanted.length === 0) {
    const said = `run ${run} of ${before.connector} read no files: only files can be read again as they were`;
    throw new HubError('REPLAY_NO_FILES', 'refused', said);
  }
  const met = new Map((await listMetBy(database, before.connector, run)).map((it) => [idOf(it), it]));
  const badNow: JudgedOtherwise[] = [];
  const onlyFiles = new Set(wanted.map((it) => it.sha256));
  const dry = await runConnector({
    ...options,
    onlyFiles,
    dry: true,
    onBad: ({ source, digest, row, findings }) => {
      const known = met.delete(`${source}|${digest}`);
      if (!known && badNow.length < MAX_NAMED) badNow.push({ row, rules: findings.map((it) => it.rule) });
    },
  });
  const found = new Set(dry.files.map((it) => it.sha256));
  const gone = wanted.filter((it) => !found.has(it.sha256)).map((it) => it.name);
  if (gone.length > 0)
    throw new HubError(
      'REPLAY_FILE_GONE',
      'refused',
      `these files are not there any more: ${gone.join(', ')}`,
    );
  const soundNow = [...met.values()]
    .slice(0, MAX_NAMED)
    .map(({ row, findings }) => ({ row, rules: findings.map((it) => it.rule) }));
  const after = apply ? await runConnector({ ...options, onlyFiles }) : dry;
  return { before, after, soundNow, badNow };
}
