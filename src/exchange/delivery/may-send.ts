import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { findRecords, type RecordDocument } from '../../registry/records/index.ts';
import { newestOfRecord, owedVersionFor } from '../owed/index.ts';
import type { PartnerDirectory } from '../partners/index.ts';
import type { DeliveryDocument } from './delivery.ts';

/** What is looked at before a version goes out. */
type Sent = Pick<DeliveryDocument, 'key' | 'v' | 'hash' | 'sends'>;

/** The hub that sends, and the partner it sends to. */
export type Outgoing = {
  readonly database: HubDatabase;
  readonly directory: PartnerDirectory;
  readonly partner: PartnerTerms;
};

/**
 * Whether a version may go to a partner now, by the record's newest version: disclosure is decided on what is known
 * today, not on what was known when the delivery was opened. A withdrawal may always go.
 */
export function maySend(record: RecordDocument, sent: Sent, to: Omit<Outgoing, 'database'>): boolean {
  if (sent.sends === 'WITHDRAWAL') return true;
  const newest = newestOfRecord(record);
  if (newest === null) return false;
  const { v, hash, withdrawn } = newest;
  if (sent.v < v && withdrawn) return false;
  if (sent.v === v && sent.hash !== hash) return false;
  const owed = owedVersionFor(newest, to.partner, { directory: to.directory, holds: true });
  return owed?.sends === 'VERSION';
}

/** The records of deliveries by key. */
export async function recordsOf(
  database: HubDatabase,
  deliveries: readonly { readonly key: string }[],
): Promise<Map<string, RecordDocument>> {
  const documents = await findRecords(
    database,
    deliveries.map((it) => it.key),
  );
  return new Map(documents.map((it) => [it._id, it]));
}
