import { HubError } from '../../domain/hub-error.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { forgetRun, parseActor, parseReason } from '../quarantine/index.ts';
import { forgetHashes, removeStage } from '../stage/index.ts';
import { finishRun } from './run-connector.ts';
import { withRunLease, type RunGuard } from './run-lease.ts';
import type { RunParts } from './run-options.ts';
import { signReceipt, type RunDecision, type RunReceipt } from './run-receipt.ts';
import { getRun, readState, storeReceipt, writeState, type OpenRun, type StateAfter } from './run-store.ts';

/** Which run a person decides on, who that is, and why. */
export type RunOrder = { readonly run: string; readonly by: string; readonly reason: string };

type Parts = Pick<RunParts, 'database' | 'secret' | 'signer'>;
type Waiting = OpenRun & { readonly receipt: RunReceipt; readonly after: StateAfter };

/** Who acts and why, as it may be kept: an account, and words that say nothing of a person. @throws NO_REASON, BAD_ACTOR, BAD_REASON */
export function parseOrder({ by, reason }: Pick<RunOrder, 'by' | 'reason'>): Pick<RunOrder, 'by' | 'reason'> {
  if (by.trim() === '' || reason.trim() === '')
    throw new HubError('NO_REASON', 'config', 'this needs who decides and why');
  return { by: parseActor(by.trim()), reason: parseReason(reason) };
}

/** What a person decided. @throws NO_REASON, BAD_ACTOR, BAD_REASON */
export function decisionOf({ database }: Parts, order: RunOrder, word: RunDecision['word']): RunDecision {
  return { word, ...parseOrder(order), at: database.clock.now() };
}

/** Notes in the audit what a person decided about a run. */
export async function auditDecision(
  { database }: Parts,
  { id, connector }: Pick<RunReceipt, 'id' | 'connector'>,
  { word, by, reason }: RunDecision,
): Promise<void> {
  const details = { run: id, source: connector, reason };
  await appendAudit(database, [{ event: `RUN_${word}`, actor: by, purpose: null, code: null, details }]);
}

async function getWaiting({ database }: Parts, receipt: RunReceipt): Promise<Waiting> {
  const { open } = await readState(database, receipt.connector);
  if (open?.run === receipt.id && open.receipt !== null && open.after !== null)
    return { ...open, receipt: open.receipt, after: open.after };
  const said = `run ${receipt.id} is ${receipt.state} and waits for nobody`;
  throw new HubError('RUN_NOT_WAITING', 'refused', said);
}

async function decide(
  parts: Parts,
  order: RunOrder,
  work: (found: RunReceipt, guard: RunGuard) => Promise<RunReceipt>,
): Promise<RunReceipt> {
  const { connector } = await getRun(parts.database, order.run);
  // Read again below the lease: another person may have decided meanwhile.
  return withRunLease(parts.database, connector, async (guard) =>
    work(await getRun(parts.database, order.run), guard),
  );
}

/**
 * Accepts a run that a gate stopped, from its stage: a person answers for it. Done again it does nothing more.
 *
 * @throws UNKNOWN_RUN, RUN_NOT_WAITING, NO_REASON, BAD_ACTOR, BAD_REASON, CONNECTOR_BUSY, RUN_LOST
 */
export async function releaseRun(parts: Parts, order: RunOrder): Promise<RunReceipt> {
  const decision = decisionOf(parts, order, 'RELEASED');
  return decide(parts, order, async (found, guard) => {
    if (found.state === 'RELEASED') return found;
    const waiting = await getWaiting(parts, found);
    await auditDecision(parts, found, decision);
    const receipt = { ...waiting.receipt, state: 'RELEASED' as const, decision };
    const open: Waiting = { ...waiting, phase: 'accepting', receipt };
    await writeState(parts.database, found.connector, guard.fence, { open });
    return finishRun(parts, open, { guard, resumed: waiting.phase === 'accepting' });
  });
}

/**
 * Gives a stopped run up: its stage goes, and so do the rows in quarantine that only it met. What it read may come
 * again. Done again it does nothing more.
 *
 * @throws UNKNOWN_RUN, RUN_NOT_WAITING, NO_REASON, BAD_ACTOR, BAD_REASON, CONNECTOR_BUSY, RUN_LOST
 */
export async function discardRun(parts: Parts, order: RunOrder): Promise<RunReceipt> {
  const { database, signer } = parts;
  const decision = decisionOf(parts, order, 'DISCARDED');
  return decide(parts, order, async (found, guard) => {
    if (found.state === 'DISCARDED') return found;
    const waiting = await getWaiting(parts, found);
    if (waiting.phase !== 'stopped')
      throw new HubError('RUN_NOT_WAITING', 'refused', `run ${found.id} is being accepted already`);
    await auditDecision(parts, found, decision);
    await forgetRun(database, found.connector, found.id);
    const receipt = signReceipt({ ...found, state: 'DISCARDED', decision }, signer);
    await storeReceipt(database, receipt);
    await writeState(database, found.connector, guard.fence, { open: null });
    await removeStage(database, found.id);
    await forgetHashes(database, found.id);
    return receipt;
  });
}
