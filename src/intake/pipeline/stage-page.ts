import type { Finding } from '../../domain/finding.ts';
import { finding, findRule } from '../../domain/rules.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { noteConversions, type ConversionMet } from '../../registry/conversions/index.ts';
import {
  findErasedKeys,
  foreseeBatch,
  MAX_ACCEPT_BATCH,
  type Candidate,
  type Foreseen,
} from '../../registry/records/index.ts';
import type { RawPage, RawRow } from '../connectors/index.ts';
import { foreseeRows, quarantineRows, rowDigest, type QuarantineEntry } from '../quarantine/index.ts';
import type { StageWriter } from '../stage/index.ts';
import { redactColumns, redactRow, type RowJudge } from '../validation/index.ts';
import type { RunKeys } from './run-keys.ts';
import type { Tally } from './run-receipt.ts';
import type { RunSample } from './run-sample.ts';
import type { SubjectsMet } from './subject-cache.ts';

/** What reading the pages of one run needs and notes. */
export type PageWork = {
  readonly database: HubDatabase;
  readonly judge: RowJudge;
  readonly tally: Tally;
  readonly keys: RunKeys;
  /** Names of rows that were judged bad. */
  readonly badRows: Set<string>;
  /** Living records whose rows now bring another key. */
  readonly formers: Set<string>;
  readonly sample: RunSample;
  readonly subjects: SubjectsMet;
  readonly secret: Buffer;
  readonly source: string;
  readonly run: string;
  /** Null: nothing is written. */
  readonly stage: StageWriter | null;
  /** Whether rows of the source wait in quarantine. */
  readonly hasOpenRows: boolean;
  /** Told of each row that comes to nothing, for a comparison of two judgements. */
  readonly onBad?: ((entry: QuarantineEntry) => void) | undefined;
};

type Sound = {
  readonly candidate: Candidate;
  readonly raw: RawRow;
  readonly findings: readonly Finding[];
};

function entryOf(
  work: PageWork,
  at: { readonly page: RawPage; readonly raw: RawRow },
  findings: readonly Finding[],
): QuarantineEntry {
  const { columns, file } = at.page;
  const row = { columns, cells: at.raw.cells };
  const { sync, feedback } = work.judge.connector;
  return {
    source: work.source,
    digest: rowDigest(work.secret, [row.columns, row.cells]),
    row: work.judge.rowId(columns, at.raw),
    keyed: sync.key !== undefined,
    file: file === undefined ? null : { name: file.name, sha256: file.sha256 },
    rowNumber: at.raw.row,
    redacted: redactRow(row, work.judge.mappedColumns(columns)),
    columns: redactColumns(columns),
    findings: [...findings],
    run: work.run,
    dueWorkdays: feedback.due,
  };
}

/** A row that may be accepted although a rule of its connector warns: its department says whether it is right. */
function warnedEntries(work: PageWork, page: RawPage, sound: readonly Sound[]): QuarantineEntry[] {
  return sound.flatMap(({ raw, findings }) => {
    const own = findings.filter((it) => findRule(it.rule) === null);
    return own.length === 0 ? [] : [{ ...entryOf(work, { page, raw }, own), accepted: true }];
  });
}

/** Rows of a page by what becomes of them; a twin has the key of another row of this run, and other content. */
type Judged = {
  readonly sound: Sound[];
  readonly twins: Sound[];
  readonly entries: QuarantineEntry[];
  /** Codes of the page that are the conversion queue's. */
  readonly conversions: ConversionMet[];
};

/** Judges the rows of a page: sound ones go on, the rest comes to its end here. */
async function judgePage(work: PageWork, page: RawPage): Promise<Judged> {
  const { judge, tally, keys } = work;
  const sound: Sound[] = [];
  const twins: Sound[] = [];
  const entries: QuarantineEntry[] = [];
  const conversions: ConversionMet[] = [];
  const verdicts = await judge.judgeRows(page.columns, page.rows);
  for (const [place, verdict] of verdicts.entries()) {
    const raw = page.rows[place];
    if (raw === undefined) continue;
    tally.read += 1;
    tally.note(verdict.findings);
    if (verdict.verdict !== 'refused' && verdict.conversion !== null) conversions.push(verdict.conversion);
    if (verdict.verdict === 'refused') tally.end('refused');
    else if (verdict.verdict === 'quarantined') entries.push(entryOf(work, { page, raw }, verdict.findings));
    else {
      const { candidate, findings } = verdict;
      const met = keys.note(candidate.key, candidate.hash);
      if (met === 'new') sound.push({ candidate, raw, findings });
      else if (met === 'same') tally.end('unchanged');
      else twins.push({ candidate, raw, findings });
    }
  }
  return { sound, twins, entries, conversions };
}

/**
 * Two rows of one run say different things of one record: neither is accepted, since nobody but the department knows
 * which is right. Where a person was found in the record, nothing of the row is kept.
 */
