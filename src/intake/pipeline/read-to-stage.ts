import { randomUUID } from 'node:crypto';
import { toHubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import { hasOpenRows } from '../quarantine/index.ts';
import { StageWriter } from '../stage/index.ts';
import { readSource } from '../connectors/index.ts';
import { RowJudge, subjectFinder } from '../validation/index.ts';
import type { RunOptions } from './run-options.ts';
import { RunKeys } from './run-keys.ts';
import { assertGoing } from './run-lease.ts';
import { Tally, type RunFault } from './run-receipt.ts';
import { RunSample } from './run-sample.ts';
import type { ConnectorState } from './run-store.ts';
import { SourceNotes } from './source-notes.ts';
import { stagePage, type PageWork } from './stage-page.ts';
import { SubjectsMet } from './subject-cache.ts';

/** Rows that one run of an incremental source takes at most: gates decide over so many at a time. */
export const WINDOW_ROWS = 50_000;

/** What reading a source to the stage came to. */
export type Reading = {
  readonly run: string;
  readonly startedAt: Date;
  readonly work: PageWork;
  readonly notes: SourceNotes;
  readonly faults: readonly RunFault[];
  /** The window was full before the source ended. */
  readonly more: boolean;
};

/** Begins a run: its id, and what it counts. Nothing is read yet. */
export async function beginReading(options: RunOptions): Promise<Omit<Reading, 'faults' | 'more'>> {
  const { connector, database, catalogue, hub, clock, secret, onBad } = options;
  const { id: source } = connector.metadata;
  const run = randomUUID();
  const today = clock.today();
  const findSubjects = subjectFinder(database);
  const judge = new RowJudge({ connector, catalogue, hub, run, today, findSubjects });
  const work: PageWork = {
    ...{ database, judge, secret, source, run, onBad },
    tally: new Tally(),
    keys: new RunKeys(),
    badRows: new Set(),
    formers: new Set(),
    sample: new RunSample(judge.dataset),
    subjects: new SubjectsMet(),
    stage: options.dry === true ? null : new StageWriter(database, run),
    hasOpenRows: await hasOpenRows(database, source),
  };
  return { run, startedAt: database.clock.now(), work, notes: new SourceNotes() };
}

/** Which files need no reading, by digest: those that a run of the same rules read to their end. */
function skipper(
  options: RunOptions,
  state: ConnectorState,
  { notes, work }: Pick<Reading, 'notes' | 'work'>,
): (sha256: string) => boolean {
  const { onlyFiles, again, connector } = options;
  if (onlyFiles !== undefined) return (sha256) => !onlyFiles.has(sha256);
  const isKnown = connector.sync.mode === 'incremental' && state.revision === work.judge.ruleVersion;
  if (!isKnown || again === true) return () => false;
  const known = new Map(state.files?.map((it) => [it.sha256, it]));
  return (sha256) => {
    const file = known.get(sha256);
    if (file !== undefined) notes.skip(file);
    return file !== undefined;
  };
}

/**
 * Reads the source to its end, as far as it goes, or until the window of an incremental one is full. What stands
 * before a fault is judged and staged like the rest.
 *
 * @throws RUN_TOO_LARGE and every code of the stores
 */
export async function readToStage(
  options: RunOptions,
  state: ConnectorState,
  begun: Omit<Reading, 'faults' | 'more'>,
): Promise<Reading> {
  const { connector, signal, log } = options;
  const { work, notes } = begun;
  const faults: RunFault[] = [];
  const onFault = (error: unknown, file: string | null): void => {
    const fault = toHubError(error);
    if (fault.kind === 'defect') throw fault;
    const { id } = connector.metadata;
    log.warn({ connector: id, code: fault.code, file }, 'a source could not be read to its end');
    const { text } = redactText(fault.message);
    faults.push({ code: fault.code, message: file === null ? text : `${file}: ${text}` });
  };
  const aliases = work.judge.dataset.fields.flatMap((it) => it.aliases);
  const isRead = skipper(options, state, begun);
  const pages = readSource(connector, { cursor: state.cursor, isRead, onFault, signal }, aliases);
  const isWindowed = connector.source.type === 'sql' && connector.sync.mode === 'incremental';
  let more = false;
  for await (const page of pages) {
    assertGoing(signal);
    await stagePage(work, page);
    notes.note(page);
    options.onProgress?.(work.tally.read);
    more = isWindowed && notes.rows >= (options.windowRows ?? WINDOW_ROWS);
    if (more) break;
  }
  await work.stage?.flush();
  return { ...begun, faults, more };
}
