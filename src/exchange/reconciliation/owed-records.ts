import type { ReconcileElement } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { streamSummaries, type RecordSummary } from '../../registry/records/index.ts';
import { findHolders, findRejected } from '../delivery/index.ts';
import { owedElementFor } from '../owed/index.ts';
import type { PartnerDirectory } from '../partners/index.ts';

const BATCH = 100;

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
  for await (const records of batchesOf(streamSummaries(database))) {
    const unasked = records.filter((it) => owedElementFor(it, partner, { directory, holds: false }) === null);
    const holders = await findHolders(
      database,
      unasked.map((it) => it._id),
    );
    for (const record of records) {
      const holds = holders.get(record._id)?.has(partner.id) === true;
      const element = owedElementFor(record, partner, { directory, holds });
      if (element === null) continue;
      yield { element, rejected: rejected.has(`${element.key} ${element.v}`) };
    }
  }
}

/** Records some at a time, so that their holders are looked up together. */
async function* batchesOf(records: AsyncIterable<RecordSummary>): AsyncGenerator<RecordSummary[]> {
  let batch: RecordSummary[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
