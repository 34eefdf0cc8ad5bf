import type { TransportReceipt, Unsigned } from '../../contracts/messages/index.ts';
import {
  defineCollection,
  duplicatePlaces,
  fromNow,
  idChunks,
  type HubDatabase,
} from '../../infra/mongo/index.ts';
import { deliveryId, type DeliveryDocument } from './delivery.ts';
import { HELD_BEFORE } from './held-before.ts';
import { DELIVERY_MOVES, statesBefore, type DeliveryMove, type DeliveryState } from './delivery-machine.ts';

/** `deliveries`: one version for one partner. */
export const deliveryModel = defineCollection<DeliveryDocument>('deliveries', [
  { keys: { partner: 1, state: 1, mode: 1, dueAt: 1, seq: 1 } },
  { keys: { envelope: 1 } },
  { keys: { key: 1, partner: 1 } },
]);

/** The deliveries of partners that hold something of a record, or may hold it. */
const HOLDING = {
  $or: [
    { state: { $in: ['packed', 'stored', 'accepted', 'dead'] as DeliveryState[] } },
    { before: { $ne: null } },
  ],
};

/** What a delivery becomes that goes again as it is; for a pipeline update. */
export function movedAgain(state: DeliveryState): object {
  return { state, envelope: null, before: HELD_BEFORE, dueAt: '$$NOW', settledAt: null };
}

/** Opens deliveries; those that exist already stay as they are. */
export async function openDeliveries(database: HubDatabase, deliveries: DeliveryDocument[]): Promise<void> {
  if (deliveries.length === 0) return;
  try {
    await deliveryModel.in(database).insertMany(deliveries, { ordered: false });
  } catch (error) {
    duplicatePlaces(error);
  }
}

/** Marks older versions that nobody packed yet as superseded by a newer one for the same partner. */
export async function supersedeOlder(
  database: HubDatabase,
  newer: readonly { readonly partner: string; readonly key: string; readonly v: number }[],
): Promise<void> {
  if (newer.length === 0) return;
  await deliveryModel.in(database).bulkWrite(
    newer.map((it) => ({
      updateMany: {
        filter: { key: it.key, partner: it.partner, state: statesBefore('supersede'), v: { $lt: it.v } },
        update: [{ $set: { state: DELIVERY_MOVES.supersede.to, settledAt: '$$NOW' } }],
      },
    })),
    { ordered: false },
  );
}

/** Partners that may hold an earlier version of these records: they are owed every later one. */
export async function findHolders(
  database: HubDatabase,
  keys: readonly string[],
): Promise<Map<string, Set<string>>> {
  if (keys.length === 0) return new Map();
  const found = await deliveryModel
    .in(database)
    .find({ key: { $in: [...keys] }, ...HOLDING }, { projection: { key: 1, partner: 1 } })
    .toArray();
  const holders = new Map<string, Set<string>>();
  for (const { key, partner } of found) {
    holders.set(key, (holders.get(key) ?? new Set()).add(partner));
  }
  return holders;
}

/** Claims due deliveries for an envelope in one update and reads back what was won. */
export async function claimForEnvelope(
  database: HubDatabase,
  ids: readonly string[],
  envelope: string,
): Promise<DeliveryDocument[]> {
  const due = { $lte: ['$dueAt', '$$NOW'] };
  const claim = {
    state: { $cond: [due, DELIVERY_MOVES.pack.to, '$state'] },
    envelope: { $cond: [due, envelope, '$envelope'] },
  };
  await deliveryModel.in(database).bulkWrite(
    idChunks(ids).map((some) => ({
      updateMany: { filter: { _id: { $in: some }, state: statesBefore('pack') }, update: [{ $set: claim }] },
    })),
    { ordered: false },
  );
  return deliveryModel.in(database).find({ envelope, state: 'packed' }).sort({ seq: 1 }).toArray();
}

/** Gives deliveries of an envelope that will never be sent back to the pending ones. @param ids null: all of them */
export async function unpackDeliveries(
  database: HubDatabase,
  envelope: string,
  ids: readonly string[] | null,
): Promise<void> {
  const which = ids === null ? {} : { _id: { $in: [...ids] } };
  await deliveryModel
    .in(database)
    .updateMany(
      { envelope, state: statesBefore('unpack'), ...which },
      { $set: { state: DELIVERY_MOVES.unpack.to, envelope: null } },
    );
}

/** Hands deliveries of an envelope over to one of its halves; safe to repeat. */
export async function handOver(
  database: HubDatabase,
  ids: readonly string[],
  envelopes: { from: string; to: string },
): Promise<void> {
  await deliveryModel
    .in(database)
    .updateMany({ envelope: envelopes.from, _id: { $in: [...ids] } }, { $set: { envelope: envelopes.to } });
}

