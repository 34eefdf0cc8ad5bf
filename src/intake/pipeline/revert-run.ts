import { HubError } from '../../domain/hub-error.ts';
import {
  findRecords,
  newestVersion,
  streamTouched,
  type Candidate,
  type RecordDocument,
} from '../../registry/records/index.ts';
import { acceptByHand, reissueOfVersion, withdrawalOf } from './change-by-hand.ts';
import { auditDecision, decisionOf, type RunOrder } from './decide-run.ts';
import { withRunLease, type RunGuard } from './run-lease.ts';
import type { RunParts } from './run-options.ts';
import { signReceipt, type RunReceipt } from './run-receipt.ts';
import { getRun, readState, storeReceipt, writeState } from './run-store.ts';

const BATCH = 100;

/** What taking a run back came to. */
export type Reverted = {
  readonly receipt: RunReceipt;
  /** Records that the run had created: withdrawn now. */
  readonly withdrawn: number;
  /** Records that stand again as they stood before the run. */
  readonly restored: number;
  /** Records that something else has changed since: left as they are, by key. */
  readonly left: readonly string[];
};

type Step = { readonly withdraw: Candidate } | { readonly restore: Candidate } | 'left' | 'done';

/** What taking the run back means for one record that it touched. */
function stepOf(record: RecordDocument, run: string, revert: string): Step {
  const { versions } = record;
  const newest = newestVersion(record);
  if (newest.provenance.run === revert) return 'done';
  if (newest.provenance.run !== run) return 'left';
  const before = versions.findLast((it) => it.provenance.run !== run);
  if (before === undefined || before.operation === 'WITHDRAW')
    return newest.operation === 'WITHDRAW' ? 'done' : { withdraw: withdrawalOf(record, revert) };
  return { restore: reissueOfVersion(record, before, revert) };
}

type Work = { withdrawn: number; restored: number; left: string[] };

/** Takes one kind of effect back, page by page; the keys stand still while the records change. */
async function takeBack(
  parts: Pick<RunParts, 'database'>,
  of: { readonly keys: readonly string[]; readonly run: string; readonly guard: RunGuard },
  kind: 'withdraw' | 'restore',
): Promise<Work> {
  const work: Work = { withdrawn: 0, restored: 0, left: [] };
  for (let from = 0; from < of.keys.length; from += BATCH) {
    of.guard.assertHeld();
    const records = await findRecords(parts.database, of.keys.slice(from, from + BATCH));
    const steps = records.map((it) => [it._id, stepOf(it, of.run, `revert:${of.run}`)] as const);
    for (const [key, step] of steps) if (step === 'left') work.left.push(key);
    const candidates = steps.flatMap(([, step]) => {
      if (typeof step === 'string') return [];
      if (kind === 'withdraw') return 'withdraw' in step ? [step.withdraw] : [];
      return 'restore' in step ? [step.restore] : [];
    });
    for (const { outcome } of await acceptByHand(parts.database, candidates)) {
      if (outcome === 'withdrawn') work.withdrawn += 1;
      if (outcome === 'corrected') work.restored += 1;
    }
  }
  return work;
}

async function revertUnder(
  parts: Pick<RunParts, 'database' | 'secret' | 'signer'>,
  order: RunOrder,
  guard: RunGuard,
): Promise<Reverted> {
  const { database, signer } = parts;
  const found = await getRun(database, order.run);
  const { id: run, connector } = found;
  const isOver = ['DONE', 'INTERRUPTED', 'RELEASED', 'REVERTED'].includes(found.state);
  if (!isOver)
    throw new HubError('RUN_NOT_REVERTIBLE', 'refused', `run ${run} is ${found.state}: it accepted nothing`);
  const decision = decisionOf(parts, order, 'REVERTED');
  await auditDecision(parts, found, decision);
  const keys: string[] = [];
  for await (const key of streamTouched(database, `connector:${connector}`, run)) keys.push(key);
  const of = { keys, run, guard };
  // Withdrawals first: a row that brought another key gets its former record back once the later one is gone.
  const { withdrawn } = await takeBack(parts, of, 'withdraw');
  const { restored, left } = await takeBack(parts, of, 'restore');
  const receipt =
    found.state === 'REVERTED' ? found : signReceipt({ ...found, state: 'REVERTED', decision }, signer);
  await storeReceipt(database, receipt);
  // Its files count as unread, so that the same bytes can come again once the manifest is right.
  const { files = [] } = await readState(database, connector);
  await writeState(database, connector, guard.fence, { files: files.filter((it) => it.run !== run) });
  return { receipt, withdrawn, restored, left };
}

/**
 * Takes back what a run did, by new versions: a record that it created is withdrawn, one that it corrected or withdrew
 * gets its former statement again, one that it brought back is withdrawn again. Records that something else has changed
 * since are left and listed. The cursor does not move; the run's files count as unread. Done again it does nothing more.
 *
 * @throws UNKNOWN_RUN, RUN_NOT_REVERTIBLE, NO_REASON, BAD_ACTOR, BAD_REASON, CONNECTOR_BUSY, RUN_LOST
 */
export async function revertRun(
  parts: Pick<RunParts, 'database' | 'secret' | 'signer'>,
  order: RunOrder,
): Promise<Reverted> {
  decisionOf(parts, order, 'REVERTED');
  const { connector } = await getRun(parts.database, order.run);
  return withRunLease(parts.database, connector, (guard) => revertUnder(parts, order, guard));
}
