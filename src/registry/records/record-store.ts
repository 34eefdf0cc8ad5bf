import type { AnyBulkWriteOperation } from 'mongodb';
import { duplicatePlaces, fromNow, msAfter, type HubDatabase } from '../../infra/mongo/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import {
  BEHIND_MS,
  documentOf,
  headOf,
  newestVersion,
  planAccept,
  type AcceptPlan,
  type Append,
  type Held,
} from './accept-plan.ts';
import { recordModel } from './record.model.ts';
import type { AcceptOutcome, Candidate, RecordDocument } from './record.ts';

/** Most candidates in one batch. */
export const MAX_ACCEPT_BATCH = 500;
const MAX_ROUNDS = 8;

/** Appends a version in one update, where the record still stands as it was planned from: closes the open version, opens the new one, fills the outbox. */
export function appendOperation(append: Append): AnyBulkWriteOperation<RecordDocument> {
  const { version } = append;
  // Not the path '$versions.knownFrom': the embedded server answers null for a path through an array.
  const last = { $getField: { field: 'knownFrom', input: { $arrayElemAt: ['$versions', -1] } } };
  const now = { $max: [fromNow(append.afterMs), msAfter(last, 1)] };
  const closed = {
    $map: {
      input: '$versions',
      as: 'it',
      in: {
        $cond: [{ $eq: ['$$it.knownUntil', null] }, { $mergeObjects: ['$$it', { knownUntil: now }] }, '$$it'],
      },
    },
  };
  const opened = { $mergeObjects: [{ $literal: version }, { knownFrom: now, knownUntil: null }] };
  const entry = { v: version.v, at: now };
  const place = version.v === append.expectedV ? { n: { $size: '$versions' } } : {};
  const { subject } = append;
  const about =
    subject === null ? {} : { subject: { $literal: subject.uscc }, subjectName: { $literal: subject.name } };
  return {
    updateOne: {
      filter: { _id: append.key, 'head.v': append.expectedV, 'head.hash': append.expectedHash },
      update: [
        {
          $set: {
            ...about,
            outbox: { $concatArrays: [{ $ifNull: ['$outbox', []] }, [{ ...entry, ...place }]] },
            versions: { $concatArrays: [closed, [opened]] },
            head: { $literal: headOf(version, append.decidedOn) },
            ownerRow: { $literal: append.ownerRow },
          },
        },
      ],
    },
  };
}

/**
 * The document of a record that replaces another one, by the database's time and behind the other's withdrawal, so
 * that the two are delivered in that order.
 */
function replacingOperation(candidate: Candidate, now: Date): AnyBulkWriteOperation<RecordDocument> {
  const { _id, versions, outbox, ...rest } = documentOf(candidate, now);
  const at = fromNow(BEHIND_MS);
  return {
    updateOne: {
      filter: { _id, head: { $exists: false } },
      update: [
        {
          $set: {
            ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, { $literal: value }])),
            versions: versions.map((it) => ({ $mergeObjects: [{ $literal: it }, { knownFrom: at }] })),
            outbox: outbox?.map((it) => ({ v: it.v, at })),
          },
        },
      ],
      upsert: true,
    },
  };
}

/**
 * What the store holds that the candidates may touch: their own keys, and for rows that are not known under their
 * key the record they brought before.
 */
async function findHeld(database: HubDatabase, candidates: readonly Candidate[]): Promise<RecordDocument[]> {
  const records = recordModel.in(database);
  const own = await records.find({ _id: { $in: candidates.map((it) => it.key) } }).toArray();
  const rowOf = new Map(own.map((it) => [it._id, it.ownerRow]));
  const moved = candidates.flatMap((it) =>
    it.ownerRow === null || rowOf.get(it.key) === it.ownerRow ? [] : [it.ownerRow],
  );
  const former = moved.length === 0 ? [] : await records.find({ ownerRow: { $in: moved } }).toArray();
  return [...own, ...former];
}