async function endTwins(work: PageWork, page: RawPage, twins: readonly Sound[]): Promise<QuarantineEntry[]> {
  if (twins.length === 0) return [];
  const { tally, database, stage } = work;
  const erased = await findErasedKeys(
    database,
    twins.map((it) => it.candidate.key),
  );
  return twins.flatMap(({ candidate, raw }) => {
    const isErased = erased.has(candidate.key);
    const found = finding(isErased ? 'PERSON_FOUND_BEFORE' : 'DUPLICATE_IN_RUN', null);
    tally.note([found]);
    if (isErased) tally.end('refused');
    else stage?.contest(candidate.key);
    return isErased ? [] : [entryOf(work, { page, raw }, [found])];
  });
}

function noteMet({ tally, formers }: PageWork, { key }: Candidate, met: Foreseen['met']): void {
  if (met.length > 0) tally.met += 1;
  for (const { _id } of met) {
    if (_id === key) tally.metUnderKey += 1;
    else formers.add(_id);
  }
}

/**
 * Under what a sound row may wait in quarantine from an earlier reading: the source's name for it, else its content, since
 * a place in a file names no row. Null: nothing waits.
 */
function waitingNameOf(work: PageWork, { columns }: RawPage, { candidate, raw }: Sound): string | null {
  if (!work.hasOpenRows) return null;
  const { ownerRow, provenance } = candidate;
  return ownerRow === null ? rowDigest(work.secret, [columns, raw.cells]) : provenance.row;
}

/** Stages what would change something; what would not has its end. @returns finding against a row, if any */
async function stageOne(
  work: PageWork,
  row: { readonly candidate: Candidate; readonly waiting: string | null },
  { outcome, met }: Foreseen,
) {
  const { tally, stage, sample, subjects } = work;
  const { candidate, waiting } = row;
  noteMet(work, candidate, met);
  switch (outcome.outcome) {
    case 'unchanged':
      tally.end('unchanged');
      stage?.settle(waiting, subjects.isNew(candidate) ? candidate.subject : null);
      return null;
    case 'created':
    case 'corrected':
    case 'withdrawn':
      tally.staged += 1;
      if (met.length > 0 && outcome.outcome !== 'created') {
        tally.wouldChange += 1;
        sample.note(candidate, met[0], outcome.outcome);
      }
      await stage?.add({ candidate, foreseen: outcome.outcome, waiting });
      return null;
    case 'person-found-before':
      tally.note([finding('PERSON_FOUND_BEFORE', null)]);
      tally.end('refused');
      return null;
    case 'stale':
    case 'conflict':
    case 'key-of-other-source':
      return finding('KEY_OF_OTHER_SOURCE', null);
  }
}

async function stageSound(
  work: PageWork,
  page: RawPage,
  sound: readonly Sound[],
): Promise<QuarantineEntry[]> {
  const foreseen = await foreseeBatch(
    work.database,
    sound.map((it) => it.candidate),
  );
  const entries: QuarantineEntry[] = [];
  for (const [place, it] of sound.entries()) {
    const { candidate, raw } = it;
    const of = foreseen[place];
    const waiting = waitingNameOf(work, page, it);
    const other = of === undefined ? null : await stageOne(work, { candidate, waiting }, of);
    if (other === null) continue;
    work.tally.note([other]);
    entries.push(entryOf(work, { page, raw }, [other]));
  }
  return entries;
}

/** Brings bad rows to their end; one that waits already with the same content is unchanged. */
async function endBad(work: PageWork, entries: readonly QuarantineEntry[]): Promise<void> {
  const { database, tally, stage, badRows } = work;
  tally.bad += entries.length;
  for (const entry of entries) {
    badRows.add(entry.row);
    work.onBad?.(entry);
  }
  if (stage === null) {
    for (const end of await foreseeRows(database, entries)) tally.end(end);
    return;
  }
  for (const end of await quarantineRows(database, entries)) tally.end(end);
}

/**
 * Judges the rows of a page. Sound ones that would change something go to the stage; every other row comes to its end:
 * unchanged, in quarantine or refused. A refused row is about a person; of it only the rule is counted.
 */
export async function stagePage(work: PageWork, page: RawPage): Promise<void> {
  const { sound, twins, entries, conversions } = await judgePage(work, page);
  entries.push(...(await endTwins(work, page, twins)));
  for (let from = 0; from < sound.length; from += MAX_ACCEPT_BATCH) {
    entries.push(...(await stageSound(work, page, sound.slice(from, from + MAX_ACCEPT_BATCH))));
  }
  await endBad(work, entries);
  if (work.stage !== null) {
    await quarantineRows(work.database, warnedEntries(work, page, sound));
    const { name, uscc } = work.judge.connector.metadata.owner;
    await noteConversions(work.database, conversions, { uscc, name, source: work.source });
  }
  await work.stage?.rest();
}
