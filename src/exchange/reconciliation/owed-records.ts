import type { ReconcileElement } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { decideRoute } from '../../domain/routing/index.ts';
import { usccParts } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { streamSummaries, type RecordSummary } from '../../registry/records/index.ts';
import { findHolders, findRejected } from '../delivery/index.ts';
import type { PartnerDirectory } from '../partners/index.ts';

const elementOf = (record: RecordSummary): ReconcileElement => ({
  key: record._id,
  v: record.head.v,
  hash: record.head.hash,
});

function newestReceivedFrom(record: RecordSummary): string | null {
  return record.versions[0]?.receivedFrom ?? null;
}

/** What this hub holds that came from a partner: the current version of each record, withdrawn ones included. */
export async function* heldFrom(database: HubDatabase, partner: string): AsyncGenerator<ReconcileElement> {
  for await (const record of streamSummaries(database)) {
    if (newestReceivedFrom(record) === partner) yield elementOf(record);
  }
}

/** What this hub owes a partner, and which of it the partner refused or quarantined. */
export type Owed = { readonly element: ReconcileElement; readonly rejected: boolean };

/**
 * The current version of each record that a partner is owed – by route, or because it holds an earlier version –
 * withdrawn ones included.
 */
export async function* owedTo(
  database: HubDatabase,
  directory: PartnerDirectory,
  partner: PartnerTerms,
): AsyncGenerator<Owed> {
  const rejected = await findRejected(database, partner.id);
  const route = directory.routeOf(partner);
  const self = directory.self();
  for await (const record of streamSummaries(database)) {
    const newest = record.versions[0];
    if (newest === undefined || newest.receivedFrom === partner.id || record.origin === partner.id) continue;
    const routed = {
      key: record._id,
      kind: record.kind,
      origin: record.origin,
      receivedFrom: newest.receivedFrom,
      via: newest.via,
      producerRegion: record.producer.region,
      subjectRegion: usccParts(record.subject).regionCode,
      dataset: record.dataset,
      disclosureClass: newest.disclosure.class,
    };
    const holds = async () =>
      (await findHolders(database, [record._id])).get(record._id)?.has(partner.id) === true;
    if (!decideRoute(routed, route, self).owed && !(record.head.v > 1 && (await holds()))) continue;
    yield { element: elementOf(record), rejected: rejected.has(`${record._id} ${record.head.v}`) };
  }
}