/** For each candidate what it may touch of that. */
function heldBy(candidates: readonly Candidate[], found: readonly RecordDocument[]): Held[] {
  const byKey = new Map(found.map((it) => [it._id, it]));
  const byRow = Map.groupBy(found, (it) => it.ownerRow);
  return candidates.map((candidate) => {
    const ofRow = candidate.ownerRow === null ? [] : (byRow.get(candidate.ownerRow) ?? []);
    const others = ofRow.filter((it) => it._id !== candidate.key);
    const living = others.find((it) => it.head.operation !== 'WITHDRAW');
    const replaced = others.find((it) => newestVersion(it).statement.replacedBy === candidate.key);
    return { record: byKey.get(candidate.key) ?? null, formerOfRow: living ?? replaced ?? null };
  });
}

function planBatch(
  candidates: readonly Candidate[],
  found: readonly RecordDocument[],
  now: Date,
): AcceptPlan[] {
  const held = heldBy(candidates, found);
  return candidates.map((it, place) =>
    planAccept(it, held[place] ?? { record: null, formerOfRow: null }, now),
  );
}

/** What a candidate would come to, and the living records that it meets: its own, and the one its row brought before. */
export type Foreseen = {
  readonly outcome: AcceptOutcome;
  readonly met: readonly RecordDocument[];
};

/**
 * Tells what accepting would do, and does nothing: one read of the records that the candidates may touch.
 *
 * @param candidates at most {@link MAX_ACCEPT_BATCH}, one a key
 */
export async function foreseeBatch(
  database: HubDatabase,
  candidates: readonly Candidate[],
): Promise<Foreseen[]> {
  if (candidates.length === 0) return [];
  const held = heldBy(candidates, await findHeld(database, candidates));
  const now = database.clock.now();
  return candidates.map((candidate, place) => {
    const of = held[place] ?? { record: null, formerOfRow: null };
    const known = [of.record, of.formerOfRow].flatMap((it) => (it === null ? [] : [it]));
    const met = known.filter((it) => it.owner === candidate.owner && it.head.operation !== 'WITHDRAW');
    return { outcome: planAccept(candidate, of, now).outcome, met };
  });
}

/** Unseen keys; those that another writer inserted meanwhile come back to be planned again. */
async function insertNew(
  database: HubDatabase,
  plans: readonly AcceptPlan[],
  now: Date,
): Promise<Set<string>> {
  const inserts = plans.flatMap((plan) => (plan.insert === null ? [] : [plan.insert]));
  const [replacing, fresh] = [
    inserts.filter((it) => it.replaces !== null),
    inserts.filter((it) => it.replaces === null),
  ];
  const records = recordModel.in(database);
  const lateFresh = await lateKeys(fresh, () =>
    records.insertMany(
      fresh.map((it) => documentOf(it, now)),
      { ordered: false },
    ),
  );
  const lateReplacing = await lateKeys(replacing, () =>
    records.bulkWrite(
      replacing.map((it) => replacingOperation(it, now)),
      { ordered: false },
    ),
  );
  return new Set([...lateFresh, ...lateReplacing]);
}

async function lateKeys(inserts: readonly Candidate[], insert: () => Promise<unknown>): Promise<string[]> {
  if (inserts.length === 0) return [];
  try {
    await insert();
    return [];
  } catch (error) {
    return duplicatePlaces(error).map((place) => inserts[place]?.key ?? '');
  }
}

/** Known keys, each by compare-and-set on its version; the keys whose record had moved meanwhile come back. */
async function appendKnown(database: HubDatabase, plans: readonly AcceptPlan[]): Promise<Set<string>> {
  const appends = plans.flatMap((plan) => plan.appends);
  if (appends.length === 0) return new Set();
  const records = recordModel.in(database);
  const result = await records.bulkWrite(appends.map(appendOperation), { ordered: true });
  if (result.modifiedCount === appends.length) return new Set();
  const current = await records
    .find(
      { _id: { $in: appends.map((it) => it.key) } },
      { projection: { 'versions.v': 1, 'versions.hash': 1, 'versions.provenance.message': 1 } },
    )
    .toArray();
  const versions = new Map(current.map((it) => [it._id, it.versions]));
  const missed = appends.filter(
    ({ key, version: { v, hash, provenance } }) =>
      !versions
        .get(key)
        ?.some((it) => it.v === v && it.hash === hash && it.provenance.message === provenance.message),
  );
  return new Set(missed.map((it) => it.key));
}

type Open = { readonly candidate: Candidate; readonly place: number };

