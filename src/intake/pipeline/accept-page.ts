import type { Finding } from '../../domain/finding.ts';
import { finding, findRule } from '../../domain/rules.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  acceptBatch,
  findErasedKeys,
  MAX_ACCEPT_BATCH,
  type Candidate,
} from '../../registry/records/index.ts';
import type { RawPage, RawRow } from '../connectors/index.ts';
import {
  hasOpenRows,
  quarantineRows,
  resolveRows,
  rowDigest,
  type QuarantineEntry,
} from '../quarantine/index.ts';
import { redactColumns, redactRow, type RowJudge } from '../validation/index.ts';
import type { RunKeys } from './run-keys.ts';
import type { Tally } from './run-receipt.ts';
import type { SubjectNotes } from './subject-cache.ts';

/** What accepting the pages of one run needs. */
export type PageWork = {
  readonly database: HubDatabase;
  readonly judge: RowJudge;
  readonly tally: Tally;
  readonly keys: RunKeys;
  readonly subjects: SubjectNotes;
  readonly secret: Buffer;
  readonly source: string;
  readonly run: string;
};

type Sound = {
  readonly candidate: Candidate;
  readonly raw: RawRow;
  readonly findings: readonly Finding[];
};

function entryOf(
  work: PageWork,
  at: { page: RawPage; raw: RawRow },
  findings: readonly Finding[],
): QuarantineEntry {
  const { columns, file = null } = at.page;
  const row = { columns, cells: at.raw.cells };
  const { sync, feedback } = work.judge.connector;
  return {
    source: work.source,
    digest: rowDigest(work.secret, [row.columns, row.cells]),
    row: work.judge.rowId(columns, at.raw),
    keyed: sync.key !== undefined,
    file,
    rowNumber: at.raw.row,
    redacted: redactRow(row, work.judge.mappedColumns(columns)),
    columns: redactColumns(columns),
    findings: [...findings],
    run: work.run,
    dueWorkdays: feedback.due,
  };
}

/** A row that was accepted although a rule of its connector warns: its department says whether it is right. */
function warnedEntries(work: PageWork, page: RawPage, { raw, findings }: Sound): QuarantineEntry[] {
  const own = findings.filter((it) => findRule(it.rule) === null);
  return own.length === 0 ? [] : [{ ...entryOf(work, { page, raw }, own), accepted: true }];
}

/** Rows of a page by what becomes of them; a twin has the key of another row of this run, and other content. */
type Judged = { readonly sound: Sound[]; readonly twins: Sound[]; readonly entries: QuarantineEntry[] };

/** Judges the rows of a page: sound ones go on, the rest comes to its end here. */
async function judgePage(work: PageWork, page: RawPage): Promise<Judged> {
  const { judge, tally, keys } = work;
  const sound: Sound[] = [];
  const twins: Sound[] = [];
  const entries: QuarantineEntry[] = [];
  const verdicts = await judge.judgeRows(page.columns, page.rows);
  for (const [place, verdict] of verdicts.entries()) {
    const raw = page.rows[place];
    if (raw === undefined) continue;
    tally.read += 1;
    tally.note(verdict.findings);
    if (verdict.verdict !== 'candidate') {
      tally.end(verdict.verdict);
      if (verdict.verdict === 'quarantined') entries.push(entryOf(work, { page, raw }, verdict.findings));
      continue;
    }
    const { candidate, findings } = verdict;
    const met = keys.note(candidate.key, candidate.hash);
    if (met === 'new') sound.push({ candidate, raw, findings });
    else if (met === 'same') tally.end('unchanged');
    else twins.push({ candidate, raw, findings });
  }
  return { sound, twins, entries };
}

/** A twin waits for its department, unless a person was found in the record: then nothing of it is kept. */
async function endTwins(work: PageWork, page: RawPage, twins: readonly Sound[]): Promise<QuarantineEntry[]> {
  const { tally } = work;
  const erased = await findErasedKeys(
    work.database,
    twins.map((it) => it.candidate.key),
  );
  return twins.flatMap(({ candidate, raw }) => {
    const isErased = erased.has(candidate.key);
    const found = finding(isErased ? 'PERSON_FOUND_BEFORE' : 'DUPLICATE_IN_RUN', null);
    tally.note([found]);
    tally.end(isErased ? 'refused' : 'quarantined');
    return isErased ? [] : [entryOf(work, { page, raw }, [found])];
  });
}

async function acceptSound(
  work: PageWork,
  page: RawPage,
  sound: readonly Sound[],
): Promise<QuarantineEntry[]> {
  const { database, tally, subjects, source } = work;
  const candidates = sound.map((it) => it.candidate);
  const outcomes = await acceptBatch(database, candidates);
  const taken = candidates.filter((_, place) => outcomes[place]?.outcome !== 'person-found-before');
  await subjects.note(taken, source);
  const entries: QuarantineEntry[] = [];
  outcomes.forEach((outcome, place) => {
    const at = sound[place];
    if (at === undefined) return;
    switch (outcome.outcome) {
      case 'created':
      case 'corrected':
      case 'withdrawn':
      case 'unchanged':
        tally.end(outcome.outcome);
        entries.push(...warnedEntries(work, page, at));
        return;
      case 'person-found-before':
        tally.note([finding('PERSON_FOUND_BEFORE', null)]);
        tally.end('refused');
        return;
      case 'stale':
      case 'conflict':
      case 'key-of-other-source': {
        const other = finding('KEY_OF_OTHER_SOURCE', null);
        tally.note([other]);
        tally.end('quarantined');
        entries.push(entryOf(work, { page, raw: at.raw }, [other]));
      }
    }
  });
  if (await hasOpenRows(database, source)) {
    const waiting = new Set(entries.map((it) => it.row));
    // A place in a file names no row: another file has other rows there.
    const named = candidates.filter((it) => it.ownerRow !== null);
    const rows = named.map((it) => it.provenance.row ?? '').filter((it) => !waiting.has(it));
    await resolveRows(database, source, rows);
  }
  return entries;
}

/**
 * Brings every row of a page to its end: accepted, unchanged, in quarantine or refused. A refused row is about a
 * person; of it only the rule is counted.
 */
export async function acceptPage(work: PageWork, page: RawPage): Promise<void> {
  const { sound, twins, entries } = await judgePage(work, page);
  entries.push(...(await endTwins(work, page, twins)));
  for (let from = 0; from < sound.length; from += MAX_ACCEPT_BATCH) {
    entries.push(...(await acceptSound(work, page, sound.slice(from, from + MAX_ACCEPT_BATCH))));
  }
  await quarantineRows(work.database, entries);
}
