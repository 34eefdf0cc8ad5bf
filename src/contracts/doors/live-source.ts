import type { WireRecord } from '../messages/index.ts';

/** A record of a live source: mapped and validated like a collected one, answered and never stored. */
export type LiveRecord = Pick<
  WireRecord,
  | 'key'
  | 'hash'
  | 'kind'
  | 'dataset'
  | 'subject'
  | 'producer'
  | 'disclosure'
  | 'decidedOn'
  | 'validFrom'
  | 'validUntil'
  | 'statement'
> & {
  /** Legal basis, connector and manifest revision. */
  readonly provenance: WireRecord['provenance'];
};

/** What a live source answered for a list of subjects. */
export type LiveAnswer = {
  readonly records: readonly LiveRecord[];
  /** Rows that failed a check or are about a person: counted, not shown. */
  readonly withheld: number;
  /** Codes for which the source gave no answer, and why; the others stand. */
  readonly unanswered?: ReadonlyMap<string, 'TIMEOUT' | 'UNAVAILABLE'>;
};

/** One question to one live source. */
export type LiveQuestion = {
  /** Unified social credit codes, former ones included; at most 500. */
  readonly codes: readonly string[];
  /** Ends the work down to the driver. */
  readonly signal: AbortSignal;
  /** Time that is left for it, in milliseconds; its own limit where absent or larger. */
  readonly timeoutMs?: number;
};

/** A source that is asked at query time. */
export type LiveSource = {
  readonly connector: string;
  /** Dataset name without version. */
  readonly dataset: string;
  /** GB/T 2260 region of the department. */
  readonly region: string;
  readonly timeoutMs: number;
  /**
   * Asks once for all codes.
   *
   * @throws LIVE_TIMEOUT, LIVE_UNAVAILABLE, LIVE_RESTING (transient); no message names an address
   */
  ask(question: LiveQuestion): Promise<LiveAnswer>;
  /** Ends its connections. */
  close?(): Promise<void>;
};
