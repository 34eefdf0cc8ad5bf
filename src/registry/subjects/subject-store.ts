import type { Filter } from 'mongodb';
import { looksLikePersonName, normaliseName, subjectKindOf, usccParts } from '../../domain/subject/index.ts';
import { defineCollection, duplicatePlaces, type HubDatabase } from '../../infra/mongo/index.ts';
import type { SubjectBy, SubjectDocument, SubjectSeen } from './subject.ts';

/** `subjects`: one document an organisation. */
export const subjectModel = defineCollection<SubjectDocument>('subjects', [
  { keys: { orgCode: 1 } },
  { keys: { 'names.name': 1 } },
  { keys: { formerCodes: 1 } },
]);

const MAX_NAMES = 20;

function documentOf(seen: SubjectSeen, now: Date): SubjectDocument {
  const { regionCode, orgCode } = usccParts(seen.uscc);
  const name = normaliseName(seen.name);
  const kind = subjectKindOf(seen.uscc);
  return {
    _id: seen.uscc,
    name,
    kind,
    regionCode,
    orgCode,
    registrationNo: null,
    taxNo: null,
    names: [{ name, source: seen.source, firstSeenAt: now }],
    formerCodes: [],
    nameIsPersonLike: kind === 'SOLE_TRADER' && looksLikePersonName(name),
    status: 'UNKNOWN',
    firstSeenAt: now,
  };
}

/** Adds a name that is new, as long as there is room; twice is once. */
function nameUpdate(seen: SubjectSeen): object[] {
  const name = normaliseName(seen.name);
  const entry = { name: { $literal: name }, source: { $literal: seen.source }, firstSeenAt: '$$NOW' };
  const known = { $in: [{ $literal: name }, { $map: { input: '$names', as: 'it', in: '$$it.name' } }] };
  const full = { $gte: [{ $size: '$names' }, MAX_NAMES] };
  const names = { $cond: [{ $or: [known, full] }, '$names', { $concatArrays: ['$names', [entry]] }] };
  return [{ $set: { names } }];
}

/** Makes sure that the subjects of accepted records exist and know each name met; idempotent. */
export async function noteSubjects(database: HubDatabase, seen: readonly SubjectSeen[]): Promise<void> {
  if (seen.length === 0) return;
  const subjects = subjectModel.in(database);
  const held = await subjects
    .find({ _id: { $in: seen.map((it) => it.uscc) } }, { projection: { names: 1 } })
    .toArray();
  const names = new Map(held.map((it) => [it._id, new Set(it.names.map(({ name }) => name))]));
  const now = database.clock.now();
  const fresh = new Map(seen.filter((it) => !names.has(it.uscc)).map((it) => [it.uscc, documentOf(it, now)]));
  if (fresh.size > 0) {
    await subjects.insertMany([...fresh.values()], { ordered: false }).catch(duplicatePlaces);
  }
  const nameOf = (uscc: string): ReadonlySet<string> =>
    names.get(uscc) ?? new Set([fresh.get(uscc)?.name ?? '']);
  const renamed = seen.filter((it) => !nameOf(it.uscc).has(normaliseName(it.name)));
  if (renamed.length === 0) return;
  await subjects.bulkWrite(
    renamed.map((it) => ({ updateOne: { filter: { _id: it.uscc }, update: nameUpdate(it) } })),
    { ordered: false },
  );
}

function filterBy(by: SubjectBy): Filter<SubjectDocument> {
  if ('uscc' in by) return { $or: [{ _id: by.uscc }, { formerCodes: by.uscc }] };
  if ('orgCode' in by) return { orgCode: by.orgCode };
  if ('registrationNo' in by) return { registrationNo: by.registrationNo };
  if ('taxNo' in by) return { taxNo: by.taxNo };
  return { 'names.name': normaliseName(by.name) };
}

/** The subject that a code or exact name leads to, or null; a name that several subjects share leads to none. */
export async function findSubject(database: HubDatabase, by: SubjectBy): Promise<SubjectDocument | null> {
  const found = await subjectModel.in(database).find(filterBy(by)).limit(2).toArray();
  return found.length === 1
    ? (found[0] ?? null)
    : (found.find((it) => 'uscc' in by && it._id === by.uscc) ?? null);
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
