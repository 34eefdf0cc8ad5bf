import { sha256Hex } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { countLiving, streamLiving, type LivingRecord } from '../../registry/records/index.ts';
import { readHashes } from '../stage/index.ts';
import { PackedHashes } from './run-keys.ts';
import type { PageWork } from './stage-page.ts';

/** A row without a name of its own tells nothing of the record it may be. */
function rowOf({ ownerRow }: LivingRecord): string | null {
  return ownerRow === null ? null : ownerRow.slice(ownerRow.indexOf('|') + 1);
}

/**
 * How many living records of a connector a full read did not meet, before anything of it is accepted. A record whose
 * row was read and judged bad was met. Only counted one by one where the sums differ.
 */
export async function countMissing(work: PageWork): Promise<number> {
  const { database, source, tally, keys, badRows, formers } = work;
  const owner = { id: `connector:${source}`, rowsAreNamed: work.judge.rowsAreNamed };
  const met = tally.metUnderKey + [...formers].filter((it) => !keys.has(it)).length;
  if ((await countLiving(database, owner)) === met) return 0;
  let missing = 0;
  for await (const record of streamLiving(database, owner)) {
    const row = rowOf(record);
    if (!keys.has(record._id) && !formers.has(record._id) && !badRows.has(row ?? '')) missing += 1;
  }
  return missing;
}

/** A record that a full read did not meet. */
export type MissingRecord = {
  readonly key: string;
  /** The source's name for the row; null where rows have none. */
  readonly row: string | null;
  readonly subject: string;
};

/** The living records of a connector that its last full read did not meet, one at a time, in the order of their rows. */
export async function* streamMissing(
  database: HubDatabase,
  full: { readonly connector: string; readonly run: string; readonly startedAt: Date },
): AsyncGenerator<MissingRecord> {
  const { connector, run, startedAt } = full;
  const keys = new PackedHashes(await readHashes(database, run, 'keys'));
  const bad = new PackedHashes(await readHashes(database, run, 'rows'));
  const owner = { id: `connector:${connector}`, rowsAreNamed: false };
  for await (const record of streamLiving(database, owner)) {
    const row = rowOf(record);
    const isLater = (record.versions[0]?.knownFrom ?? startedAt) > startedAt;
    const isBad = row !== null && bad.has(sha256Hex(row));
    if (!keys.has(record._id) && !isBad && !isLater) {
      yield { key: record._id, row, subject: record.subject };
    }
  }
}
