import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../../src/domain/subject/index.ts';
import {
  contentHash,
  sha256Hex,
  tombstoneStatement,
  type Statement,
} from '../../../src/domain/record/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { changeModel } from '../../../src/registry/changes/index.ts';
import { recordModel, type Candidate, type RecordDocument } from '../../../src/registry/records/index.ts';
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

/** A made-up code: subject part `QQQQ####`. */
function usccOf(number: number, head: string): string {
  const part = `QQQQ${String(number).padStart(4, '0')}`;
  const first17 = `${head}370306${part}${organisationCodeCheckCharacter(part)}`;
  return first17 + usccCheckCharacter(first17);
}

/** A record key. */
export const keyOf = (name: string): string => sha256Hex(name);

/** A decision under the key of `name`. */
export function candidateOf(name: string, statement: Statement, change: Partial<Candidate> = {}): Candidate {
  return {
    key: keyOf(name),
    kind: 'PENALTY',
    dataset: 'penalty',
    datasetVersion: 1,
    itemCode: 'A1',
    subject: { uscc: usccOf(1, '91'), name: '测试一有限公司' },
    producer: { name: '测试监管机关', uscc: usccOf(2, '11'), region: '370306' },
    origin: 'zhoucun',
    via: [],
    receivedFrom: null,
    owner: 'connector:zc-penalty',
    ownerRow: null,
    operation: 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn: '2026-03-01',
    validFrom: '2026-03-01',
    validUntil: null,
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
    provenance: {
      source: 'zc-penalty',
      run: 'run-1',
      row: null,
      ruleVersion: '1',
      legalBasis: { document: '测试依据', article: '1' },
      message: null,
    },
    acceptedAt: null,
    replaces: null,
    ...change,
  };
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
