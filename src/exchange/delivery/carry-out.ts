import { envelopeSchema } from '../../contracts/messages/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { isProof, isToBeNoted, noteWord } from '../word-back/index.ts';
import { deliveryId, type EnvelopeDocument } from './delivery.ts';
import { applyTransportReceipt, giveUpDeliveries, handOver, unpackDeliveries } from './delivery-store.ts';
import { closeEnvelope, openWhole } from './envelope-store.ts';
import { bodyOf } from './pack-envelope.ts';

/**
 * Cuts an envelope in two, so that what is sound in it arrives and what poisons it is found. The deliveries go over
 * before the halves can be sent: a half that came to its end first would leave the late ones behind.
 */
async function halve(database: HubDatabase, envelope: EnvelopeDocument): Promise<void> {
  const { partner, mode, backTo } = envelope;
  const whole = envelopeSchema.parse(JSON.parse(envelope.body ?? ''));
  const middle = Math.ceil(whole.records.length / 2);
  const halves = [
    { id: `${envelope._id}-a`, records: whole.records.slice(0, middle) },
    { id: `${envelope._id}-b`, records: whole.records.slice(middle) },
  ];
  for (const { id, records } of halves) {
    const ids = records.map((it) => deliveryId(partner, it.key, it.v));
    await handOver(database, ids, { from: envelope._id, to: id });
  }
  const { sender, receiver, sentAt } = whole;
  for (const { id, records } of halves) {
    const sealed = bodyOf({ id, sender, receiver, sentAt, records });
    await openWhole(database, { _id: id, partner, mode, backTo, ...sealed, records: records.length });
  }
}

async function effectOf(database: HubDatabase, envelope: EnvelopeDocument): Promise<void> {
  switch (envelope.state) {
    case 'answered':
      if (envelope.receipt !== null) {
        await applyTransportReceipt(database, envelope.partner, envelope.receipt);
        // A platform that signs nothing has taken a record only by its later word.
        if (isProof(envelope.receipt) && isToBeNoted(envelope.receipt, envelope.backTo))
          await noteWord(database, envelope.receipt, { via: [], by: envelope.partner });
      }
      return;
    case 'refused':
      await giveUpDeliveries(database, envelope._id, envelope.lastError ?? 'REFUSED');
      return;
    case 'halved':
      await halve(database, envelope);
      return;
    case 'abandoned':
      await unpackDeliveries(database, envelope._id, null);
      return;
    case 'packing':
    case 'ready':
    case 'closed':
      return;
  }
}

/** Carries out what an envelope owes its deliveries and closes it; safe to repeat after a crash. */
export async function carryOut(database: HubDatabase, envelope: EnvelopeDocument): Promise<void> {
  await effectOf(database, envelope);
  await closeEnvelope(database, envelope);
}
