import { HubError } from '../../domain/hub-error.ts';
import { isOverridable } from '../../domain/overridable-rules.ts';
import {
  checkSecondPerson,
  columnsOfEntry,
  decideOverride,
  getEntry,
  parseActor,
  parseReason,
  type QuarantineDocument,
} from '../quarantine/index.ts';
import { acceptCorrected } from './accept-corrected.ts';
import { judgeOf, type FeedbackParts } from './feedback-parts.ts';
import { RowMerger } from './merge-row.ts';

/** A second person's word on a row that somebody wants to let in. */
export type Decision = {
  /** Beginning of the entry's id. */
  readonly entry: string;
  /** Account of the one who decides; another than the one who asked. */
  readonly by: string;
  /** Why; kept with the record. */
  readonly reason: string;
};

type Checked = { readonly entry: QuarantineDocument; readonly by: string; readonly reason: string };

async function check(parts: FeedbackParts, decision: Decision): Promise<Checked> {
  const [by, reason] = [parseActor(decision.by), parseReason(decision.reason)];
  const entry = await getEntry(parts.database, parts.connector.metadata.id, decision.entry);
  checkSecondPerson(entry, by);
  return { entry, by, reason };
}

const cannot = (why: string): HubError =>
  new HubError(
    'OVERRIDE_NOT_POSSIBLE',
    'refused',
    `the row cannot be let in as it is: ${why}; it must be corrected`,
  );

/**
 * Lets a row in against rules that may be set aside. They become warnings, the reason goes into the record's
 * provenance. Every other rule is asked again and still decides.
 *
 * @returns key and version of the record
 * @throws BAD_ACTOR, BAD_REASON, NO_SUCH_ENTRY, NO_OVERRIDE_REQUESTED, SAME_PERSON_TWICE, OVERRIDE_NOT_POSSIBLE
 */
export async function approveOverride(
  parts: FeedbackParts,
  decision: Decision,
): Promise<{ readonly key: string; readonly v: number }> {
  const { entry, by, reason } = await check(parts, decision);
  const rules = (entry.override?.rules ?? []).filter(isOverridable);
  const columns = columnsOfEntry(entry);
  const run = `override-${entry._id.slice(-12)}`;
  const judge = judgeOf(parts, run, new Set(rules));
  const { cells, withheld } = new RowMerger(judge, columns).merge(entry, null);
  const [verdict] = await judge.judgeRows(columns, [{ row: entry.row, cells, fault: null }]);
  if (withheld.length > 0) throw cannot('WITHHELD_VALUE');
  if (verdict?.verdict !== 'candidate') throw cannot(verdict?.findings.map((it) => it.rule).join(', ') ?? '');
  const provenance = { ...verdict.candidate.provenance, override: { rules, reason } };
  const candidate = { ...verdict.candidate, provenance };
  const [outcome] = await acceptCorrected(parts.database, parts.connector.metadata.id, [candidate]);
  if (outcome === undefined || !('v' in outcome)) throw cannot(outcome?.outcome ?? 'not accepted');
  const record = { key: candidate.key, v: outcome.v, hash: candidate.hash };
  await decideOverride(parts.database, entry._id, { by, reason, record });
  return { key: record.key, v: record.v };
}

/**
 * Leaves a row waiting that somebody wanted to let in.
 *
 * @throws BAD_ACTOR, BAD_REASON, NO_SUCH_ENTRY, NO_OVERRIDE_REQUESTED, SAME_PERSON_TWICE
 */
export async function refuseOverride(parts: FeedbackParts, decision: Decision): Promise<void> {
  const { entry, by, reason } = await check(parts, decision);
  await decideOverride(parts.database, entry._id, { by, reason, record: null });
}
