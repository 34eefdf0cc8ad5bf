import { canonicalJson, sha256Hex } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { findRecordFacts, type RecordFacts } from '../../registry/records/index.ts';
import { notePassBacks, type PassBackDocument } from './pass-back-store.ts';
import { notePersons } from './person-notice-store.ts';
import { holderOf, isProof, proofDigest, wordsOf, type HolderWord } from './words-of.ts';

/** The rule by which a holder says that a record is about a natural person. */
export const PERSON_RULE = 'NATURAL_PERSON_SUBJECT';

/** The partner that brought the version a word speaks of; null: it began here; undefined: it is not known here. */
function broughtBy(record: RecordFacts | undefined, v: number): string | null | undefined {
  return record?.versions.findLast((it) => it.v === v)?.receivedFrom;
}

/**
 * Notes what has to come of a holder's word: it is passed back to each partner that brought records of it, and a person
 * found in a record that began here is noted. Durable and safe to repeat.
 *
 * @param way hubs that the word came through before this one; none for our own partner's receipt
 */
export async function noteWord(
  database: HubDatabase,
  proof: HolderWord,
  way: { via: readonly string[]; by: string },
): Promise<void> {
  const words = wordsOf(proof);
  const records = await findRecordFacts(
    database,
    words.map((it) => it.key),
  );
  const groups = Map.groupBy(words, (it) => broughtBy(records.get(it.key), it.v));
  const persons = (groups.get(null) ?? []).filter((it) => it.rule === PERSON_RULE);
  await notePersons(
    database,
    persons.map((it) => it.key),
    way.by,
  );
  const digest = proofDigest(proof);
  const createdAt = database.clock.now();
  const documents = [...groups].flatMap(([to, some]): PassBackDocument[] => {
    if (to === null || to === undefined) return [];
    const _id = sha256Hex(canonicalJson({ to, digest, via: [...way.via] }));
    // What a platform said unsigned goes on as our own statement.
    const whole = isProof(proof) && some.length === proof.records.length;
    // In part it is our own statement, and we know only of versions that we delivered.
    const keys = some.filter((it) => it.has.v === it.v).map((it) => it.key);
    if (!whole && keys.length === 0) return [];
    const rest = { via: [...way.via], proof, keys: whole ? null : keys };
    return [{ _id, to, holder: holderOf(proof), ...rest, state: 'pending', code: null, createdAt }];
  });
  await notePassBacks(database, documents);
}

/** Whether anything has to come of a partner's receipt on an envelope. @param backTo partners that brought records of it */
export function isToBeNoted(proof: HolderWord, backTo: readonly string[]): boolean {
  return backTo.length > 0 || proof.records.some((it) => it.rule === PERSON_RULE);
}
