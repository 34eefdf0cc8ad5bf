import { createHmac } from 'node:crypto';
import type { Finding } from '../../domain/finding.ts';
import { canonicalJson } from '../../domain/record/index.ts';
import { defineCollection, duplicatePlaces, idChunks, type HubDatabase } from '../../infra/mongo/index.ts';

/** A row that waits for its department, redacted, with all its findings. */
export type QuarantineDocument = {
  /** `<source>|<keyed digest of the row>`: the same row again is the same entry. */
  _id: string;
  /** Connector id, or `hub:<origin>`. */
  source: string;
  row: string;
  redacted: Record<string, string>;
  findings: Finding[];
  status: 'open' | 'resolved';
  /** Run or message that met the row last, and the one that put it here. */
  run: string;
  firstRun?: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
};

/** A row on its way into quarantine. */
export type QuarantineEntry = Pick<QuarantineDocument, 'source' | 'row' | 'redacted' | 'findings' | 'run'> & {
  /** Keyed digest of the raw row. */
  readonly digest: string;
};

/** `quarantine`: refused input that its department can mend. Never a row about a person. */
export const quarantineModel = defineCollection<QuarantineDocument>('quarantine', [
  { keys: { source: 1, status: 1, row: 1 } },
]);

/** Keyed digest of a raw row: it tells whether a row is the same without keeping what it said. */
export function rowDigest(secret: Buffer, cells: unknown): string {
  return createHmac('sha256', secret).update(canonicalJson(cells)).digest('hex');
}

type Known = Pick<QuarantineDocument, '_id' | 'status' | 'findings'>;

const idOf = ({ source, digest }: Pick<QuarantineEntry, 'source' | 'digest'>): string =>
  `${source}|${digest}`;

async function findKnown(
  database: HubDatabase,
  entries: readonly QuarantineEntry[],
): Promise<Map<string, Known>> {
  const found = await Promise.all(
    idChunks(entries.map(idOf)).map((some) =>
      quarantineModel
        .in(database)
        .find<Known>({ _id: { $in: some } }, { projection: { status: 1, findings: 1 } })
        .toArray(),
    ),
  );
  return new Map(found.flat().map((it) => [it._id, it]));
}

/** Which of these rows wait in quarantine already with the same content, by `<source>|<digest>`. */
export async function findOpenEntries(
  database: HubDatabase,
  entries: readonly QuarantineEntry[],
): Promise<Set<string>> {
  const known = await findKnown(database, entries);
  return new Set([...known.values()].filter((it) => it.status === 'open').map((it) => it._id));
}

async function insertEntries(database: HubDatabase, entries: readonly QuarantineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const at = database.clock.now();
  const documents = entries.map(({ digest, ...rest }): QuarantineDocument => ({
    _id: idOf({ source: rest.source, digest }),
    ...rest,
    firstRun: rest.run,
    status: 'open',
    firstSeenAt: at,
    lastSeenAt: at,
  }));
  try {
    await quarantineModel.in(database).insertMany(documents, { ordered: false });
  } catch (error) {
    // Another run put the same row there meanwhile.
    duplicatePlaces(error);
  }
}

/** An entry that was over is open again; one that waits is met again, by the rules of today. */
async function meetAgain(
  database: HubDatabase,
  entries: readonly { readonly entry: QuarantineEntry; readonly known: Known }[],
): Promise<void> {
  if (entries.length === 0) return;
  const at = database.clock.now();
  const alike = entries.filter(
    ({ entry, known }) =>
      known.status === 'open' && canonicalJson(known.findings) === canonicalJson(entry.findings),
  );
  const same = new Set(alike.map(({ known }) => known._id));
  const others = entries.filter(({ known }) => !same.has(known._id));
  await quarantineModel.in(database).bulkWrite(
    [
      ...idChunks([...same]).map((some) => ({
        updateMany: {
          filter: { _id: { $in: some } },
          update: { $set: { run: entries[0]?.entry.run ?? '', lastSeenAt: at } },
        },
      })),
      ...others.map(({ entry: { redacted, findings, run, row }, known }) => ({
        updateOne: {
          filter: { _id: known._id },
          update: {
            $set: {
              ...{ redacted, findings, run, row, status: 'open' as const, lastSeenAt: at },
              ...(known.status === 'open' ? {} : { firstRun: run }),
            },
          },
        },
      })),
    ],
    { ordered: false },
  );
}

