import type {
  BusinessReceipt,
  Disposition,
  Stored,
  TransportReceipt,
} from '../../contracts/messages/index.ts';
import type { DeliveryState } from './delivery-machine.ts';
import type { EnvelopeState } from './envelope-machine.ts';

/** One version for one partner. */
export type DeliveryDocument = {
  /** `<partner>|<record key>|<version>` */
  _id: string;
  partner: string;
  mode: 'PUSH' | 'PULL';
  key: string;
  v: number;
  /** Content hash of what is sent. */
  hash: string;
  /** The version as it is, or in its place the withdrawal of the key. */
  sends: 'VERSION' | 'WITHDRAWAL';
  /** Content under this number that the partner holds from an earlier sending, or may hold (`at` null). */
  before: { hash: string; at: Date | null } | null;
  seq: number;
  state: DeliveryState;
  dueAt: Date;
  envelope: string | null;
  disposition: Disposition | null;
  rule: string | null;
  /** What a platform that is not Xinqiao said of it, free of persons' numbers; absent where it said nothing. */
  told?: { code: string; text: string };
  createdAt: Date;
  settledAt: Date | null;
};

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
  /** Attempts that failed at a partner that answered others. */
  failures: number;
  nextAttemptAt: Date;
  lastError: string | null;
  /** Partners that brought records of this envelope: they are told what became of them. */
  backTo: string[];
  receipt: Stored<TransportReceipt> | null;
  /** Later words of a platform that is not Xinqiao, unsigned, each by the answer that brought it. */
  words?: { answer: string; receipt: Stored<BusinessReceipt> }[];
  createdAt: Date;
  closedAt: Date | null;
};

/** Id of the delivery of one version to one partner. */
export function deliveryId(partner: string, key: string, v: number): string {
  return `${partner}|${key}|${v}`;
}

/** A delivery of one version to one partner that nobody has packed yet, due now. */
export function newDelivery(
  partner: string,
  version: { readonly key: string; readonly v: number; readonly hash: string; readonly seq: number },
  opened: { mode: DeliveryDocument['mode']; at: Date; sends?: DeliveryDocument['sends'] },
): DeliveryDocument {
  const { key, v, hash, seq } = version;
  return {
    _id: deliveryId(partner, key, v),
    partner,
    mode: opened.mode,
    key,
    v,
    hash,
    sends: opened.sends ?? 'VERSION',
    before: null,
    seq,
    state: 'pending',
    dueAt: opened.at,
    envelope: null,
    disposition: null,
    rule: null,
    createdAt: opened.at,
    settledAt: null,
  };
}
