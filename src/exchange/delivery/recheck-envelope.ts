import { envelopeSchema } from '../../contracts/messages/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { carryOut } from './carry-out.ts';
import { deliveryId, type EnvelopeDocument } from './delivery.ts';
import { findDeliveries } from './delivery-store.ts';
import { dropDeliveries, noteMayHold } from './recall-store.ts';
import { recallEnvelope } from './envelope-store.ts';
import { maySend, recordsOf, type Outgoing } from './may-send.ts';

/** Deliveries whose record this stored body must not carry again. */
async function failing(to: Outgoing, envelope: EnvelopeDocument): Promise<string[]> {
  const { records } = envelopeSchema.parse(JSON.parse(envelope.body ?? ''));
  const ids = records.map((it) => deliveryId(to.partner.id, it.key, it.v));
  const found = await findDeliveries(to.database, ids);
  const byId = new Map(found.map((it) => [it._id, it]));
  const documents = await recordsOf(to.database, records);
  return records.flatMap(({ key, v, hash }) => {
    const id = deliveryId(to.partner.id, key, v);
    const delivery = byId.get(id);
    const record = documents.get(key);
    if (delivery === undefined || record === undefined) return [];
    return delivery.hash === hash && maySend(record, delivery, to) ? [] : [id];
  });
}

/**
 * Looks again, before a stored body is resent, whether each record in it may still go to the partner. If one may not,
 * the envelope is closed and the rest packed anew; the partner may hold all of it, since nobody knows whether the
 * earlier attempt arrived.
 *
 * @returns whether the envelope may be sent
 */
export async function recheckEnvelope(to: Outgoing, envelope: EnvelopeDocument): Promise<boolean> {
  const ids = await failing(to, envelope);
  if (ids.length === 0) return true;
  const { database, partner } = to;
  await noteMayHold(database, envelope._id);
  await dropDeliveries(database, envelope._id, { ids, wasSent: true });
  const recalled = await recallEnvelope(database, envelope);
  if (recalled !== null) await carryOut(database, recalled);
  const details = { envelope: envelope._id, partner: partner.id, records: ids.length };
  await appendAudit(database, [
    { event: 'ENVELOPE_RECALLED', actor: partner.id, purpose: null, code: 'NO_LONGER_ENTITLED', details },
  ]);
  return false;
}
