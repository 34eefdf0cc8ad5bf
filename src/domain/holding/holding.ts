/** A holder's word on one version of a record, as its receipt has it. */
export type HolderWord = {
  /** Version it speaks of, and the content hash it has of it. */
  readonly v: number;
  readonly hash: string;
  readonly outcome: 'taken' | 'refused';
  /** Rule of the refusal; null where it was taken. */
  readonly rule: string | null;
  /** When, by the holder's clock; ISO 8601, UTC. */
  readonly at: string;
  /** SHA-256 of the receipt. */
  readonly digest: string;
  /** Whether what was taken is a withdrawal. */
  readonly withdraws: boolean;
};

/** What is known of one holder of one record: the last version that it took, and the last one that it refused. */
export type Holding<Word extends HolderWord = HolderWord> = {
  readonly taken: Word | null;
  readonly refused: Word | null;
};

/** A holder of which nothing is known. */
export const NO_HOLDING: Holding<never> = { taken: null, refused: null };

/** Place of a word among all words of one holder on one record: by version, then by the holder's clock. */
export function orderOfWord(word: Pick<HolderWord, 'v' | 'at' | 'digest'>): string {
  return `${String(word.v).padStart(10, '0')} ${word.at} ${word.digest}`;
}

function later<Word extends HolderWord>(known: Word | null, word: Word): Word {
  return known === null || orderOfWord(word) > orderOfWord(known) ? word : known;
}

/** Adds a word to what is known. In whatever order words come, and however often, the result is the same. */
export function foldWord<Word extends HolderWord>(holding: Holding<Word>, word: Word): Holding<Word> {
  return word.outcome === 'taken'
    ? { ...holding, taken: later(holding.taken, word) }
    : { ...holding, refused: later(holding.refused, word) };
}

/** How a holder stands: it has the newest version; nobody knows; it holds the withdrawal; it refused. */
export const HOLDER_STATES = ['CONFIRMED', 'UNKNOWN', 'WITHDRAWN', 'REFUSED'] as const;
/** One word of {@link HOLDER_STATES}. */
export type HolderState = (typeof HOLDER_STATES)[number];

/** The version that a holder should have. */
export type DueVersion = { readonly v: number; readonly hash: string; readonly withdraws: boolean };

/**
 * How a holder stands against the version that it should have. Who has not confirmed exactly that one is UNKNOWN; who
 * holds any withdrawal holds nothing more that could be wrong.
 */
export function decideHolderState(holding: Holding, due: DueVersion): HolderState {
  const { taken, refused } = holding;
  if (refused !== null && (taken === null || orderOfWord(refused) > orderOfWord(taken))) return 'REFUSED';
  if (taken === null) return 'UNKNOWN';
  if (taken.withdraws) return 'WITHDRAWN';
  return taken.v === due.v && taken.hash === due.hash ? 'CONFIRMED' : 'UNKNOWN';
}
