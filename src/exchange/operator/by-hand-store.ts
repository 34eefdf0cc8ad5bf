import type { Filter } from 'mongodb';
import { HubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import {
  DELIVERY_MOVES,
  deliveryModel,
  movedAgain,
  envelopeModel,
  statesBefore,
  type DeliveryDocument,
  type DeliveryState,
  type EnvelopeDocument,
} from '../delivery/index.ts';
import { findRows, type PlatformRowDocument } from '../platforms/index.ts';

/** Which deliveries a person means; what is absent does not narrow. */
export type Selection = {
  readonly partner?: string;
  readonly state?: DeliveryState;
  readonly rule?: string;
  /** Record key. */
  readonly key?: string;
  readonly ids?: readonly string[];
};

/** What a person may do with deliveries. */
export type HandMove = 'hold' | 'release' | 'retry' | 'replay';

/** What a move did, or with a dry run would do. */
export type HandOutcome = {
  readonly move: HandMove;
  readonly dryRun: boolean;
  /** Deliveries selected. */
  readonly selected: number;
  /** Those of them that the move takes; the others stand in a state it does not start from. */
  readonly moved: number;
};

function filterOf(selection: Selection): Filter<DeliveryDocument> {
  const { partner, state, rule, key, ids } = selection;
  return {
    ...(partner === undefined ? {} : { partner }),
    ...(state === undefined ? {} : { state }),
    ...(rule === undefined ? {} : { rule }),
    ...(key === undefined ? {} : { key }),
    ...(ids === undefined || ids.length === 0 ? {} : { _id: { $in: [...ids] } }),
  };
}

/** Deliveries of a selection, the newest change first. @param limit at most so many */
export async function listDeliveries(
  database: HubDatabase,
  selection: Selection,
  limit: number,
): Promise<DeliveryDocument[]> {
  return deliveryModel.in(database).find(filterOf(selection)).sort({ seq: -1 }).limit(limit).toArray();
}

/** A delivery with the envelope that carries it, whose body is left out. */
export type DeliveryView = {
  readonly delivery: DeliveryDocument;
  readonly envelope: Omit<EnvelopeDocument, 'body'> | null;
  /** What the platform was told of the record and when it is due there; null for a hub. */
  readonly row: PlatformRowDocument | null;
};

/** One delivery. @throws DELIVERY_UNKNOWN */
export async function showDelivery(database: HubDatabase, id: string): Promise<DeliveryView> {
  const delivery = await deliveryModel.in(database).findOne({ _id: id });
  if (delivery === null) throw new HubError('DELIVERY_UNKNOWN', 'config', `there is no delivery ${id}`);
  const row = (await findRows(database, delivery.partner, [delivery.key])).get(delivery.key) ?? null;
  if (delivery.envelope === null) return { delivery, envelope: null, row };
  const envelope = await envelopeModel
    .in(database)
    .findOne<Omit<EnvelopeDocument, 'body'>>({ _id: delivery.envelope }, { projection: { body: 0 } });
  return { delivery, envelope, row };
}

/**
 * Holds, releases, retries or replays deliveries. Safe to repeat; the receiver answers a replayed version it holds
 * with `duplicate`, so a replay has no second effect.
 *
 * @param by who does it and why, for the audit trail
 * @throws NO_SELECTION where nothing narrows the selection
 */
export async function moveByHand(
  database: HubDatabase,
  selection: Selection,
  what: { move: HandMove; dryRun: boolean; by: string; reason: string | null },
): Promise<HandOutcome> {
  const filter = filterOf(selection);
  if (Object.keys(filter).length === 0) {
    throw new HubError(
      'NO_SELECTION',
      'config',
      `${what.move} needs a partner, a state, a rule, a record or an id`,
    );
  }
  const { move, dryRun, by } = what;
  const reason = what.reason === null ? null : redactText(what.reason).text;
  const deliveries = deliveryModel.in(database);
  const movable = { $and: [filter, { state: statesBefore(move) }] };
  const selected = await deliveries.countDocuments(filter);
  if (dryRun) return { move, dryRun, selected, moved: await deliveries.countDocuments(movable) };
  const { modifiedCount: moved } = await deliveries.updateMany(movable, [
    { $set: movedAgain(DELIVERY_MOVES[move].to) },
  ]);
  const event = `DELIVERIES_${move.toUpperCase()}`;
  const details = { selection: { ...selection }, reason, selected, moved };
  await appendAudit(database, [{ event, actor: by, purpose: null, code: null, details }]);
  return { move, dryRun, selected, moved };
}

/** Makes everything that waits for a partner due at once. @returns envelopes whose next attempt was brought forward */
export async function hurry(database: HubDatabase, partner: string): Promise<number> {
  const { modifiedCount } = await envelopeModel
    .in(database)
    .updateMany({ partner, mode: 'PUSH', state: 'ready' }, [{ $set: { nextAttemptAt: '$$NOW' } }]);
  return modifiedCount;
}
