import type { Filter } from 'mongodb';
import { looksLikePersonName, normaliseName, subjectKindOf, usccParts } from '../../domain/subject/index.ts';
import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';
import type { SubjectBy, SubjectDocument, SubjectSeen } from './subject.ts';

/** `subjects`: one document an organisation. */
export const subjectModel = defineCollection<SubjectDocument>('subjects', [
  { keys: { orgCode: 1 } },
  { keys: { 'names.name': 1 } },
  { keys: { formerCodes: 1 } },
]);

const MAX_NAMES = 20;

function seenUpdate(seen: SubjectSeen): object[] {
  const { regionCode, orgCode } = usccParts(seen.uscc);
  const name = normaliseName(seen.name);
  const kind = subjectKindOf(seen.uscc);
  const entry = { name: { $literal: name }, source: { $literal: seen.source }, firstSeenAt: '$$NOW' };
  const names = { $ifNull: ['$names', []] };
  const known = { $in: [{ $literal: name }, { $map: { input: names, as: 'it', in: '$$it.name' } }] };
  const full = { $gte: [{ $size: names }, MAX_NAMES] };
  return [
    {
      $set: {
        names: { $cond: [{ $or: [known, full] }, names, { $concatArrays: [names, [entry]] }] },
        name: { $ifNull: ['$name', { $literal: name }] },
        kind: { $ifNull: ['$kind', kind] },
        regionCode: { $ifNull: ['$regionCode', regionCode] },
        orgCode: { $ifNull: ['$orgCode', orgCode] },
        registrationNo: { $ifNull: ['$registrationNo', null] },
        taxNo: { $ifNull: ['$taxNo', null] },
        formerCodes: { $ifNull: ['$formerCodes', []] },
        nameIsPersonLike: {
          $ifNull: ['$nameIsPersonLike', kind === 'SOLE_TRADER' && looksLikePersonName(name)],
        },
        status: { $ifNull: ['$status', 'UNKNOWN'] },
        firstSeenAt: { $ifNull: ['$firstSeenAt', '$$NOW'] },
      },
    },
  ];
}

/** Makes sure that the subjects of accepted records exist and know each name met; idempotent. */
export async function noteSubjects(database: HubDatabase, seen: readonly SubjectSeen[]): Promise<void> {
  if (seen.length === 0) return;
  await subjectModel.in(database).bulkWrite(
    seen.map((it) => ({ updateOne: { filter: { _id: it.uscc }, update: seenUpdate(it), upsert: true } })),
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
