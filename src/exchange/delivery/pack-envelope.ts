import { randomUUID } from 'node:crypto';
import { MAX_ENVELOPE_BYTES, type Envelope, type WireRecord } from '../../contracts/messages/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { newestVersion, type RecordDocument } from '../../registry/records/index.ts';
import { wireRecordOf, wireWithdrawalOf } from '../protocol/index.ts';
import { claimForEnvelope, unpackDeliveries } from './delivery-store.ts';
import { dropDeliveries } from './recall-store.ts';
import { dropEnvelope, openEnvelope, sealEnvelope } from './envelope-store.ts';
import type { DeliveryDocument, EnvelopeDocument } from './delivery.ts';
import { maySend, recordsOf, type Outgoing } from './may-send.ts';

/** Room for everything in the body but the records. */
const BODY_MARGIN_BYTES = 2_048;

/** A body that is ready to be sent, and the records in it. */
export type PackedEnvelope = {
  readonly id: string;
  readonly body: string;
  readonly digest: string;
  readonly records: number;
};

/** Names the versions of an envelope. */
type Version = Pick<DeliveryDocument, 'key' | 'v' | 'sends'>;

/** Records on the wire, and the partners that brought them. */
export type WireRecords = { readonly records: WireRecord[]; readonly backTo: string[] };

/** The records on the wire that fit into one body, in order; what does not fit is left for the next. */
export function wireRecordsOf(
  documents: ReadonlyMap<string, RecordDocument>,
  versions: readonly Version[],
  self: string,
): WireRecords {
  const records: WireRecord[] = [];
  const backTo = new Set<string>();
  let bytes = BODY_MARGIN_BYTES;
  for (const { key, v, sends } of versions) {
    const document = documents.get(key);
    if (document === undefined) continue;
    const record = (sends === 'WITHDRAWAL' ? wireWithdrawalOf : wireRecordOf)(document, v, self);
    if (record === null) continue;
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes > MAX_ENVELOPE_BYTES && records.length > 0) break;
    records.push(record);
    const { receivedFrom } = newestVersion(document);
    if (receivedFrom !== null) backTo.add(receivedFrom);
  }
  return { records, backTo: [...backTo] };
}

/** The body of an envelope: the same text for every attempt. */
export function bodyOf(envelope: Omit<Envelope, 'protocol'>): { body: string; digest: string } {
  const body = JSON.stringify({ protocol: 'xinqiao/1', ...envelope } satisfies Envelope);
  return { body, digest: sha256Hex(body) };
}

/** Claims what is due for an envelope; what may not be sent any more is dropped. */
async function claimSendable(
  to: Outgoing,
  due: readonly string[],
  envelope: string,
): Promise<{ claimed: DeliveryDocument[]; documents: Map<string, RecordDocument> }> {
  const claimed = await claimForEnvelope(to.database, due, envelope);
  const documents = await recordsOf(to.database, claimed);
  const dropped = claimed.filter((it) => {
    const record = documents.get(it.key);
    return record !== undefined && !maySend(record, it, to);
  });
  const ids = new Set(dropped.map((it) => it._id));
  await dropDeliveries(to.database, envelope, { ids: [...ids], wasSent: false });
  return { claimed: claimed.filter((it) => !ids.has(it._id)), documents };
}

/**
 * Packs what is due for a partner into one stored envelope. The envelope's id is the claim token of its
 * deliveries: whoever dies in between leaves an envelope in `packing`, which the sweep abandons.
 *
 * @param ids deliveries that may be due, at most 500
 * @returns the envelope, sealed and claimed by the caller; null when nothing is due
 */
export async function packEnvelope(to: Outgoing, ids: readonly string[]): Promise<EnvelopeDocument | null> {
  const { database, directory } = to;
  const partner = to.partner.id;
  const self = directory.hub.id;
  if (ids.length === 0) return null;
  const id = randomUUID();
  const packing = await openEnvelope(database, { id, partner, mode: 'PUSH' });
  const { claimed, documents } = await claimSendable(to, ids, id);
  const { records, backTo } = wireRecordsOf(documents, claimed, self);
  if (records.length === 0) {
    await unpackDeliveries(database, id, null);
    await dropEnvelope(database, id);
    return null;
  }
  const packed = new Set(records.map((it) => `${it.key} ${it.v}`));
  const left = claimed.filter((it) => !packed.has(`${it.key} ${it.v}`)).map((it) => it._id);
  if (left.length > 0) await unpackDeliveries(database, id, left);
  const sentAt = database.clock.now().toISOString();
  const sealed = bodyOf({ id, sender: self, receiver: partner, sentAt, records });
  return sealEnvelope(database, packing, { ...sealed, records: records.length, backTo });
}
