import { setTimeout as delay } from 'node:timers/promises';
import { toHubError } from '../../domain/hub-error.ts';
import { hubErrorOf } from '../../infra/mongo/index.ts';
import { claimLease, newHolder, releaseLease, whileRenewed } from '../../registry/leases/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import { takeConverted } from '../conversions/index.ts';
import { runToEnd, type RunParts, type RunReceipt } from '../pipeline/index.ts';
import { findSchedule, settleDue, type ScheduleDocument, type ScheduleOutcome } from './schedule-store.ts';

const LEASE_MS = 30_000;
const RENEW_MS = 5_000;
/** A hint may come so much before the database's clock says that it is time. */
const EARLY_MS = 2_000;

/** What starting due connectors needs. */
export type DueParts = RunParts & { readonly signal?: AbortSignal | undefined };

async function waitUntilDue(parts: DueParts, schedule: ScheduleDocument | null): Promise<boolean> {
  if (schedule === null || schedule.paused) return false;
  const earlyMs = schedule.nextRunAt.getTime() - parts.database.clock.now().getTime();
  if (earlyMs > EARLY_MS) return false;
  if (earlyMs > 0) await delay(earlyMs, undefined, { ref: false });
  return true;
}

async function runOnce(parts: DueParts, connector: LoadedConnector): Promise<ScheduleOutcome | null> {
  const at = () => parts.database.clock.now();
  let last: RunReceipt | null = null;
  try {
    // What became known of codes since the last run comes first: its rows may be none of this run's.
    await takeConverted({ ...parts, connector });
    for await (const it of runToEnd({ ...parts, connector, by: 'schedule' })) last = it;
    return {
      at: at(),
      run: last?.id ?? null,
      state: last?.state ?? null,
      code: last?.faults[0]?.code ?? null,
    };
  } catch (error) {
    const { code, kind, message } = hubErrorOf(toHubError(error));
    parts.log.warn({ connector: connector.metadata.id, code, message }, 'a scheduled run did not come about');
    // What passes by itself is tried again at the next look; anything else waits for its next time.
    return kind === 'transient' ? null : { at: at(), run: last?.id ?? null, state: null, code };
  }
}

/**
 * Runs a connector where it is due, once, whoever says so and however often: one process at a time holds its schedule,
 * and asks below that lease whether it is still due. A process that dies in the middle leaves it due.
 *
 * @returns whether it ran here
 */
export async function runDue(parts: DueParts, connector: LoadedConnector): Promise<boolean> {
  const { database } = parts;
  const { id } = connector.metadata;
  if (!(await waitUntilDue(parts, await findSchedule(database, id)))) return false;
  const [name, holder] = [`schedule:${id}`, newHolder()];
  const lease = await claimLease(database, name, { holder, forMs: LEASE_MS });
  if (lease === null) return false;
  const renew = () => claimLease(database, name, { holder, forMs: LEASE_MS });
  try {
    return await whileRenewed({ everyMs: RENEW_MS, renew }, async () => {
      const schedule = await findSchedule(database, id);
      const isDue = schedule?.paused === false && schedule.nextRunAt <= database.clock.now();
      if (!isDue) return false;
      const outcome = await runOnce(parts, connector);
      if (outcome !== null) await settleDue(database, schedule, outcome);
      return outcome !== null;
    });
  } finally {
    await releaseLease(database, lease);
  }
}
