import type { Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { acceptBatch, type AcceptOutcome, type Candidate } from '../../registry/records/index.ts';
import {
  hasOpenRows,
  quarantineRows,
  resolveRows,
  rowDigest,
  type QuarantineEntry,
} from '../quarantine/index.ts';
import { readContested, readStage, type StageChunk, type Staged } from '../stage/index.ts';
import { redactRow } from '../validation/index.ts';
import type { RunGuard } from './run-lease.ts';
import type { RowEnd, Tally } from './run-receipt.ts';
import { projectCandidates, SubjectNotes } from './subject-cache.ts';

/** What accepting a staged run needs. */
export type AcceptWork = {
  readonly database: HubDatabase;
  readonly guard: RunGuard;
  readonly tally: Tally;
  readonly secret: Buffer;
  readonly source: string;
  readonly run: string;
  /** The stage was accepted before, to its end or not: what an answer lost tells is then what was foreseen. */
  readonly resumed: boolean;
};

/** A candidate that waits for its department: of its row nothing is at hand any more but what was mapped. */
function entryOf(work: AcceptWork, candidate: Candidate, found: Finding): QuarantineEntry {
  const { subject, statement, key, hash, provenance } = candidate;
  const texts = Object.entries(statement).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const columns = ['subject.uscc', 'subject.name', ...texts.map(([name]) => name)];
  const cells = [subject.uscc, subject.name, ...texts.map(([, value]) => value)];
  return {
    source: work.source,
    digest: rowDigest(work.secret, [key, hash]),
    row: provenance.row ?? '',
    keyed: candidate.ownerRow !== null,
    redacted: redactRow({ columns, cells }, new Map(columns.map((it) => [it, 'value']))),
    columns,
    findings: [found],
    run: work.run,
  };
}

type Ended = { readonly end: RowEnd } | { readonly finding: Finding };

function endOf({ foreseen }: Staged, { outcome }: AcceptOutcome, resumed: boolean): Ended {
  switch (outcome) {
    case 'created':
    case 'corrected':
    case 'withdrawn':
      return { end: resumed ? foreseen : outcome };
    case 'unchanged':
      return { end: resumed ? foreseen : outcome };
    case 'person-found-before':
      return { end: 'refused' };
    case 'stale':
    case 'conflict':
    case 'key-of-other-source':
      return { finding: finding('KEY_OF_OTHER_SOURCE', null) };
  }
}

async function acceptChunk(
  work: AcceptWork,
  chunk: StageChunk,
  more: { readonly contested: ReadonlySet<string>; readonly subjects: SubjectNotes; readonly open: boolean },
): Promise<void> {
  const { database, tally, source, run } = work;
  const free = chunk.staged.filter((it) => !more.contested.has(it.candidate.key));
  const twins = chunk.staged.filter((it) => more.contested.has(it.candidate.key));
  const outcomes = await acceptBatch(
    database,
    free.map((it) => it.candidate),
  );
  const twin = finding('DUPLICATE_IN_RUN', null);
  const entries = twins.map((it) => entryOf(work, it.candidate, twin));
  tally.note(twins.map(() => twin));
  const about: Pick<Candidate, 'subject'>[] = chunk.subjects.map((subject) => ({ subject }));
  const taken: string[] = [...chunk.settled];
  for (const [place, outcome] of outcomes.entries()) {
    const staged = free[place];
    if (staged === undefined) continue;
    const ended = endOf(staged, outcome, work.resumed);
    if ('finding' in ended) {
      tally.note([ended.finding]);
      entries.push(entryOf(work, staged.candidate, ended.finding));
      continue;
    }
    tally.settle(ended.end);
    if (ended.end === 'refused') tally.note([finding('PERSON_FOUND_BEFORE', null)]);
    else {
      about.push(staged.candidate);
      if (staged.waiting !== null) taken.push(staged.waiting);
    }
  }
  await more.subjects.note(about, source);
  await projectCandidates(
    database,
    free.map((it) => it.candidate),
    source,
  );
  for (const end of await quarantineRows(database, entries)) tally.settle(end);
  if (more.open) await resolveRows(database, source, taken, run);
}

/**
 * Accepts what is staged of a run, chunk by chunk, and gives each candidate its end. Done again it has no second
 * effect, so that a run whose process died is finished by whoever comes next. A holder that has lost the connector's
 * lease notices it between two chunks: of at most one chunk two processes may write, each the same.
 *
 * @throws RUN_LOST and every code of the stores
 */
export async function acceptStage(work: AcceptWork): Promise<void> {
  const { database, run, source, guard } = work;
  const contested = await readContested(database, run);
  const open = await hasOpenRows(database, source);
  const subjects = new SubjectNotes(database);
  for await (const chunk of readStage(database, run)) {
    guard.assertHeld();
    await acceptChunk(work, chunk, { contested, subjects, open });
  }
}
