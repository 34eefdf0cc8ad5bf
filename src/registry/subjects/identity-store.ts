import type { Filter } from 'mongodb';
import { normaliseName, type SourceCode } from '../../domain/subject/index.ts';
import { duplicatePlaces, idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import { subjectModel, subjectOf } from './subject-store.ts';
import type { CodeConfirmation, SubjectDocument } from './subject.ts';

/** What a row about a subject is compared with. */
export type SubjectIdentity = Pick<
  SubjectDocument,
  '_id' | 'name' | 'names' | 'orgCode' | 'numbers' | 'formerCodes' | 'register' | 'confirmation' | 'status'
>;

const IDENTITY = {
  name: 1,
  'names.name': 1,
  orgCode: 1,
  numbers: 1,
  formerCodes: 1,
  register: 1,
  confirmation: 1,
  status: 1,
} as const;

/** Whether a register or two persons hold the subject's code right, whatever its checks say. */
export function isConfirmed({
  register,
  confirmation,
}: Pick<SubjectIdentity, 'register' | 'confirmation'>): boolean {
  return register !== null || confirmation !== null;
}

/** Names that a subject bears, normalised: where its register confirmed it those of the register, else every name met. */
export function namesOf({ register, names }: Pick<SubjectIdentity, 'register' | 'names'>): readonly string[] {
  return register === null ? names.map((it) => it.name) : [register.name, ...register.formerNames];
}

/** What the registry knows of these unified codes; one that it does not know is absent. */
export async function findIdentities(
  database: HubDatabase,
  usccs: readonly string[],
): Promise<Map<string, SubjectIdentity>> {
  const subjects = subjectModel.in(database);
  const found = await Promise.all(
    idChunks(usccs).map((some) =>
      subjects.find<SubjectIdentity>({ _id: { $in: some } }, { projection: IDENTITY }).toArray(),
    ),
  );
  return new Map(found.flat().map((it) => [it._id, it]));
}

/** The organisation code in a code of another kind; null where it holds none. @see GB 11714-1997 */
function orgCodeIn({ kind, code }: SourceCode): string | null {
  if (kind === 'ORGANISATION_CODE') return code;
  return kind === 'TAX_NO' && code.length === 15 ? code.slice(6) : null;
}

/** Whether a subject is one that the code leads to, by its register or by the organisation code inside its own. */
export function isNamedBy(subject: SubjectIdentity, source: SourceCode): boolean {
  return subject.numbers.includes(source.code) || subject.orgCode === orgCodeIn(source);
}

/** Every subject that one of these codes of other kinds may lead to. */
export async function findByNumbers(
  database: HubDatabase,
  sources: readonly SourceCode[],
): Promise<SubjectIdentity[]> {
  if (sources.length === 0) return [];
  const orgCodes = sources.flatMap((it) => orgCodeIn(it) ?? []);
  const ways: Filter<SubjectDocument>[] = [{ numbers: { $in: sources.map((it) => it.code) } }];
  if (orgCodes.length > 0) ways.push({ orgCode: { $in: orgCodes } });
  const found = await Promise.all(
    ways.map((it) => subjectModel.in(database).find<SubjectIdentity>(it, { projection: IDENTITY }).toArray()),
  );
  return [...new Map(found.flat().map((it) => [it._id, it])).values()];
}

/** Notes that two persons hold a code right whose check fails; the subject exists from then on. Idempotent. */
export async function confirmCode(
  database: HubDatabase,
  subject: { readonly uscc: string; readonly name: string },
  confirmation: CodeConfirmation,
): Promise<void> {
  const { uscc, name } = subject;
  const subjects = subjectModel.in(database);
  const fresh = subjectOf({ uscc, name: normaliseName(name), source: 'conversions' }, database.clock.now());
  await subjects.insertMany([fresh], { ordered: false }).catch(duplicatePlaces);
  await subjects.updateOne({ _id: uscc, confirmation: null }, { $set: { confirmation } });
}
