import { randomUUID } from 'node:crypto';
import { MAX_ENVELOPE_RECORDS, type PullAnswer, type PullRequest } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { decideRoute } from '../../domain/routing/index.ts';
import { listChanges, type ChangeDocument } from '../../registry/changes/index.ts';
import {
  bodyOf,
  deliveryId,
  findHolders,
  newDelivery,
  openDeliveries,
  openEnvelope,
  readWireRecords,
  repackDeliveries,
  sealEnvelope,
} from '../delivery/index.ts';
import type { Caller } from '../partners/index.ts';
import { signDocument, type DocumentSignature } from '../protocol/index.ts';
import { advanceCursor, routedRecordOf } from '../relay/index.ts';

/** Most changes looked through for one answer. */
const SCAN = 5_000;

async function owedChanges(
  caller: Caller,
  partner: PartnerTerms,
  changes: ChangeDocument[],
): Promise<ChangeDocument[]> {
  const { directory, database } = caller;
  const self = directory.self();
  const route = directory.routeOf(partner);
  const later = changes.filter((it) => it.v > 1).map((it) => it.key);
  const holders = later.length === 0 ? null : await findHolders(database, later);
  return changes.filter((change) => {
    const decision = decideRoute(routedRecordOf(change), route, self);
    if (decision.owed) return decision.mode === 'PULL';
    const comesFromThere = partner.id === change.receivedFrom || partner.id === change.origin;
    return !comesFromThere && holders?.get(change.key)?.has(partner.id) === true;
  });
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
  const owed = await owedChanges(caller, partner, changes);
  const chosen = owed.slice(0, Math.min(request.limit, MAX_ENVELOPE_RECORDS));
  const records = await readWireRecords(database, chosen, directory.hub.id);
  const reached = records.length < owed.length ? chosen[records.length - 1]?._id : changes.at(-1)?._id;
  const throughSeq = reached ?? request.afterSeq;
  const more = records.length < owed.length || changes.length === SCAN;
  if (records.length === 0) {
    const empty: PullAnswer = { ...asked, envelope: null, digest: null, throughSeq, more };
    return signDocument(empty, signer);
  }
  const id = randomUUID();
  const now = database.clock.now();
  const packing = await openEnvelope(database, { id, partner: partner.id, mode: 'PULL' });
  const sent = chosen.slice(0, records.length);
  await openDeliveries(
    database,
    sent.map((it) => ({
      ...newDelivery(partner.id, { ...it, seq: it._id }, { mode: 'PULL', at: now }),
      state: 'packed',
      envelope: id,
    })),
  );
  await repackDeliveries(
    database,
    sent.map((it) => deliveryId(partner.id, it.key, it.v)),
    id,
  );
  const sealed = bodyOf({
    id,
    sender: directory.hub.id,
    receiver: partner.id,
    sentAt: now.toISOString(),
    records,
  });
  await sealEnvelope(database, packing, { ...sealed, records: records.length });
  return signDocument({ ...asked, envelope: sealed.body, digest: sealed.digest, throughSeq, more }, signer);
}
