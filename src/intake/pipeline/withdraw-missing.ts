import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { findRecords } from '../../registry/records/index.ts';
import { acceptByHand, withdrawalOf } from './change-by-hand.ts';
import { decisionOf, type RunOrder } from './decide-run.ts';
import { streamMissing, type MissingRecord } from './missing-rows.ts';
import { withRunLease } from './run-lease.ts';
import type { RunParts } from './run-options.ts';
import { getRun, readState } from './run-store.ts';

const BATCH = 100;

/**
 * The records that a full read did not meet, one at a time.
 *
 * @throws UNKNOWN_RUN, NOT_LAST_FULL_READ where a later full read has a list of its own
 */
export async function* listMissing(database: HubDatabase, run: string): AsyncGenerator<MissingRecord> {
  const { connector, startedAt } = await getRun(database, run);
  const { lastFull, open } = await readState(database, connector);
  if (lastFull?.run !== run && open?.run !== run) {
    const said =
      lastFull === undefined || lastFull === null
        ? 'there was no full read'
        : `the last full read of ${connector} is ${lastFull.run}`;
    throw new HubError('NOT_LAST_FULL_READ', 'refused', `${run} has no list of missing records: ${said}`);
  }
  yield* streamMissing(database, { connector, run, startedAt });
}

/** What confirming missing records came to. */
export type MissingWithdrawn = {
  readonly withdrawn: number;
  /** Keys given that are not missing, or not any more. */
  readonly notMissing: readonly string[];
};

/**
 * Withdraws records that the producer confirms to be gone: those among the given keys that the run did not meet.
 *
 * @throws UNKNOWN_RUN, NOT_LAST_FULL_READ, NO_REASON, BAD_ACTOR, BAD_REASON, CONNECTOR_BUSY
 */
export async function withdrawMissing(
  parts: Pick<RunParts, 'database' | 'secret' | 'signer'>,
  order: RunOrder,
  keys: readonly string[],
): Promise<MissingWithdrawn> {
  const { database } = parts;
  const { by, reason } = decisionOf(parts, order, 'RELEASED');
  const { connector } = await getRun(database, order.run);
  return withRunLease(database, connector, async (guard) => {
    const wanted = new Set(keys);
    const missing: string[] = [];
    for await (const { key } of listMissing(database, order.run)) if (wanted.delete(key)) missing.push(key);
    const details = { run: order.run, source: connector, reason, count: missing.length };
    await appendAudit(database, [
      { event: 'MISSING_WITHDRAWN', actor: by, purpose: null, code: null, details },
    ]);
    let withdrawn = 0;
    for (let from = 0; from < missing.length; from += BATCH) {
      guard.assertHeld();
      const records = await findRecords(database, missing.slice(from, from + BATCH));
      const ends = await acceptByHand(
        database,
        records.map((it) => withdrawalOf(it, `missing:${order.run}`)),
      );
      withdrawn += ends.filter((it) => it.outcome === 'withdrawn').length;
    }
    return { withdrawn, notMissing: [...wanted] };
  });
}
