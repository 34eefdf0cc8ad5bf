import type {
  BusinessReceipt,
  HolderProof,
  Stored,
  TransportReceipt,
} from '../../contracts/messages/index.ts';
import { canonicalJson, sha256Hex } from '../../domain/record/index.ts';

/** A holder's word as it is kept: a proof, or the unsigned receipt of a platform that is not Xinqiao. */
export type HolderWord = HolderProof | Stored<TransportReceipt> | Stored<BusinessReceipt>;

/** Whether a word is signed, so that others can check it. */
export function isProof(word: HolderWord): word is HolderProof {
  return word.signature !== null;
}

/** What a proof says of one record. */
export type RecordWord = {
  readonly key: string;
  /** Version that was sent. */
  readonly v: number;
  /** Version and content that the holder has now, or refused. */
  readonly has: { readonly v: number; readonly hash: string };
  readonly outcome: 'taken' | 'refused';
  readonly rule: string | null;
};

/** Rule of a receipt for a version that its giver has a newer one of. */
export const NEWER_VERSION_KNOWN = 'NEWER_VERSION_KNOWN';

function transportWords(proof: HolderWord & { type: 'TRANSPORT' }): RecordWord[] {
  return proof.records.flatMap((it): RecordWord[] => {
    const { key, v, hash, disposition, rule, held, retryable } = it;
    if (disposition === 'stored' || disposition === 'duplicate')
      return [{ key, v, has: { v, hash }, outcome: 'taken', rule: null }];
    // It holds another version, which it names: that is a word on the other one.
    if (held !== null) return [{ key, v, has: held, outcome: 'taken', rule: null }];
    return retryable ? [] : [{ key, v, has: { v, hash }, outcome: 'refused', rule }];
  });
}

function businessWords(proof: HolderWord & { type: 'BUSINESS' }): RecordWord[] {
  return proof.records.flatMap(({ key, v, hash, outcome, rule }): RecordWord[] => {
    if (outcome === 'accepted') return [{ key, v, has: { v, hash }, outcome: 'taken', rule: null }];
    return rule === NEWER_VERSION_KNOWN ? [] : [{ key, v, has: { v, hash }, outcome: 'refused', rule }];
  });
}

/** What a proof says, record by record; what is to be sent again is no word yet. */
export function wordsOf(proof: HolderWord): RecordWord[] {
  switch (proof.type) {
    case 'TRANSPORT':
      return transportWords(proof);
    case 'BUSINESS':
      return businessWords(proof);
    case 'HOLDING':
      return proof.records.map(({ key, v, hash, outcome, rule }) => ({
        ...{ key, v, outcome, rule },
        has: { v, hash },
      }));
  }
}

/** When the holder gave its word, by its own clock; ISO 8601, UTC. */
export function instantOf(proof: HolderWord): string {
  switch (proof.type) {
    case 'TRANSPORT':
      return proof.receivedAt;
    case 'BUSINESS':
      return proof.decidedAt;
    case 'HOLDING':
      return proof.at;
  }
}

/** Who gave it. */
export function holderOf(proof: HolderWord): string {
  return proof.type === 'HOLDING' ? proof.holder : proof.receiver;
}

/** SHA-256 over the canonical JSON of a proof, signature included. */
export function proofDigest(proof: HolderWord): string {
  return sha256Hex(canonicalJson(proof));
}
