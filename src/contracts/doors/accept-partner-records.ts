import type { RecordDisposition, WireRecord } from '../messages/index.ts';

/** Where a batch of records on the wire came from. */
export type PartnerBatchOrigin = {
  /** Partner that sent the envelope. */
  readonly partner: string;
  /** Envelope id; the same id twice is the same message. */
  readonly messageId: string;
  /** When the partner packed the envelope, ISO 8601 UTC. */
  readonly sentAt?: string | undefined;
};

/**
 * Door of `intake`, used by `exchange`: takes records of a partner the same way as a department's – person guard,
 * validation, quarantine, registry – and answers with one disposition per record, in the order given.
 * Idempotent: the same message again gives the same dispositions and no further effect.
 */
export type AcceptPartnerRecords = (
  records: readonly WireRecord[],
  from: PartnerBatchOrigin,
) => Promise<readonly RecordDisposition[]>;
