import type { Disposition, TransportReceipt } from '../../contracts/messages/index.ts';

/**
 * Life of a delivery: `pending → packed → stored → accepted | rejected`; beside it `superseded` (a newer version
 * took its place before it was packed) and `dead` (given up, kept for a person).
 */
export type DeliveryState = 'pending' | 'packed' | 'stored' | 'accepted' | 'rejected' | 'superseded' | 'dead';

/** One version for one partner. */
export type DeliveryDocument = {
  /** `<partner>|<record key>|<version>` */
  _id: string;
  partner: string;
  mode: 'PUSH' | 'PULL';
  key: string;
  v: number;
  hash: string;
  seq: number;
  state: DeliveryState;
  dueAt: Date;
  envelope: string | null;
  disposition: Disposition | null;
  rule: string | null;
  createdAt: Date;
  settledAt: Date | null;
};

/**
 * Life of an envelope: `packing → ready → answered → settled`; `abandoned` when its packer died before it was
 * whole, `refused` when the partner refuses it for good.
 */
export type EnvelopeState = 'packing' | 'ready' | 'answered' | 'settled' | 'abandoned' | 'refused';

/** A stored batch of deliveries: the same body for every attempt, a new signature for each. */
export type EnvelopeDocument = {
  _id: string;
  partner: string;
  mode: 'PUSH' | 'PULL';
  state: EnvelopeState;
  leaseUntil: Date;
  fence: number;
  body: string | null;
  digest: string | null;
  records: number;
  attempts: number;
  nextAttemptAt: Date;
  lastError: string | null;
  receipt: TransportReceipt | null;
  createdAt: Date;
  settledAt: Date | null;
};

/** Id of the delivery of one version to one partner. */
export function deliveryId(partner: string, key: string, v: number): string {
  return `${partner}|${key}|${v}`;
}
