import { createHmac } from 'node:crypto';
import type { Finding } from '../../domain/finding.ts';
import { canonicalJson } from '../../domain/record/index.ts';
import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';

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
  /** Run or message that met the row last. */
  run: string;
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

/** Puts rows into quarantine; a row that is there already is only met again. */
export async function quarantineRows(
  database: HubDatabase,
  entries: readonly QuarantineEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await quarantineModel.in(database).bulkWrite(
    entries.map(({ source, digest, row, redacted, findings, run }) => ({
      updateOne: {
        filter: { _id: `${source}|${digest}` },
        update: [
          {
            $set: {
              source: { $literal: source },
              row: { $literal: row },
              redacted: { $literal: redacted },
              findings: { $literal: findings },
              run: { $literal: run },
              status: 'open',
              firstSeenAt: { $ifNull: ['$firstSeenAt', '$$NOW'] },
              lastSeenAt: '$$NOW',
            },
          },
        ],
        upsert: true,
      },
    })),
    { ordered: false },
  );
}

/** Closes open entries of source rows that were accepted meanwhile. */
export async function resolveRows(
  database: HubDatabase,
  source: string,
  rows: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  await quarantineModel
    .in(database)
    .updateMany({ source, status: 'open', row: { $in: [...rows] } }, { $set: { status: 'resolved' } });
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