/** The first candidate of each key; the next version of the same record waits for it. */
function firstOfEachKey(open: readonly Open[]): Open[] {
  const seen = new Set<string>();
  return open.filter(({ candidate: { key } }) => !seen.has(key) && seen.add(key));
}

/** Plans and writes one candidate a key; gives back those whose records other writers moved meanwhile. */
async function acceptOnce(
  database: HubDatabase,
  open: readonly Open[],
  outcomes: Map<number, AcceptOutcome>,
): Promise<number> {
  const now = database.clock.now();
  const candidates = open.map((it) => it.candidate);
  const plans = planBatch(candidates, await findHeld(database, candidates), now);
  const missed = await appendKnown(database, plans);
  const late = await insertNew(database, plans, now);
  plans.forEach((plan, at) => {
    const it = open[at];
    if (it === undefined) return;
    const contended = late.has(it.candidate.key) || plan.appends.some(({ key }) => missed.has(key));
    if (!contended) outcomes.set(it.place, plan.outcome);
  });
  return open.filter((it) => !outcomes.has(it.place)).length;
}

/**
 * Accepts a batch: for each candidate one record version with its outbox entry, in one atomic step a record.
 * Idempotent: the same batch again changes nothing and answers `unchanged`. Returns after a majority, journalled
 * write.
 *
 * @param candidates at most {@link MAX_ACCEPT_BATCH}; several versions of one key are taken in their order
 * @returns one outcome per candidate, in order
 * @throws ACCEPT_CONTENDED (transient) when other writers move the same records again and again
 */
export async function acceptBatch(
  database: HubDatabase,
  candidates: readonly Candidate[],
): Promise<AcceptOutcome[]> {
  const outcomes = new Map<number, AcceptOutcome>();
  let open = candidates.map((candidate, place) => ({ candidate, place }));
  let contended = 0;
  while (open.length > 0 && contended < MAX_ROUNDS) {
    const left = await acceptOnce(database, firstOfEachKey(open), outcomes);
    contended = left > 0 ? contended + 1 : 0;
    open = open.filter((it) => !outcomes.has(it.place));
  }
  if (open.length > 0) {
    throw new HubError(
      'ACCEPT_CONTENDED',
      'transient',
      `${open.length} records kept moving: try the batch again`,
    );
  }
  return candidates.flatMap((_, place) => outcomes.get(place) ?? []);
}

/** A record whose current version is to stand above another one, and the version it has now. */
export type Reissue = { readonly key: string; readonly expectedV: number; readonly above: number };

/** The newest version under another number; when it is known from, the update says. */
function reissueOf(record: RecordDocument, above: number): Append {
  const newest = newestVersion(record);
  return {
    key: record._id,
    expectedV: record.head.v,
    expectedHash: record.head.hash,
    subject: null,
    version: { ...newest, v: Math.max(above, record.head.v) + 1 },
    decidedOn: record.head.decidedOn,
    ownerRow: record.ownerRow,
    afterMs: 0,
  };
}

/**
 * Issues the current versions of records again under greater numbers: somebody holds a version that this hub gave out
 * before it was set back to an older copy. The content stays the same.
 *
 * @returns the versions issued; a record that has moved meanwhile is left out
 */
export async function reissueRecords(
  database: HubDatabase,
  reissues: readonly Reissue[],
): Promise<{ readonly key: string; readonly v: number }[]> {
  const issued: { key: string; v: number }[] = [];
  const wanted = new Map(reissues.map((it) => [it.key, it]));
  for (let at = 0; at < reissues.length; at += MAX_ACCEPT_BATCH) {
    const keys = reissues.slice(at, at + MAX_ACCEPT_BATCH).map((it) => it.key);
    const records = await recordModel
      .in(database)
      .find({ _id: { $in: keys } })
      .toArray();
    const unmoved = records.filter((it) => it.head.v === wanted.get(it._id)?.expectedV);
    const appends = unmoved.map((it) => reissueOf(it, wanted.get(it._id)?.above ?? it.head.v));
    if (appends.length === 0) continue;
    await recordModel.in(database).bulkWrite(appends.map(appendOperation), { ordered: false });
    issued.push(...appends.map(({ key, version }) => ({ key, v: version.v })));
  }
  return issued;
}
