import { randomUUID } from 'node:crypto';
import {
  MAX_ENVELOPE_RECORDS,
  type PullAnswer,
  type PullRequest,
  type WireRecord,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { listChanges, type ChangeDocument } from '../../registry/changes/index.ts';
import type { RecordDocument } from '../../registry/records/index.ts';
import {
  bodyOf,
  findHolders,
  findToBeFetched,
  maySend,
  openDeliveries,
  openEnvelope,
  recordsOf,
  repackDeliveries,
  replaceDeliveries,
  sealEnvelope,
  wireRecordsOf,
  type DeliveryDocument,
} from '../delivery/index.ts';
import type { Caller } from '../partners/index.ts';
import { signDocument, type DocumentSignature } from '../protocol/index.ts';
import { advanceCursor, deliveryFor } from '../relay/index.ts';

/** Most changes looked through for one answer. */
const SCAN = 5_000;

async function owedChanges(
  caller: Caller,
  partner: PartnerTerms,
  changes: ChangeDocument[],
): Promise<DeliveryDocument[]> {
  const { directory, database } = caller;
  const later = changes.filter((it) => it.v > 1 || it.n !== undefined).map((it) => it.key);
  const holders = later.length === 0 ? null : await findHolders(database, later);
  const at = database.clock.now();
  const deliveries = changes.flatMap((change) => {
    const holds = holders?.get(change.key)?.has(partner.id) === true;
    const delivery = deliveryFor(change, partner, { directory, holds, at });
    return delivery?.mode === 'PULL' ? [delivery] : [];
  });
  // Of a version that came twice the last word is the one to send.
  return [...new Map(deliveries.map((it) => [it._id, it])).values()];
}

/** The same without what may not be sent any more by the record's newest version. */
async function sendable(
  caller: Caller,
  partner: PartnerTerms,
  owed: DeliveryDocument[],
): Promise<{ chosen: DeliveryDocument[]; documents: Map<string, RecordDocument> }> {
  const { directory, database } = caller;
  const documents = await recordsOf(database, owed);
  const chosen = owed.filter((it) => {
    const record = documents.get(it.key);
    return record !== undefined && maySend(record, it, { directory, partner });
  });
  return { chosen, documents };
}

/** Stores what a pull is answered with: an envelope, and a delivery for each record of it. */
async function storeEnvelope(
  caller: Caller,
  partner: PartnerTerms,
  packed: { sent: readonly DeliveryDocument[]; records: WireRecord[]; backTo: string[] },
): Promise<{ body: string; digest: string }> {
  const { database, directory } = caller;
  const { sent, records, backTo } = packed;
  const id = randomUUID();
  const packing = await openEnvelope(database, { id, partner: partner.id, mode: 'PULL' });
  await openDeliveries(
    database,
    sent.map((it) => ({ ...it, state: 'packed', envelope: id })),
  );
  await replaceDeliveries(database, sent, false);
  await repackDeliveries(
    database,
    sent.map((it) => it._id),
    id,
  );
  const sentAt = database.clock.now().toISOString();
  const sealed = bodyOf({ id, sender: directory.hub.id, receiver: partner.id, sentAt, records });
  await sealEnvelope(database, packing, { ...sealed, records: records.length, backTo });
  return sealed;
}

/**
 * Answers a pull: the changes a partner is owed after its position, as a stored envelope, signed with the answer.
 * `seq` is the only position; asking twice for the same one gives the same versions.
 *
 * @throws WRONG_SENDER where another hub is named than the one who signed
 */
export async function answerPull(
  caller: Caller,
  partner: PartnerTerms,
  request: PullRequest,
): Promise<PullAnswer & { signature: DocumentSignature }> {
  const { database, directory, signer } = caller;
  if (request.puller !== partner.id) {
    throw new HubError('WRONG_SENDER', 'refused', 'the pull names another hub than the one who signed');
  }
  await advanceCursor(database, `pulled-by-${partner.id}`, request.afterSeq);
  const asked = { protocol: 'xinqiao/1', puller: partner.id, afterSeq: request.afterSeq } as const;
  const changes = await listChanges(database, request.afterSeq, SCAN);
  const most = Math.min(request.limit, MAX_ENVELOPE_RECORDS);
  const recalled = await findToBeFetched(database, partner.id, most);
  const owed = await owedChanges(caller, partner, changes);
  const looked = owed.slice(0, most - recalled.length);
  const { chosen, documents } = await sendable(caller, partner, [...recalled, ...looked]);
  const { records, backTo } = wireRecordsOf(documents, chosen, directory.hub.id);
  const sent = chosen.slice(0, records.length);
  const whole = sent.length === chosen.length;
  const last = whole ? looked.at(-1) : sent.slice(recalled.length).at(-1);
  const isAll = whole && looked.length === owed.length;
  const throughSeq = (isAll ? changes.at(-1)?._id : last?.seq) ?? request.afterSeq;
  // Where withdrawals alone filled the envelope, the caller goes on once it has returned its receipts.
  const more = (!isAll || changes.length === SCAN) && throughSeq > request.afterSeq;
  if (records.length === 0) {
    const empty: PullAnswer = { ...asked, envelope: null, digest: null, throughSeq, more };
    return signDocument(empty, signer);
  }
  const envelope = await storeEnvelope(caller, partner, { sent, records, backTo });
  return signDocument(
    { ...asked, envelope: envelope.body, digest: envelope.digest, throughSeq, more },
    signer,
  );
}
