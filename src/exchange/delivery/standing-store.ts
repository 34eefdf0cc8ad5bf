import { idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import type { DeliveryState } from './delivery-machine.ts';
import { deliveryModel } from './delivery-store.ts';
import type { DeliveryDocument } from './delivery.ts';

/** What a reconciliation has to know of a delivery. */
export type DeliveryStanding = Pick<
  DeliveryDocument,
  'key' | 'v' | 'hash' | 'state' | 'disposition' | 'before'
>;

const STANDING = { key: 1, v: 1, hash: 1, state: 1, disposition: 1, before: 1 } as const;

/** Deliveries to a partner that stand in these states, in no order. */
export async function* streamInStates(
  database: HubDatabase,
  partner: string,
  states: readonly DeliveryState[],
): AsyncGenerator<DeliveryStanding> {
  for (const state of states) {
    yield* deliveryModel
      .in(database)
      .find<DeliveryStanding>({ partner, state }, { projection: STANDING })
      .batchSize(2_000);
  }
}

/** Deliveries to a partner of the records whose keys stand in a range. @param keys from included, to not */
export async function listStandingsOfKeys(
  database: HubDatabase,
  partner: string,
  keys: { readonly from: string; readonly to: string },
): Promise<DeliveryStanding[]> {
  return deliveryModel
    .in(database)
    .find<DeliveryStanding>({ key: { $gte: keys.from, $lt: keys.to }, partner }, { projection: STANDING })
    .toArray();
}

/** Deliveries to a partner of these records. */
export async function listStandingsOf(
  database: HubDatabase,
  partner: string,
  keys: readonly string[],
): Promise<DeliveryStanding[]> {
  const deliveries = deliveryModel.in(database);
  const found = await Promise.all(
    idChunks(keys).map((some) =>
      deliveries.find<DeliveryStanding>({ key: { $in: some }, partner }, { projection: STANDING }).toArray(),
    ),
  );
  return found.flat();
}
