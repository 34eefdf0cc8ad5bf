import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { QuarantineDocument } from './quarantine-entry.ts';
import { OPEN, quarantineModel, WAITING } from './quarantine-store.ts';

/** Which entries are listed; null: all. */
export type QuarantineQuery = {
  readonly source: string | null;
  readonly rule: string | null;
  /** Only those past the day until which the department answers. */
  readonly overdue: boolean;
  /** Also rows that were accepted with a warning. */
  readonly warned: boolean;
  /** Entries after the one with this id. */
  readonly after: string | null;
  readonly limit: number;
};

/** Whether a source has entries that are not closed. */
export async function hasOpenRows(database: HubDatabase, source: string): Promise<boolean> {
  const options = { projection: { _id: 1 } };
  return (await quarantineModel.in(database).findOne({ source, ...OPEN }, options)) !== null;
}

/** Waiting entries of a source, in the order of their rows. */
export async function listQuarantine(
  database: HubDatabase,
  source: string,
  limit: number,
): Promise<QuarantineDocument[]> {
  return quarantineModel
    .in(database)
    .find({ source, ...WAITING })
    .sort({ row: 1 })
    .limit(limit)
    .toArray();
}

/** Entries that wait, in the order of their ids, page by page. */
export async function listEntries(
  database: HubDatabase,
  query: QuarantineQuery,
): Promise<QuarantineDocument[]> {
  const { source, rule, overdue, warned, after, limit } = query;
  return quarantineModel
    .in(database)
    .find({
      ...(warned ? OPEN : WAITING),
      ...(source === null ? {} : { source }),
      ...(rule === null ? {} : { 'findings.rule': rule }),
      ...(overdue ? { dueOn: { $lt: database.clock.today() } } : {}),
      ...(after === null ? {} : { _id: { $gt: after } }),
    })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
}

/** How many rows wait. */
export async function countOpenQuarantine(database: HubDatabase): Promise<number> {
  return quarantineModel.in(database).countDocuments(WAITING);
}

/** How many waiting rows are past the day until which their department answers. */
export async function countOverdueQuarantine(database: HubDatabase): Promise<number> {
  return quarantineModel.in(database).countDocuments({ ...WAITING, dueOn: { $lt: database.clock.today() } });
}

/** Rows that wait, by source and rule. */
export async function countQuarantineByRule(
  database: HubDatabase,
): Promise<{ connector: string; rule: string; count: number }[]> {
  const counted = await quarantineModel
    .in(database)
    .aggregate<{ _id: { source: string; rule: string }; count: number }>([
      { $match: WAITING },
      { $unwind: '$findings' },
      { $group: { _id: { source: '$source', rule: '$findings.rule' }, count: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  return counted.map((it) => ({ connector: it._id.source, rule: it._id.rule, count: it.count }));
}

/** The entry with this id, or null. */
export async function findEntry(database: HubDatabase, id: string): Promise<QuarantineDocument | null> {
  return quarantineModel.in(database).findOne({ _id: id });
}

/** Waiting entries of a source under its own name for a row; at most two, which is enough to know that it is not one. */
export async function findEntriesOfRow(
  database: HubDatabase,
  source: string,
  row: string,
): Promise<QuarantineDocument[]> {
  return quarantineModel
    .in(database)
    .find({ source, ...WAITING, row })
    .limit(2)
    .toArray();
}

/**
 * The entry of a source by the beginning of its digest.
 *
 * @param short at least eight digits of the digest, as lists show it
 * @throws NO_SUCH_ENTRY
 */
export async function getEntry(
  database: HubDatabase,
  source: string,
  short: string,
): Promise<QuarantineDocument> {
  const range = { $gte: `${source}|${short}`, $lt: `${source}|${short}g` };
  const found = /^[0-9a-f]{8,64}$/.test(short)
    ? await quarantineModel.in(database).find({ _id: range }).limit(2).toArray()
    : [];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const why = found.length > 1 ? 'begins the ids of several rows' : 'is no id of a row';
  const said = `this ${why} of ${source} in quarantine: see xinqiao quarantine list ${source}`;
  throw new HubError('NO_SUCH_ENTRY', 'refused', said);
}

/** Entries that a run met, first or last. */
export async function listMetBy(
  database: HubDatabase,
  source: string,
  run: string,
): Promise<QuarantineDocument[]> {
  return quarantineModel
    .in(database)
    .find({ source, $or: [{ run }, { firstRun: run }] })
    .toArray();
}
