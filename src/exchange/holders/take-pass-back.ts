import type { HolderProof, PassedBack } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { TOMBSTONE_REASONS, tombstoneHash } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { findRecordFacts, type RecordFacts } from '../../registry/records/index.ts';
import { findSent } from '../delivery/index.ts';
import type { Caller } from '../partners/index.ts';
import { verifyDocument } from '../protocol/index.ts';
import { holderOf, instantOf, noteWord, proofDigest, wordsOf, type RecordWord } from '../word-back/index.ts';
import { countHoldings, foldWords, type GoodWord, type HoldingDocument } from './holding-store.ts';

/** Most holders of one record that partners may report: a partner that invents holders comes to an end. */
export const MAX_HOLDERS = 200;

const TOMBSTONE_HASHES: ReadonlySet<string> = new Set(
  TOMBSTONE_REASONS.filter((it) => it !== 'REKEYED').map(tombstoneHash),
);

function invalid(partner: PartnerTerms, why: string): HubError {
  return new HubError('PASS_BACK_INVALID', 'refused', `what ${partner.id} passes back is not usable: ${why}`);
}

/** The hubs of an item must tell one story: who delivered to whom, and through whom the word came here. */
function checkWay(caller: Caller, partner: PartnerTerms, item: PassedBack): void {
  const { holder, via, proof } = item;
  const self = caller.directory.hub.id;
  if (via.at(-1) !== partner.id) throw invalid(partner, 'the last hub of its way is not the caller');
  if (new Set([...via, holder, self]).size !== via.length + 2)
    throw invalid(partner, 'its way goes in a circle');
  if (holderOf(proof) !== holder) throw invalid(partner, 'it is the word of another holder');
  const fits = proof.type === 'HOLDING' ? via.includes(proof.hub) : proof.sender === via[0];
  if (!fits) throw invalid(partner, 'it speaks of a delivery by another hub');
}

/**
 * Who vouches for a proof. Where the signer's key is known, the signature must verify.
 *
 * @returns null: the holder itself; else the hub that attests it
 * @throws PASS_BACK_INVALID
 */
function attesterOf(caller: Caller, partner: PartnerTerms, proof: HolderProof): string | null {
  const signerId = proof.type === 'HOLDING' ? proof.hub : proof.receiver;
  const signer = caller.directory.find(signerId);
  const at = Date.parse(instantOf(proof)) / 1_000;
  const key = signer === null ? null : caller.directory.findKey(signer, proof.signature.keyId, at);
  if (key === null) {
    if (signerId === partner.id) throw invalid(partner, 'it is signed by a key that is not known');
    return partner.id;
  }
  if (!verifyDocument(proof, key)) throw invalid(partner, `its signature by ${signerId} does not verify`);
  return proof.type === 'HOLDING' ? proof.hub : null;
}

/** What an item says, once its way and signature are found to be good. */
type Verified = {
  readonly item: PassedBack;
  readonly words: RecordWord[];
  readonly attestedBy: string | null;
};

/** Every record must be held here in that version, and have been delivered to the partner. */
async function checkDelivered(
  caller: Caller,
  partner: PartnerTerms,
  verified: readonly Verified[],
): Promise<Map<string, RecordFacts>> {
  const { database } = caller;
  const records = verified.flatMap((it) => it.item.proof.records.map(({ key, v }) => ({ key, v })));
  const documents = await findRecordFacts(database, [...new Set(records.map((it) => it.key))]);
  const sent = await findSent(database, partner.id, records);
  for (const { key, v } of records) {
    const known = documents.get(key)?.versions.some((it) => it.v === v) === true;
    if (known && sent.has(`${key} ${v}`)) continue;
    const message = `record ${key}, version ${v}, was not delivered to ${partner.id}`;
    throw new HubError('PASS_BACK_UNKNOWN', 'refused', message);
  }
  return documents;
}

/** The version that every holder of a record should have. */
export function dueOf(record: RecordFacts): HoldingDocument['due'] {
  const newest = record.versions.at(-1);
  if (newest === undefined) throw new TypeError('a record has at least one version');
  const { v, hash, operation, knownFrom } = newest;
  return { v, hash, withdraws: operation === 'WITHDRAW', at: knownFrom };
}

function goodWords(verified: Verified, documents: ReadonlyMap<string, RecordFacts>): GoodWord[] {
  const { item, words, attestedBy } = verified;
  const { holder, via, proof } = item;
  const at = new Date(instantOf(proof)).toISOString();
  const digest = proof.type === 'HOLDING' ? proof.proofDigest : proofDigest(proof);
  return words.flatMap(({ key, has, outcome, rule }): GoodWord[] => {
    const record = documents.get(key);
    if (record === undefined) return [];
    const ofOurs = record.versions.find((it) => it.v === has.v && it.hash === has.hash);
    const withdraws = TOMBSTONE_HASHES.has(has.hash) || ofOurs?.operation === 'WITHDRAW';
    const word = { ...has, outcome, rule, at, digest, withdraws, attestedBy };
    return [{ key, holder, via, word, due: dueOf(record) }];
  });
}

async function checkNumber(database: HubDatabase, words: readonly GoodWord[]): Promise<void> {
  const known = await countHoldings(database, [...new Set(words.map((it) => it.key))]);
  for (const { key, holder, via } of words) {
    const ids = (known.get(key) ?? new Set()).add(`${key}|${holder}|${via.join('>')}`);
    known.set(key, ids);
    if (ids.size <= MAX_HOLDERS) continue;
    throw new HubError(
      'PASS_BACK_TOO_MANY',
      'refused',
      `record ${key} would have over ${MAX_HOLDERS} holders`,
    );
  }
}

/**
 * Takes receipts that a partner passes back: all of them or none. What they say of holders is folded in, and goes on to
 * the partner that brought the record, or ends here where it began. The same again has no further effect.
 *
 * @throws PASS_BACK_INVALID, PASS_BACK_UNKNOWN, PASS_BACK_TOO_MANY
 */
export async function takePassedBack(
  caller: Caller,
  partner: PartnerTerms,
  items: readonly PassedBack[],
): Promise<void> {
  const { database } = caller;
  const verified = items.map((item): Verified => {
    checkWay(caller, partner, item);
    return { item, words: wordsOf(item.proof), attestedBy: attesterOf(caller, partner, item.proof) };
  });
  const documents = await checkDelivered(caller, partner, verified);
  const words = verified.flatMap((it) => goodWords(it, documents));
  await checkNumber(database, words);
  await foldWords(database, words);
  for (const { item } of verified) {
    await noteWord(database, item.proof, { via: item.via, by: item.holder });
  }
}
