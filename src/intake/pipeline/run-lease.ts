import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { claimLease, newHolder, releaseLease, whileRenewed } from '../../registry/leases/index.ts';

/** How long a process that died keeps others from its connector. */
const LEASE_MS = 30_000;
const RENEW_MS = 5_000;

/** The right to run one connector. */
export type RunGuard = {
  /** Grows with every holder. */
  readonly fence: number;
  /** @throws RUN_LOST once another process holds the lease */
  assertHeld(): void;
};

/**
 * Works with a connector's runs while nobody else does, in any process: what moves the connector's state is written
 * with the lease's fence, and between two batches a holder that was late notices that it is one.
 *
 * @throws CONNECTOR_BUSY (transient) at once while another run of the connector is under way
 */
export async function withRunLease<T>(
  database: HubDatabase,
  connector: string,
  work: (guard: RunGuard) => Promise<T>,
): Promise<T> {
  const [name, holder] = [`run:${connector}`, newHolder()];
  const lease = await claimLease(database, name, { holder, forMs: LEASE_MS });
  if (lease === null)
    throw new HubError('CONNECTOR_BUSY', 'transient', `${connector} is being run: wait until that run ends`);
  const held = { is: true };
  const renew = async (): Promise<void> => {
    const again = await claimLease(database, name, { holder, forMs: LEASE_MS });
    held.is &&= again?.fence === lease.fence;
  };
  const assertHeld = (): void => {
    if (!held.is)
      throw new HubError('RUN_LOST', 'transient', `another process has taken over the runs of ${connector}`);
  };
  try {
    return await whileRenewed({ everyMs: RENEW_MS, renew }, () => work({ fence: lease.fence, assertHeld }));
  } finally {
    await releaseLease(database, lease);
  }
}

/** Ends a run between two of its steps, because its process ends. @throws RUN_CUT (transient) */
export function assertGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new HubError(
      'RUN_CUT',
      'transient',
      'this process ends: the next run goes on where this one stood',
    );
}

/** The same right, up to the moment at which the process is to end. */
export function guardUntil(guard: RunGuard, signal: AbortSignal | undefined): RunGuard {
  return {
    fence: guard.fence,
    assertHeld: () => {
      assertGoing(signal);
      guard.assertHeld();
    },
  };
}
