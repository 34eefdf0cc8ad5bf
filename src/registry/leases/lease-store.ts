import { randomUUID } from 'node:crypto';
import { defineCollection, fromNow, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

type LeaseDocument = { _id: string; holder: string; until: Date; fence: number };

/** `leases`: who does a task that one process at a time may do. */
export const leaseModel = defineCollection<LeaseDocument>('leases');

/** A held lease; `fence` grows with every change of holder. */
export type Lease = { readonly name: string; readonly holder: string; readonly fence: number };

/** A name for a holder that no other process has. */
export function newHolder(): string {
  return randomUUID();
}

/**
 * Claims or renews a lease by the database's clock.
 *
 * @param forMs how long the lease lives without renewal
 * @returns the lease, or null while another holder's lives
 */
export async function claimLease(
  database: HubDatabase,
  name: string,
  options: { holder: string; forMs: number },
): Promise<Lease | null> {
  const { holder, forMs } = options;
  const leases = leaseModel.in(database);
  const now = database.clock.now();
  const taken = await leases.findOneAndUpdate(
    { _id: name, $or: [{ holder }, { until: { $lte: now } }] },
    [
      {
        $set: {
          fence: { $cond: [{ $eq: ['$holder', holder] }, '$fence', { $add: ['$fence', 1] }] },
          until: fromNow(forMs),
          holder,
        },
      },
    ],
    { returnDocument: 'after' },
  );
  if (taken !== null) return { name, holder, fence: taken.fence };
  try {
    await leases.insertOne({ _id: name, holder, until: new Date(now.getTime() + forMs), fence: 1 });
    return { name, holder, fence: 1 };
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** Gives a lease back early; nothing happens when another holds it. */
export async function releaseLease(database: HubDatabase, lease: Lease): Promise<void> {
  // Over since ever, and not since now: the next one's reading of the database's clock may be some milliseconds behind.
  await leaseModel
    .in(database)
    .updateOne({ _id: lease.name, holder: lease.holder }, { $set: { until: new Date(0) } });
}
