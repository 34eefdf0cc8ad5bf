import { randomUUID } from 'node:crypto';
import {
  MAX_ENVELOPE_BYTES,
  MAX_ENVELOPE_RECORDS,
  type Envelope,
  type WireRecord,
} from '../../contracts/messages/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { findRecords } from '../../registry/records/index.ts';
import { wireRecordOf } from '../protocol/index.ts';
import { claimForEnvelope, findDue, unpackDeliveries } from './delivery-store.ts';
import { dropEnvelope, openEnvelope, sealEnvelope } from './envelope-store.ts';
import type { DeliveryDocument, EnvelopeDocument } from './delivery.ts';

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
type Version = Pick<DeliveryDocument, 'key' | 'v'>;

/** The records on the wire that fit into one body, in order; what does not fit is left for the next. */
export async function readWireRecords(
  database: HubDatabase,
  versions: readonly Version[],
  self: string,
): Promise<WireRecord[]> {
  const documents = await findRecords(
    database,
    versions.map((it) => it.key),
  );
  const byKey = new Map(documents.map((it) => [it._id, it]));
  const records: WireRecord[] = [];
  let bytes = BODY_MARGIN_BYTES;
  for (const { key, v } of versions) {
    const document = byKey.get(key);
    const record = document === undefined ? null : wireRecordOf(document, v, self);
    if (record === null) continue;
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes > MAX_ENVELOPE_BYTES && records.length > 0) break;
    records.push(record);
  }
  return records;
}

/** The body of an envelope: the same text for every attempt. */
export function bodyOf(envelope: Omit<Envelope, 'protocol'>): { body: string; digest: string } {
  const body = JSON.stringify({ protocol: 'xinqiao/1', ...envelope } satisfies Envelope);
  return { body, digest: sha256Hex(body) };
}

/**
 * Packs what is due for a partner into one stored envelope. The envelope's id is the claim token of its
 * deliveries: whoever dies in between leaves an envelope in `packing`, which the sweep abandons.
 *
 * @param most records in one envelope, 1 to 500
 * @returns the envelope, sealed and claimed by the caller; null when nothing is due
 */
export async function packEnvelope(
  database: HubDatabase,
  partner: string,
  self: string,
  most: number = MAX_ENVELOPE_RECORDS,
): Promise<EnvelopeDocument | null> {
  const ids = await findDue(database, partner, most);
  if (ids.length === 0) return null;
  const id = randomUUID();
  const packing = await openEnvelope(database, { id, partner, mode: 'PUSH' });
  const claimed = await claimForEnvelope(database, ids, id);
  const records = await readWireRecords(database, claimed, self);
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
  return sealEnvelope(database, packing, { ...sealed, records: records.length });
}
