import type { Filter } from 'mongodb';
import { tombstoneHash } from '../../domain/record/index.ts';
import { idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import { recordModel } from './record.model.ts';
import type { Provenance, RecordDocument, RecordHead, RecordVersion } from './record.ts';

const PERSON_FOUND_HASH = tombstoneHash('PERSON_FOUND');

/** Place of a record in the one order of every list: decision day descending, then record key ascending. */
export type RecordPosition = { readonly decidedOn: string; readonly key: string };

/** Which records of which subjects. */
export type RecordQuery = {
  readonly dataset: string;
  /** Current and former codes; at most 100 subjects. */
  readonly subjects: readonly string[];
  /** GB/T 2260 prefixes of producers' regions (`3703`), or null for all. */
  readonly regionPrefixes: readonly string[] | null;
  /** Records strictly after this place. */
  readonly after: RecordPosition | null;
  /** Records strictly before this place. */
  readonly before: RecordPosition | null;
  /** Most records per subject that the caller will use; withheld ones are the caller's to skip. */
  readonly limit: number;
  /** From the end of the order backwards. */
  readonly backwards: boolean;
  /** Fields of the statement that are read; null: all. */
  readonly fields: readonly string[] | null;
};

/** A version as lists read it: with the wanted fields of its statement, or without one where none is wanted. */
export type ListedVersion = Pick<
  RecordVersion,
  | 'v'
  | 'operation'
  | 'knownFrom'
  | 'knownUntil'
  | 'acceptedAt'
  | 'validFrom'
  | 'validUntil'
  | 'hash'
  | 'via'
  | 'disclosure'
> & {
  readonly provenance: Pick<Provenance, 'source' | 'run' | 'ruleVersion' | 'legalBasis'>;
  readonly statement?: RecordVersion['statement'];
};

/** A record as lists read it: what can be shown, and what decides whether it is. */
export type ListedRecord = Pick<RecordDocument, '_id' | 'subject' | 'producer' | 'origin'> & {
  readonly head: Pick<RecordHead, 'decidedOn'>;
  readonly versions: readonly ListedVersion[];
};

const LISTED = {
  subject: 1,
  producer: 1,
  origin: 1,
  'head.decidedOn': 1,
  'versions.v': 1,
  'versions.operation': 1,
  'versions.knownFrom': 1,
  'versions.knownUntil': 1,
  'versions.acceptedAt': 1,
  'versions.validFrom': 1,
  'versions.validUntil': 1,
  'versions.hash': 1,
  'versions.via': 1,
  'versions.disclosure': 1,
  'versions.provenance.source': 1,
  'versions.provenance.run': 1,
  'versions.provenance.ruleVersion': 1,
  'versions.provenance.legalBasis': 1,
} as const;

/** A list of fifty subjects is hundreds of records: most of what reading them costs is what nobody asked for. */
function projectionOf(fields: RecordQuery['fields']): Record<string, 1> {
  if (fields === null) return { ...LISTED, 'versions.statement': 1 };
  return { ...LISTED, ...Object.fromEntries(fields.map((it) => [`versions.statement.${it}`, 1 as const])) };
}

function beyond(position: RecordPosition, later: boolean): Filter<RecordDocument> {
  const [day, key] = later ? (['$lt', '$gt'] as const) : (['$gt', '$lt'] as const);
  return {
    $or: [
      { 'head.decidedOn': { [day]: position.decidedOn } },
      { 'head.decidedOn': position.decidedOn, _id: { [key]: position.key } },
    ],
  };
}

/**
 * Lists records of one dataset in one database read, newest decision first (or last first when `backwards`).
 * Withdrawn records are left out; disclosure is the caller's to decide on the newest version.
 */
export async function listRecords(database: HubDatabase, query: RecordQuery): Promise<ListedRecord[]> {
  const conditions: Filter<RecordDocument>[] = [
    { subject: { $in: [...query.subjects] }, dataset: query.dataset, 'head.operation': { $ne: 'WITHDRAW' } },
  ];
  if (query.regionPrefixes !== null) {
    conditions.push({ 'producer.region': { $regex: `^(${query.regionPrefixes.join('|')})` } });
  }
  if (query.after !== null) conditions.push(beyond(query.after, true));
  if (query.before !== null) conditions.push(beyond(query.before, false));
  const direction = query.backwards ? 1 : -1;
  // One batch holds them all: an answer costs one command, not one and then more.
  const most = query.limit * query.subjects.length;
  return recordModel
    .in(database)
    .find<ListedRecord>({ $and: conditions }, { projection: projectionOf(query.fields) })
    .sort({ 'head.decidedOn': direction, _id: query.backwards ? -1 : 1 })
    .limit(most)
    .batchSize(most + 1)
    .toArray();
}

/** The living entries of subject registers about these subjects. */
export async function listRegistrations(
  database: HubDatabase,
  subjects: readonly string[],
): Promise<RecordDocument[]> {
  const found = await Promise.all(
    idChunks(subjects).map((some) =>
      recordModel
        .in(database)
        .find({ subject: { $in: some }, kind: 'REGISTRATION', 'head.operation': { $ne: 'WITHDRAW' } })
        .toArray(),
    ),
  );
  return found.flat();
}

/** One record with all its versions, or null. */
export async function findRecord(database: HubDatabase, key: string): Promise<RecordDocument | null> {
  return recordModel.in(database).findOne({ _id: key });
}

/** The records under these keys that exist, in no particular order; at most 500 keys. */
export async function findRecords(database: HubDatabase, keys: readonly string[]): Promise<RecordDocument[]> {
  return recordModel
    .in(database)
    .find({ _id: { $in: [...keys] } })
    .toArray();
}

/** The versions of a record without their content. */
export type RecordFacts = Pick<RecordDocument, '_id'> & {
  readonly versions: readonly Pick<
    RecordVersion,
    'v' | 'hash' | 'operation' | 'knownFrom' | 'receivedFrom'
  >[];
};

const FACTS = {
  'versions.v': 1,
  'versions.hash': 1,
  'versions.operation': 1,
  'versions.knownFrom': 1,
  'versions.receivedFrom': 1,
} as const;

/** The versions of the records under these keys that exist, without their content. */
export async function findRecordFacts(
  database: HubDatabase,
  keys: readonly string[],
): Promise<Map<string, RecordFacts>> {
  const records = recordModel.in(database);
  const found = await Promise.all(
    idChunks(keys).map((some) =>
      records.find<RecordFacts>({ _id: { $in: some } }, { projection: FACTS }).toArray(),
    ),
  );
  return new Map(found.flat().map((it) => [it._id, it]));
}

/** What a record holds, without its content. */
export type RecordOutline = Pick<RecordDocument, '_id' | 'dataset' | 'outbox'> & {
  readonly head: Pick<RecordDocument['head'], 'v' | 'hash'>;
  readonly versions: readonly Pick<RecordVersion, 'receivedFrom'>[];
};

const OUTLINE = { dataset: 1, outbox: 1, 'head.v': 1, 'head.hash': 1, 'versions.receivedFrom': 1 } as const;

/** Every record in key order, read in batches, so that memory stays bounded. */
export async function* streamOutlines(database: HubDatabase): AsyncGenerator<RecordOutline> {
  yield* recordModel
    .in(database)
    .find<RecordOutline>({}, { projection: OUTLINE })
    .sort({ _id: 1 })
    .batchSize(1_000);
}

/** Which of these keys are of records in which a person was found. */
export async function findErasedKeys(database: HubDatabase, keys: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all(
    idChunks(keys).map((some) =>
      recordModel
        .in(database)
        .find({ _id: { $in: some }, 'head.hash': PERSON_FOUND_HASH }, { projection: { _id: 1 } })
        .toArray(),
    ),
  );
  return new Set(found.flat().map((it) => it._id));
}

/** How many records are about a subject, withdrawn ones included. */
export async function countRecordsOf(database: HubDatabase, subject: string): Promise<number> {
  return recordModel.in(database).countDocuments({ subject });
}

/** Records whose keys stand in a range. @param keys from included, to not */
export async function listOutlinesOfKeys(
  database: HubDatabase,
  keys: { readonly from: string; readonly to: string },
): Promise<RecordOutline[]> {
  return recordModel
    .in(database)
    .find<RecordOutline>({ _id: { $gte: keys.from, $lt: keys.to } }, { projection: OUTLINE })
    .toArray();
}

/** The records under these keys that exist. */
export async function listOutlinesOf(
  database: HubDatabase,
  keys: readonly string[],
): Promise<RecordOutline[]> {
  const records = recordModel.in(database);
  const found = await Promise.all(
    idChunks(keys).map((some) =>
      records.find<RecordOutline>({ _id: { $in: some } }, { projection: OUTLINE }).toArray(),
    ),
  );
  return found.flat();
}

/** How many records the hub holds, withdrawn ones included. */
export async function countRecords(database: HubDatabase): Promise<number> {
  return recordModel.in(database).estimatedDocumentCount();
}

/** Whose records: `connector:<id>`, and whether the source names its rows. */
export type RecordOwner = { readonly id: string; readonly rowsAreNamed: boolean };

/** A living record of one source, without its content. */
export type LivingRecord = Pick<RecordDocument, '_id' | 'ownerRow' | 'subject'> & {
  readonly versions: readonly Pick<RecordVersion, 'knownFrom'>[];
};

const LIVING = { ownerRow: 1, subject: 1, 'versions.knownFrom': 1 } as const;

function livingOf({ id, rowsAreNamed }: RecordOwner): Filter<RecordDocument> {
  // Names of rows are indexed, owners are not.
  const rows = rowsAreNamed ? { ownerRow: { $gte: `${id}|`, $lt: `${id}}` } } : { owner: id };
  return { ...rows, 'head.operation': { $ne: 'WITHDRAW' } };
}

/** How many living records a source has. */
export async function countLiving(database: HubDatabase, owner: RecordOwner): Promise<number> {
  return recordModel.in(database).countDocuments(livingOf(owner));
}

/** The living records of a source, read in batches, so that memory stays bounded. */
export async function* streamLiving(database: HubDatabase, owner: RecordOwner): AsyncGenerator<LivingRecord> {
  yield* recordModel
    .in(database)
    .find<LivingRecord>(livingOf(owner), { projection: LIVING })
    .batchSize(1_000);
}

/** Keys of the records of a source in which a run made a version, read in batches. */
export async function* streamTouched(
  database: HubDatabase,
  owner: string,
  run: string,
): AsyncGenerator<string> {
  const touched = recordModel
    .in(database)
    .find<Pick<RecordDocument, '_id'>>({ owner, 'versions.provenance.run': run }, { projection: { _id: 1 } })
    .batchSize(1_000);
  for await (const { _id } of touched) yield _id;
}
