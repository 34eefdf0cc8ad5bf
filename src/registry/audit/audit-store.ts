import { ObjectId } from 'mongodb';
import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';

/** What happened, to whom, for what purpose. Never a value of a record. */
export type AuditEntry = {
  /** Stable word: READ, ENVELOPE_REFUSED, RECORD_REFUSED, PERSON_REFUSED, SUBJECT_CODE_CHANGED … */
  readonly event: string;
  /** Partner, connector or channel that acted. */
  readonly actor: string;
  readonly purpose: string | null;
  readonly code: string | null;
  readonly details: Readonly<Record<string, unknown>>;
};

type AuditDocument = AuditEntry & { at: Date };

/** `audit`: append only. */
export const auditModel = defineCollection<AuditDocument>('audit', [
  { keys: { event: 1, at: -1 } },
  { keys: { actor: 1, at: -1 } },
  { keys: { event: 1, 'details.producer': 1, at: -1 } },
  { keys: { event: 1, 'details.source': 1, at: -1 } },
]);

/** Appends entries, with the database's time. */
export async function appendAudit(database: HubDatabase, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const at = database.clock.now();
  await auditModel.in(database).insertMany(entries.map((it) => ({ ...it, at })));
}

/** Entries of one event, newest first. */
export async function listAudit(
  database: HubDatabase,
  event: string,
  limit: number,
): Promise<(AuditEntry & { at: Date })[]> {
  return auditModel.in(database).find({ event }).sort({ at: -1 }).limit(limit).toArray();
}

/** How often an event was noted. */
export async function countAudit(database: HubDatabase, event: string): Promise<number> {
  return auditModel.in(database).countDocuments({ event });
}

/** Whose reads are listed, by the authority's code or by the source; and from which place on, newest first. */
export type ReadsQuery = {
  readonly producer: string | null;
  readonly source: string | null;
  readonly after: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
};

/** One read by a partner, of records of one dataset, authority and source. */
export type ReadEntry = AuditEntry & { readonly id: string; readonly at: Date };

/** Reads by partners, newest first. */
export async function listReads(database: HubDatabase, query: ReadsQuery): Promise<ReadEntry[]> {
  const { producer, source, after, limit } = query;
  const before =
    after === null
      ? {}
      : { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: new ObjectId(after.id) } }] };
  const rows = await auditModel
    .in(database)
    .find({
      event: 'READ',
      ...(producer === null ? {} : { 'details.producer': producer }),
      ...(source === null ? {} : { 'details.source': source }),
      ...before,
    })
    .sort({ at: -1, _id: -1 })
    .limit(limit)
    .toArray();
  return rows.map(({ _id, ...entry }) => ({ ...entry, id: String(_id) }));
}
