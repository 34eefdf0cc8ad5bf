import { readRegisterEntry } from '../../domain/register/index.ts';
import { normaliseName } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  conversionId,
  listWaitingFor,
  moveConversion,
  resolveCodes,
  type ConversionDocument,
  type Resolution,
} from '../conversions/index.ts';
import { findRecords, listRegistrations, newestVersion, type RecordDocument } from '../records/index.ts';
import {
  findIdentities,
  namesOf,
  setRegister,
  type RegisterWord,
  type SubjectIdentity,
  type SubjectRegister,
} from '../subjects/index.ts';

/** Codes of the queue that one batch of entries settles; the rest is settled when its rows come again. */
const MAX_SETTLED = 5_000;

function registerOf(record: RecordDocument): SubjectRegister {
  const { v, statement } = newestVersion(record);
  const name = normaliseName(record.subjectName);
  return { ...readRegisterEntry(statement), name, changedOn: record.head.decidedOn, record: record._id, v };
}

/** The entry changed last; of one day the one whose key is greater, so that every process takes the same. */
function newestOf(entries: readonly RecordDocument[]): RecordDocument | null {
  const order = ({ head, _id }: RecordDocument): string => `${head.decidedOn} ${_id}`;
  return entries.reduce<RecordDocument | null>(
    (best, it) => (best === null || order(it) > order(best) ? it : best),
    null,
  );
}

/** Whether a subject bears one of the names that sources gave with a code. */
function isOneOf(subject: SubjectIdentity, names: readonly string[]): boolean {
  const known = namesOf(subject);
  return names.length === 0 || names.some((it) => known.includes(it));
}

function movedTo({ names }: ConversionDocument, { candidates, decided }: Resolution) {
  const codes = candidates.map((it) => it._id);
  const [only] = candidates;
  if (only === undefined) return { state: 'waiting' as const, uscc: null, candidates: codes };
  const sure = candidates.length === 1 && (decided || isOneOf(only, names));
  return sure
    ? { state: 'converted' as const, uscc: only._id, candidates: codes }
    : { state: 'conflict' as const, uscc: null, candidates: codes };
}

/** Looks again at the codes that wait and that these subjects may be meant by. */
async function settleQueue(database: HubDatabase, usccs: readonly string[]): Promise<void> {
  const identities = await findIdentities(database, usccs);
  const keys = [...identities.values()].flatMap((it) => [it._id, it.orgCode, ...it.numbers]);
  const waiting = await listWaitingFor(database, keys, MAX_SETTLED);
  const resolved = await resolveCodes(database, waiting);
  for (const it of waiting) {
    const resolution = resolved.get(conversionId(it));
    if (resolution !== undefined) await moveConversion(database, it._id, movedTo(it, resolution));
  }
}

/**
 * Brings subjects to what the newest living entries of the subject register say of them, and settles the codes of the
 * conversion queue that they answer. It reads what the registry holds, so that repeating it, in any order and after any
 * crash, comes to the same.
 *
 * @param keys records of kind REGISTRATION that changed; at most 500. A withdrawal may say nothing of its subject, so
 *   that the record is asked
 * @param source connector or hub that brought them
 */
export async function projectRegister(
  database: HubDatabase,
  keys: readonly string[],
  source: string,
): Promise<void> {
  if (keys.length === 0) return;
  const changed = await findRecords(database, keys);
  const about = [...new Set(changed.map((it) => it.subject))];
  const entries = Map.groupBy(await listRegistrations(database, about), (it) => it.subject);
  const words = about.map((uscc): RegisterWord => {
    const newest = newestOf(entries.get(uscc) ?? []);
    return { uscc, register: newest === null ? null : registerOf(newest), source };
  });
  await setRegister(database, words);
  await settleQueue(database, about);
}