/**
 * Puts rows into quarantine. A row that waits there already with the same content is only met again.
 *
 * @returns for each entry, in order, whether it was put there or is unchanged
 */
export async function quarantineRows(
  database: HubDatabase,
  entries: readonly QuarantineEntry[],
): Promise<readonly ('quarantined' | 'unchanged')[]> {
  if (entries.length === 0) return [];
  const known = await findKnown(database, entries);
  const seen = new Set([...known.values()].filter((it) => it.status === 'open').map((it) => it._id));
  const ends = entries.map((it) => {
    const waits = seen.has(idOf(it));
    seen.add(idOf(it));
    return waits ? ('unchanged' as const) : ('quarantined' as const);
  });
  const once = [...new Map(entries.map((it) => [idOf(it), it])).values()];
  const again = once.flatMap((entry) => {
    const it = known.get(idOf(entry));
    return it === undefined ? [] : [{ entry, known: it }];
  });
  await insertEntries(
    database,
    once.filter((it) => !known.has(idOf(it))),
  );
  await meetAgain(database, again);
  return ends;
}

/** Removes the entries that only this run met: it was discarded, and nothing of it is to stay. */
export async function forgetRun(database: HubDatabase, source: string, run: string): Promise<number> {
  const { deletedCount } = await quarantineModel
    .in(database)
    .deleteMany({ source, status: 'open', run, firstRun: run });
  return deletedCount;
}

/** Closes open entries of source rows that were accepted meanwhile, but for those that the accepted run met itself. */
export async function resolveRows(
  database: HubDatabase,
  source: string,
  rows: readonly string[],
  run: string,
): Promise<void> {
  for (const some of idChunks(rows)) {
    const filter = { source, status: 'open' as const, row: { $in: some }, run: { $ne: run } };
    await quarantineModel.in(database).updateMany(filter, { $set: { status: 'resolved' } });
  }
}

/** Whether a source has open entries. */
export async function hasOpenRows(database: HubDatabase, source: string): Promise<boolean> {
  return (
    (await quarantineModel.in(database).findOne({ source, status: 'open' }, { projection: { _id: 1 } })) !==
    null
  );
}

/** Open entries of a source, in the order of their rows. */
export async function listQuarantine(
  database: HubDatabase,
  source: string,
  limit: number,
): Promise<QuarantineDocument[]> {
  return quarantineModel
    .in(database)
    .find({ source, status: 'open' })
    .sort({ row: 1 })
    .limit(limit)
    .toArray();
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

/** How many rows wait. */
export async function countOpenQuarantine(database: HubDatabase): Promise<number> {
  return quarantineModel.in(database).countDocuments({ status: 'open' });
}

/** Rows that wait, by source and rule. */
export async function countQuarantineByRule(
  database: HubDatabase,
): Promise<{ connector: string; rule: string; count: number }[]> {
  const counted = await quarantineModel
    .in(database)
    .aggregate<{ _id: { source: string; rule: string }; count: number }>([
      { $match: { status: 'open' } },
      { $unwind: '$findings' },
      { $group: { _id: { source: '$source', rule: '$findings.rule' }, count: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  return counted.map((it) => ({ connector: it._id.source, rule: it._id.rule, count: it.count }));
}

/** Removes the rows of a record in which a person was found, resolved ones too. */
export async function forgetRows(
  database: HubDatabase,
  key: string,
  rows: readonly { readonly source: string; readonly row: string }[],
): Promise<void> {
  const quarantine = quarantineModel.in(database);
  for (const { source, row } of rows) await quarantine.deleteMany({ source, row });
  // A partner's rows are named by key and version.
  await quarantine.deleteMany({ source: { $regex: '^hub:' }, row: { $regex: `^${key}/` } });
}
