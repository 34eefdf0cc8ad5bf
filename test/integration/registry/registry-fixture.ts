import {
  contentHash,
  sha256Hex,
  tombstoneStatement,
  type Statement,
} from '../../../src/domain/record/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { changeModel } from '../../../src/registry/changes/index.ts';
import { recordModel, type Candidate, type RecordDocument } from '../../../src/registry/records/index.ts';
import { penaltyOf } from '../../support/penalties.ts';
import { freshDatabase } from '../../support/servers.ts';

/** A database of this test file's own with the registry's indexes. */
export async function openRegistry(): Promise<HubDatabase> {
  const { uri, dbName } = freshDatabase();
  const database = await openDatabase({ uri, name: dbName, production: false });
  const models = [recordModel, changeModel];
  await ensureIndexes(database, models as unknown as Parameters<typeof ensureIndexes>[1]);
  return database;
}

/** Drops the database of a test file and closes it. */
export async function dropRegistry(database: HubDatabase): Promise<void> {
  await database.connection.dropDatabase();
  await database.close();
}

/** A record key. */
export const keyOf = (name: string): string => sha256Hex(name);

/** A decision under the key of `name`. */
export function candidateOf(name: string, statement: Statement, change: Partial<Candidate> = {}): Candidate {
  const hash = contentHash(statement);
  return { ...penaltyOf(name), key: keyOf(name), statement, hash, validUntil: null, ...change };
}

/** The withdrawal of the record of `name`. */
export function withdrawalOf(name: string): Candidate {
  return candidateOf(name, tombstoneStatement({ reason: 'WITHDRAWN' }), { operation: 'WITHDRAW' });
}

/** The record of `name` as it stands in the store. */
export async function recordOf(database: HubDatabase, name: string): Promise<RecordDocument> {
  const found = await recordModel.in(database).findOne({ _id: keyOf(name) });
  if (found === null) throw new Error(`no record ${name} is held`);
  return found;
}