/** What a disposition of a transport receipt does to its delivery; one that may be retried is packed anew. */
export function moveAfter(disposition: TransportReceipt['records'][number]): DeliveryMove {
  const taken = disposition.disposition === 'stored' || disposition.disposition === 'duplicate';
  if (taken) return 'store';
  return disposition.retryable ? 'unpack' : 'reject';
}

/** Deliveries answered `stale` because the partner holds a newer version that we delivered, too. */
async function findOvertaken(
  database: HubDatabase,
  partner: string,
  receipt: Unsigned<TransportReceipt>,
): Promise<Set<string>> {
  const stale = receipt.records.filter((it) => it.disposition === 'stale');
  if (stale.length === 0) return new Set();
  const key = { $in: stale.map((it) => it.key) };
  const ours = await deliveryModel
    .in(database)
    .find({ partner, key }, { projection: { key: 1, v: 1, hash: 1 } })
    .toArray();
  const known = new Set(ours.map((it) => `${it.key} ${it.v} ${it.hash}`));
  const overtaken = stale.filter(
    ({ key: of, held }) => held !== null && known.has(`${of} ${held.v} ${held.hash}`),
  );
  return new Set(overtaken.map((it) => deliveryId(partner, it.key, it.v)));
}

/**
 * Copies a transport receipt's dispositions onto the deliveries of its envelope; safe to repeat. The receipt names
 * every record of the envelope, so one disposition for all needs no list of ids.
 */
export async function applyTransportReceipt(
  database: HubDatabase,
  partner: string,
  receipt: Unsigned<TransportReceipt>,
): Promise<void> {
  const overtaken = await findOvertaken(database, partner, receipt);
  const moveOf = (it: TransportReceipt['records'][number]): DeliveryMove =>
    overtaken.has(deliveryId(partner, it.key, it.v)) ? 'overtake' : moveAfter(it);
  const groups = Map.groupBy(receipt.records, (it) => `${moveOf(it)} ${it.disposition} ${it.rule ?? ''}`);
  for (const records of groups.values()) {
    const [first] = records;
    if (first === undefined) continue;
    const move = moveOf(first);
    await deliveryModel.in(database).updateMany(
      {
        ...(groups.size === 1
          ? {}
          : { _id: { $in: records.map((it) => deliveryId(partner, it.key, it.v)) } }),
        envelope: receipt.envelopeId,
        state: 'packed',
      },
      [
        {
          $set: {
            state: DELIVERY_MOVES[move].to,
            disposition: first.disposition,
            rule: { $literal: first.rule },
            envelope: move === 'unpack' ? null : '$envelope',
            settledAt: '$$NOW',
          },
        },
      ],
    );
  }
}

/**
 * Moves deliveries of an envelope on by the partner's business word, also those whose transport receipt was lost on
 * the way; safe to repeat.
 *
 * @param ids the deliveries meant; null: every one of the envelope
 */
export async function applyBusinessOutcome(
  database: HubDatabase,
  about: { envelope: string; ids: readonly string[] | null },
  outcome: { move: 'accept' | 'reject' | 'rejectTaken'; rule: string | null },
): Promise<void> {
  const chosen = about.ids === null ? {} : { _id: { $in: [...about.ids] } };
  await deliveryModel
    .in(database)
    .updateMany({ ...chosen, envelope: about.envelope, state: statesBefore(outcome.move) }, [
      {
        $set: {
          state: DELIVERY_MOVES[outcome.move].to,
          rule: { $ifNull: [{ $literal: outcome.rule }, '$rule'] },
          settledAt: { $ifNull: ['$settledAt', '$$NOW'] },
        },
      },
    ]);
}

/** How many deliveries of a partner stand in each state. */
export async function countDeliveries(
  database: HubDatabase,
  partner: string,
): Promise<Partial<Record<DeliveryState, number>>> {
  const counted = await deliveryModel
    .in(database)
    .aggregate<{ _id: DeliveryState; count: number }>([
      { $match: { partner } },
      { $group: { _id: '$state', count: { $sum: 1 } } },
    ])
    .toArray();
  return Object.fromEntries(counted.map((it) => [it._id, it.count]));
}

/**
 * Deliveries whose receipt is missing though they left, or were taken, before an instant: `transport` where the
 * partner answered nothing, `business` where its own later word did not come.
 */
export async function countMissingReceipts(
  database: HubDatabase,
  partner: string,
  before: Date,
): Promise<{ transport: number; business: number }> {
  const deliveries = deliveryModel.in(database);
  const [transport, business] = await Promise.all([
    deliveries.countDocuments({ partner, state: 'packed', dueAt: { $lt: before } }),
    deliveries.countDocuments({ partner, state: 'stored', settledAt: { $lt: before } }),
  ]);
  return { transport, business };
}

