import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import { looksLikePersonName, normaliseName, subjectKindOf, usccParts } from '../../domain/subject/index.ts';
import { defineCollection, duplicatePlaces, type HubDatabase } from '../../infra/mongo/index.ts';
import type { SubjectBy, SubjectDocument, SubjectSeen } from './subject.ts';

/** `subjects`: one document an organisation. */
export const subjectModel = defineCollection<SubjectDocument>('subjects', [
  { keys: { orgCode: 1 } },
  { keys: { 'names.name': 1 } },
  { keys: { formerCodes: 1 } },
  { keys: { numbers: 1 } },
  { keys: { 'register.mergedInto': 1 }, options: { sparse: true } },
]);

const MAX_NAMES = 20;
const MAX_FORMER_CODES = 20;

/** The document of a subject that is met for the first time. */
export function subjectOf(seen: SubjectSeen, now: Date): SubjectDocument {
  const { regionCode, orgCode } = usccParts(seen.uscc);
  const name = normaliseName(seen.name);
  const kind = subjectKindOf(seen.uscc);
  const names = seen.formerName === undefined ? [name] : [normaliseName(seen.formerName), name];
  return {
    _id: seen.uscc,
    name,
    kind,
    regionCode,
    orgCode,
    registrationNo: null,
    taxNo: null,
    names: names.map((it) => ({ name: it, source: seen.source, firstSeenAt: now })),
    formerCodes: seen.formerUscc === undefined ? [] : [seen.formerUscc],
    codeFacts: seen.formerUscc === undefined ? [] : [{ code: seen.formerUscc, by: seen.source }],
    numbers: [],
    register: null,
    confirmation: null,
    nameIsPersonLike: kind === 'SOLE_TRADER' && looksLikePersonName(name),
    status: 'UNKNOWN',
    firstSeenAt: now,
  };
}

/** Adds a name that is new, as long as there is room; twice is once. */
export function nameUpdate(seen: SubjectSeen): object[] {
  const name = normaliseName(seen.name);
  const entry = { name: { $literal: name }, source: { $literal: seen.source }, firstSeenAt: '$$NOW' };
  const known = { $in: [{ $literal: name }, { $map: { input: '$names', as: 'it', in: '$$it.name' } }] };
  const full = { $gte: [{ $size: '$names' }, MAX_NAMES] };
  const names = { $cond: [{ $or: [known, full] }, '$names', { $concatArrays: ['$names', [entry]] }] };
  return [{ $set: { names } }];
}

/**
 * What a declared change of name or code does. The new name is taken only while the old one stands: a row that tells
 * of an earlier change, read again with every full run, takes no later name back.
 */
function successionUpdates(seen: SubjectSeen): AnyBulkWriteOperation<SubjectDocument>[] {
  const { uscc, formerName, formerUscc, source } = seen;
  const name = normaliseName(seen.name);
  const nameIsPersonLike = subjectKindOf(uscc) === 'SOLE_TRADER' && looksLikePersonName(name);
  const ofName = (former: string): AnyBulkWriteOperation<SubjectDocument>[] => [
    { updateOne: { filter: { _id: uscc }, update: nameUpdate({ uscc, name: former, source }) } },
    {
      updateOne: {
        // What the register says of the name stands.
        filter: { _id: uscc, name: normaliseName(former), register: null },
        update: { $set: { name, nameIsPersonLike } },
      },
    },
  ];
  const ofCode = (former: string): AnyBulkWriteOperation<SubjectDocument> => ({
    updateOne: {
      filter: {
        _id: uscc,
        formerCodes: { $ne: former },
        [`codeFacts.${MAX_FORMER_CODES - 1}`]: { $exists: false },
      },
      update: { $push: { formerCodes: former, codeFacts: { code: former, by: source } } },
    },
  });
  return [
    ...(formerName === undefined ? [] : ofName(formerName)),
    ...(formerUscc === undefined || formerUscc === uscc ? [] : [ofCode(formerUscc)]),
  ];
}

/**
 * Makes sure that the subjects of accepted records exist, know each name met, and carry the changes of name and code
 * that their sources declare; idempotent.
 */
export async function noteSubjects(database: HubDatabase, seen: readonly SubjectSeen[]): Promise<void> {
  if (seen.length === 0) return;
  const subjects = subjectModel.in(database);
  const held = await subjects
    .find({ _id: { $in: seen.map((it) => it.uscc) } }, { projection: { names: 1 } })
    .toArray();
  const names = new Map(held.map((it) => [it._id, new Set(it.names.map(({ name }) => name))]));
  const now = database.clock.now();
  const fresh = new Map(seen.filter((it) => !names.has(it.uscc)).map((it) => [it.uscc, subjectOf(it, now)]));
  if (fresh.size > 0) {
    await subjects.insertMany([...fresh.values()], { ordered: false }).catch(duplicatePlaces);
  }
  const nameOf = (uscc: string): ReadonlySet<string> =>
    names.get(uscc) ?? new Set([fresh.get(uscc)?.name ?? '']);
  const renamed = seen.filter((it) => !nameOf(it.uscc).has(normaliseName(it.name)));
  const updates: AnyBulkWriteOperation<SubjectDocument>[] = renamed.map((it) => ({
    updateOne: { filter: { _id: it.uscc }, update: nameUpdate(it) },
  }));
  updates.push(...seen.flatMap(successionUpdates));
  if (updates.length > 0) await subjects.bulkWrite(updates);
}

function filterBy(by: SubjectBy): Filter<SubjectDocument> {
  if ('uscc' in by) return { $or: [{ _id: by.uscc }, { formerCodes: by.uscc }] };
  if ('orgCode' in by) return { orgCode: by.orgCode };
  if ('registrationNo' in by) return { numbers: by.registrationNo, registrationNo: by.registrationNo };
  if ('taxNo' in by) return { numbers: by.taxNo, taxNo: by.taxNo };
  return { 'names.name': normaliseName(by.name) };
}

/**
 * The subject that a code or exact name leads to, or null; a name that several subjects share leads to none. A code
 * that was given up leads to the subject that carries it on, though records came under it.
 */
export async function findSubject(database: HubDatabase, by: SubjectBy): Promise<SubjectDocument | null> {
  const subjects = subjectModel.in(database);
  const found = await subjects.find(filterBy(by)).limit(2).toArray();
  if ('uscc' in by) return found.find((it) => it.formerCodes.includes(by.uscc)) ?? found[0] ?? null;
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  // A sole trader's person-like name leads nowhere else: whoever keeps it from the public sees it is one.
  return only.nameIsPersonLike ? only : ((await subjects.findOne({ formerCodes: only._id })) ?? only);
}

/** The subjects under these codes, current or former; one database read. */
export async function findSubjects(
  database: HubDatabase,
  usccs: readonly string[],
): Promise<SubjectDocument[]> {
  return subjectModel
    .in(database)
    .find({ $or: [{ _id: { $in: [...usccs] } }, { formerCodes: { $in: [...usccs] } }] })
    .toArray();
}

/** How many subjects the hub knows. */
export async function countSubjects(database: HubDatabase): Promise<number> {
  return subjectModel.in(database).estimatedDocumentCount();
}

/** Removes a subject that turned out to be a person. */
export async function eraseSubject(database: HubDatabase, uscc: string): Promise<void> {
  await subjectModel.in(database).deleteOne({ _id: uscc });
}
