import { randomUUID } from 'node:crypto';
import { Tally } from '../pipeline/index.ts';
import { parseActor } from '../quarantine/index.ts';
import { answerRow, type Answered } from './answer-row.ts';
import { judgeOf, ownerOf, type FeedbackParts } from './feedback-parts.ts';
import { storeFeedback, type FeedbackReceipt, type ReturnedResult } from './feedback-store.ts';
import { RowMerger } from './merge-row.ts';
import { openReturned, type ReturnedRow } from './read-workbook.ts';
import type { Resubmission } from './resubmission.ts';
import { settleRows } from './settle-rows.ts';

const BATCH = 200;

/** Counts a batch of results: the registry's outcomes are accepted, what changes nothing there is unchanged. */
function count(tally: Tally, results: readonly ReturnedResult[]): void {
  for (const { outcome, rules } of results) {
    tally.read += 1;
    for (const rule of rules) tally.findingsByRule[rule] = (tally.findingsByRule[rule] ?? 0) + 1;
    if (outcome === 'dropped' || outcome === 'confirmed') tally.end('unchanged');
    else tally.end(outcome === 'override-requested' ? 'quarantined' : outcome);
  }
}

async function answerBatch(work: Resubmission, rows: readonly ReturnedRow[]): Promise<ReturnedResult[]> {
  const answered: Answered[] = [];
  for (const row of rows) answered.push(await answerRow(work, row));
  return settleRows(work, answered);
}

/** What a receipt of a workbook has not, since no source was read. */
const NO_RUN = {
  type: 'RUN',
  missing: null,
  gates: [],
  unmappedColumns: [],
  warnings: [],
  faults: [],
  cursorBefore: null,
  cursorAfter: null,
  more: false,
  decision: null,
  signature: null,
} as const;

/**
 * Takes a workbook back from its department. 已更正 rows are judged as a run judges them and accepted the same way; 撤回
 * drops a row from this submission; 确认无误 closes a warning, and for a reject asks for a second person. A row without
 * an answer, and one that is absent, go on waiting. The same workbook again changes nothing.
 *
 * @param file path of the workbook
 * @param by account or staff number of the one who brings it
 * @throws BAD_ACTOR, FEEDBACK_UNREADABLE, FEEDBACK_TOO_LARGE, FEEDBACK_NOT_OURS, FEEDBACK_VERSION, FEEDBACK_FOREIGN,
 *   FEEDBACK_CHANGED, FEEDBACK_COLUMNS; before any row is looked at
 */
export async function resubmitFeedback(
  parts: FeedbackParts,
  { file, by }: { readonly file: string; readonly by: string },
): Promise<FeedbackReceipt> {
  const { database, hub, secret } = parts;
  const actor = parseActor(by);
  const startedAt = database.clock.now();
  const workbook = await openReturned(file, { hub: hub.id, owner: ownerOf(parts), secret });
  const batch = randomUUID();
  const judge = judgeOf(parts, batch);
  const merger = new RowMerger(judge, workbook.columns);
  const work = {
    ...parts,
    batch,
    by: actor,
    workbook,
    merger,
    answered: new Set<string>(),
    accepted: new Map(),
  };
  const tally = new Tally();
  const results: ReturnedResult[] = [];
  let unanswered = 0;
  let rows: ReturnedRow[] = [];
  const settle = async (): Promise<void> => {
    const settled = await answerBatch(work, rows);
    count(tally, settled);
    results.push(...settled);
    rows = [];
  };
  for await (const row of workbook.rows()) {
    if (row.disposition === '') unanswered += 1;
    else if (rows.push(row) === BATCH) await settle();
  }
  await settle();
  const totals = tally.totals();
  const { facts, sha256 } = workbook;
  const receipt: FeedbackReceipt = {
    ...NO_RUN,
    id: batch,
    hub: hub.id,
    connector: parts.connector.metadata.id,
    revision: judge.ruleVersion,
    state: 'DONE',
    startedAt,
    endedAt: database.clock.now(),
    ...totals,
    findingsByRule: tally.findingsByRule,
    // The name of a file may be a person's.
    files: [
      { name: `${facts.export}.xlsx`, sha256, sm3: null, rows: totals.read, state: 'read', readBy: null },
    ],
    export: facts.export,
    by: actor,
    unanswered,
    results,
  };
  await storeFeedback(database, receipt);
  return receipt;
}
