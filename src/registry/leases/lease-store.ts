import { randomUUID } from 'node:crypto';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

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
  const mine = { $eq: ['$holder', holder] };
  const over = { $lte: ['$until', '$$NOW'] };
  const may = { $or: [mine, over, { $eq: [{ $type: '$holder' }, 'missing'] }] };
  const until = { $add: ['$$NOW', forMs] };
  try {
    const after = await leaseModel.in(database).findOneAndUpdate(
      { _id: name },
      [
        {
          $set: {
            fence: {
              $cond: [{ $and: [may, { $not: [mine] }] }, { $add: [{ $ifNull: ['$fence', 0] }, 1] }, '$fence'],
            },
            until: { $cond: [may, until, '$until'] },
            holder: { $cond: [may, holder, '$holder'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    );
    return after?.holder === holder ? { name, holder, fence: after.fence } : null;
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** Gives a lease back early; nothing happens when another holds it. */
export async function releaseLease(database: HubDatabase, lease: Lease): Promise<void> {
  await leaseModel
    .in(database)
    .updateOne({ _id: lease.name, holder: lease.holder }, [{ $set: { until: '$$NOW' } }]);
}
