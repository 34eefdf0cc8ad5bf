import type { Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import type { AcceptOutcome, Candidate } from '../../registry/records/index.ts';
import { closeEntry, forgetEntry, type QuarantineDocument } from '../quarantine/index.ts';
import { acceptCorrected } from './accept-corrected.ts';
import { endedBy, shortId, type Answered } from './answer-row.ts';
import { judgeOf } from './feedback-parts.ts';
import type { ReturnedResult } from './feedback-store.ts';
import type { ReturnedRow } from './read-workbook.ts';
import type { Resubmission } from './resubmission.ts';

type Open = { readonly row: ReturnedRow; readonly entry: QuarantineDocument };
type Sound = Open & { readonly candidate: Candidate };

/** Judges corrected rows as a run does; what is typed and what is kept together make the row. */
async function judgeCorrected(
  work: Resubmission,
  open: readonly Open[],
): Promise<{ sound: Sound[]; ended: ReturnedResult[] }> {
  const { merger, workbook, accepted } = work;
  const merged = open.map(({ entry, row }) => merger.merge(entry, row.cells));
  const raws = merged.map(({ cells }, place) => ({ row: open[place]?.entry.row ?? '', cells, fault: null }));
  const verdicts = await judgeOf(work, work.batch).judgeRows(workbook.columns, raws);
  const sound: Sound[] = [];
  const ended: ReturnedResult[] = [];
  open.forEach((it, place) => {
    const [verdict, withheld = []] = [verdicts[place], merged[place]?.withheld];
    if (verdict === undefined) return;
    const against: Finding[] =
      verdict.verdict === 'candidate' ? [...withheld] : [...withheld, ...verdict.findings];
    if (verdict.verdict !== 'candidate' || withheld.length > 0) {
      const rejects = against.filter((found) => found.severity === 'reject');
      ended.push(endedBy(it.row.number, it.entry, rejects));
      return;
    }
    const { candidate } = verdict;
    const before = accepted.get(candidate.key);
    if (before !== undefined && before !== candidate.hash)
      ended.push(endedBy(it.row.number, it.entry, [finding('DUPLICATE_IN_RUN', null)]));
    else if (it.entry.status === 'resolved' && it.entry.closed?.record?.hash !== candidate.hash)
      ended.push(endedBy(it.row.number, it.entry, [finding('ROW_KEY_CLOSED', null)]));
    else {
      accepted.set(candidate.key, candidate.hash);
      sound.push({ ...it, candidate });
    }
  });
  return { sound, ended };
}

/** A row that was resolved by the same content before changes nothing, not even its record. */
const isRepeated = ({ entry, candidate }: Sound): boolean =>
  entry.status === 'resolved' && entry.closed?.record?.hash === candidate.hash;

async function settleOne(
  work: Resubmission,
  { row, entry, candidate }: Sound,
  outcome: AcceptOutcome,
): Promise<ReturnedResult> {
  const at = { row: row.number, entry: shortId(entry) };
  switch (outcome.outcome) {
    case 'created':
    case 'corrected':
    case 'withdrawn':
    case 'unchanged': {
      const record = { key: candidate.key, v: outcome.v, hash: candidate.hash };
      await closeEntry(work.database, entry._id, {
        status: 'resolved',
        how: 'workbook',
        by: work.by,
        record,
      });
      return { ...at, outcome: outcome.outcome, rules: [] };
    }
    case 'person-found-before':
      await forgetEntry(work.database, entry._id);
      return { ...at, outcome: 'refused', rules: ['PERSON_FOUND_BEFORE'] };
    case 'stale':
    case 'conflict':
    case 'key-of-other-source':
      return endedBy(row.number, entry, [finding('KEY_OF_OTHER_SOURCE', null)]);
  }
}

/** Brings the rows of a batch to their ends, in the order of the sheet. An entry is closed after its row was accepted. */
export async function settleRows(
  work: Resubmission,
  answered: readonly Answered[],
): Promise<ReturnedResult[]> {
  const results = answered.flatMap((it) => ('result' in it ? [it.result] : []));
  const open = answered.flatMap((it) => ('result' in it ? [] : [it]));
  if (open.length > 0) {
    const { sound, ended } = await judgeCorrected(work, open);
    results.push(...ended);
    const fresh = sound.filter((it) => !isRepeated(it));
    for (const { row, entry } of sound.filter(isRepeated))
      results.push({ row: row.number, entry: shortId(entry), outcome: 'unchanged', rules: [] });
    const source = work.connector.metadata.id;
    const outcomes = await acceptCorrected(
      work.database,
      source,
      fresh.map((it) => it.candidate),
    );
    for (const [place, it] of fresh.entries()) {
      const outcome = outcomes[place];
      if (outcome !== undefined) results.push(await settleOne(work, it, outcome));
    }
  }
  return results.sort((a, b) => a.row - b.row);
}
