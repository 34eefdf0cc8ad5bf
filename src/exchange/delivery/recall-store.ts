import type { Filter } from 'mongodb';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { DELIVERY_MOVES, statesBefore } from './delivery-machine.ts';
import { deliveryModel, findDeliveries } from './delivery-store.ts';
import { deliveryId, type DeliveryDocument } from './delivery.ts';
import { HELD_BEFORE } from './held-before.ts';

/**
 * Sends other content in the place of versions: a withdrawal of the key to a partner that is not entitled any more, or
 * the version again. What a partner holds meanwhile stays known.
 *
 * @param newer only where the delivery is of an earlier change
 */
export async function replaceDeliveries(
  database: HubDatabase,
  deliveries: readonly DeliveryDocument[],
  newer: boolean,
): Promise<void> {
  if (deliveries.length === 0) return;
  await deliveryModel.in(database).bulkWrite(
    deliveries.map(({ _id, hash, sends, mode, seq }) => ({
      updateOne: {
        filter: { _id, hash: { $ne: hash }, ...(newer ? { seq: { $lt: seq } } : {}) },
        update: [
          {
            $set: {
              ...{ hash, sends, mode, seq, envelope: null, disposition: null, rule: null, settledAt: null },
              ...{
                before: HELD_BEFORE,
                state: DELIVERY_MOVES.replace.to,
                dueAt: '$$NOW',
                createdAt: '$$NOW',
              },
            },
          },
        ],
      },
    })),
    { ordered: false },
  );
}

/** Takes deliveries out of their envelope for good. @param wasSent the partner may hold what they carried */
export async function dropDeliveries(
  database: HubDatabase,
  envelope: string,
  dropped: { ids: readonly string[]; wasSent: boolean },
): Promise<void> {
  if (dropped.ids.length === 0) return;
  await deliveryModel
    .in(database)
    .updateMany({ envelope, _id: { $in: [...dropped.ids] }, state: statesBefore('drop') }, [
      {
        $set: {
          ...{ state: DELIVERY_MOVES.drop.to, rule: 'NO_LONGER_ENTITLED', settledAt: '$$NOW' },
          ...(dropped.wasSent ? { before: HELD_BEFORE } : { envelope: null }),
        },
      },
    ]);
}

/** Notes of every delivery of an envelope that its partner may hold it. */
export async function noteMayHold(database: HubDatabase, envelope: string): Promise<void> {
  await deliveryModel
    .in(database)
    .updateMany({ envelope, state: 'packed' }, [{ $set: { before: HELD_BEFORE } }]);
}

/** Deliveries that a partner without an address takes when it calls. */
export async function findToBeFetched(
  database: HubDatabase,
  partner: string,
  limit: number,
): Promise<DeliveryDocument[]> {
  return deliveryModel
    .in(database)
    .find({ partner, mode: 'PULL', $or: [{ state: 'pending' }, { state: 'packed', sends: 'WITHDRAWAL' }] })
    .sort({ dueAt: 1, seq: 1 })
    .limit(limit)
    .toArray();
}

/** Which of these versions, as `key v`, were sent to a partner, whatever became of them. */
export async function findSent(
  database: HubDatabase,
  partner: string,
  versions: readonly { readonly key: string; readonly v: number }[],
): Promise<Set<string>> {
  const ids = versions.map((it) => deliveryId(partner, it.key, it.v));
  const found = await findDeliveries(database, [...new Set(ids)]);
  const sent = found.filter((it) => it.before !== null || it.envelope !== null);
  return new Set(sent.map((it) => `${it.key} ${it.v}`));
}

/** Deliveries of a partner in the order of their ids, to go through everything it ever got. */
export async function listDeliveryKeys(
  database: HubDatabase,
  partner: string,
  page: { after: string; limit: number },
): Promise<Pick<DeliveryDocument, '_id' | 'key'>[]> {
  const after = page.after === '' ? `${partner}|` : page.after;
  return deliveryModel
    .in(database)
    .find({ _id: { $gt: after, $lt: `${partner}|~` } })
    .project<Pick<DeliveryDocument, '_id' | 'key'>>({ key: 1 })
    .sort({ _id: 1 })
    .limit(page.limit)
    .toArray();
}

/** Every delivery of a record, in the order of versions. */
export async function listDeliveriesOf(database: HubDatabase, key: string): Promise<DeliveryDocument[]> {
  return deliveryModel.in(database).find({ key }).sort({ v: 1 }).toArray();
}

/** Corrections and withdrawals that were opened before an instant and have no end. */
function overdue(before: Date): Filter<DeliveryDocument> {
  return {
    state: { $in: ['pending', 'packed', 'held', 'dead'] },
    createdAt: { $lt: before },
    $or: [{ v: { $gt: 1 } }, { sends: 'WITHDRAWAL' }, { before: { $ne: null } }],
  };
}

/** Corrections and withdrawals that are overdue, in the order of their ids. */
export async function listOverdueDeliveries(
  database: HubDatabase,
  before: Date,
  page: { after: string; limit: number },
): Promise<DeliveryDocument[]> {
  return deliveryModel
    .in(database)
    .find({ ...overdue(before), _id: { $gt: page.after } })
    .sort({ _id: 1 })
    .limit(page.limit)
    .toArray();
}

/** How many corrections and withdrawals to a partner are overdue. */
export async function countOverdueDeliveries(
  database: HubDatabase,
  partner: string,
  before: Date,
): Promise<number> {
  return deliveryModel.in(database).countDocuments({ partner, ...overdue(before) });
}

/** How many versions a partner took, withdrawals not counted. */
export async function countHeld(database: HubDatabase, partner: string): Promise<number> {
  return deliveryModel
    .in(database)
    .countDocuments({ partner, state: { $in: ['stored', 'accepted'] }, sends: 'VERSION' });
}