/** When the oldest unsettled delivery of a partner was opened; null when nothing waits. */
export async function oldestPendingAt(database: HubDatabase, partner: string): Promise<Date | null> {
  const [oldest] = await deliveryModel
    .in(database)
    .find({ partner, state: { $in: ['pending', 'packed'] } })
    .sort({ seq: 1 })
    .limit(1)
    .toArray();
  return oldest?.createdAt ?? null;
}

/** Moves deliveries that have no end yet into another envelope, because their partner fetched them again. */
export async function repackDeliveries(
  database: HubDatabase,
  ids: readonly string[],
  envelope: string,
): Promise<void> {
  await deliveryModel
    .in(database)
    .updateMany(
      { _id: { $in: [...ids] }, state: { $in: ['pending', 'packed'] } },
      { $set: { state: 'packed', envelope } },
    );
}

/** Gives up the deliveries of an envelope; they wait for a person. */
export async function giveUpDeliveries(database: HubDatabase, envelope: string, code: string): Promise<void> {
  await deliveryModel
    .in(database)
    .updateMany({ envelope, state: statesBefore('giveUp') }, [
      { $set: { state: DELIVERY_MOVES.giveUp.to, rule: { $literal: code }, settledAt: '$$NOW' } },
    ]);
}

/** Moves those of the deliveries on that stand where the move starts from, some ids at a time; safe to repeat. */
async function moveSome(
  database: HubDatabase,
  ids: readonly string[],
  moved: { readonly move: DeliveryMove; readonly where?: object; readonly set: object },
): Promise<void> {
  for (const some of idChunks(ids)) {
    await deliveryModel
      .in(database)
      .updateMany({ ...moved.where, _id: { $in: some }, state: statesBefore(moved.move) }, [
        { $set: { state: DELIVERY_MOVES[moved.move].to, ...moved.set } },
      ]);
  }
}

/** Makes deliveries that had come to their end due again now, for a partner that must hear of them anew. */
export async function sendAgain(database: HubDatabase, ids: readonly string[]): Promise<void> {
  await moveSome(database, ids, { move: 'replay', set: movedAgain(DELIVERY_MOVES.replay.to) });
}

/**
 * Sends versions to a partner that lost them: deliveries that had come to their end are due again, and those that
 * never were are opened. What is on its way stays on its way.
 *
 * @returns deliveries that are due now
 */
export async function redeliver(database: HubDatabase, deliveries: DeliveryDocument[]): Promise<number> {
  await openDeliveries(database, deliveries);
  const ids = deliveries.map((it) => it._id);
  await sendAgain(database, ids);
  return deliveryModel.in(database).countDocuments({ _id: { $in: ids }, state: DELIVERY_MOVES.replay.to });
}

/** Ends deliveries that a platform may not have, and of which it holds nothing; each with the reason. */
export async function withholdDeliveries(
  database: HubDatabase,
  envelope: string,
  withheld: readonly { readonly id: string; readonly rule: string }[],
): Promise<void> {
  for (const [rule, some] of Map.groupBy(withheld, (it) => it.rule)) {
    const set = { rule: { $literal: rule }, settledAt: '$$NOW' };
    const ids = some.map((it) => it.id);
    await moveSome(database, ids, { move: 'withhold', where: { envelope }, set });
  }
}

/** Lets deliveries that a platform did not take for the moment be due again after a while. */
export async function postponeDeliveries(
  database: HubDatabase,
  ids: readonly string[],
  delayMs: number,
): Promise<void> {
  await moveSome(database, ids, { move: 'postpone', set: { envelope: null, dueAt: fromNow(delayMs) } });
}

/** Deliveries by id; at most as many as an envelope holds. */
export async function findDeliveries(
  database: HubDatabase,
  ids: readonly string[],
): Promise<DeliveryDocument[]> {
  const chunks = idChunks(ids).map((some) =>
    deliveryModel
      .in(database)
      .find({ _id: { $in: some } })
      .toArray(),
  );
  return (await Promise.all(chunks)).flat();
}

/** Keeps what a platform said of deliveries. */
export async function noteTold(
  database: HubDatabase,
  told: readonly { readonly id: string; readonly code: string; readonly text: string }[],
): Promise<void> {
  if (told.length === 0) return;
  await deliveryModel.in(database).bulkWrite(
    told.map(({ id, code, text }) => ({
      updateOne: { filter: { _id: id }, update: { $set: { told: { code, text } } } },
    })),
    { ordered: false },
  );
}
