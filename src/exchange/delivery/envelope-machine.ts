/**
 * Life of an envelope: `packing → ready → answered | refused | halved → closed`; `packing → abandoned → closed` when
 * its packer died before it was whole, and `ready → abandoned → closed` when a record in it may not be sent any more.
 *
 * `answered`, `refused`, `halved` and `abandoned` owe one effect on the deliveries. They last until that effect is
 * carried out, so that a crash in between is found and finished by whoever looks next.
 */
export type EnvelopeState = 'packing' | 'ready' | 'answered' | 'refused' | 'halved' | 'abandoned' | 'closed';

/** The states that owe an effect. */
export const OWING_STATES = ['answered', 'refused', 'halved', 'abandoned'] as const;

/** What the machine reads and writes of an envelope. Instants in milliseconds since 1970. */
export type EnvelopeFacts = {
  readonly state: EnvelopeState;
  /** Grows with each claim; an event of an older claim has no effect. */
  readonly fence: number;
  readonly records: number;
  /** Attempts that failed at a partner that answered others. */
  readonly failures: number;
  readonly nextAttemptAt: number;
  readonly leaseUntil: number;
};

/** What can happen to an envelope. `fence` is that of the claim the event comes from. */
export type EnvelopeEvent =
  | { readonly type: 'SEALED'; readonly fence: number; readonly records: number }
  | { readonly type: 'EXPIRED'; readonly at: number }
  | { readonly type: 'CLAIMED'; readonly at: number }
  /** Null: the partner brought the receipt by itself. */
  | { readonly type: 'ANSWERED'; readonly fence: number | null }
  /** The partner will never take this body. */
  | { readonly type: 'REFUSED'; readonly fence: number }
  /** A record in it may not be sent any more: the rest is packed anew. */
  | { readonly type: 'RECALLED'; readonly fence: number | null }
  /** `own`: the partner answers others, so the failure is this envelope's. */
  | {
      readonly type: 'FAILED';
      readonly fence: number;
      readonly own: boolean;
      readonly at: number;
      readonly delayMs: number;
    }
  | { readonly type: 'CARRIED_OUT' };

/** How long a packer or sender may be silent before another process takes the envelope over; a sender renews it. */
export const ENVELOPE_LEASE_MS = 15_000;
/** How often a living sender renews it. */
export const ENVELOPE_RENEWAL_MS = 5_000;
/** Own failures after which an envelope of several records is halved, to find the one that poisons it. */
export const HALVE_AFTER = 2;
/** Own failures after which a record alone is given up. */
export const GIVE_UP_AFTER = 5;

function failed(envelope: EnvelopeFacts, event: EnvelopeEvent & { type: 'FAILED' }): EnvelopeFacts {
  const failures = envelope.failures + (event.own ? 1 : 0);
  // The fence grows, so that the same failure is not counted twice.
  const fence = envelope.fence + 1;
  const next = {
    ...envelope,
    fence,
    failures,
    leaseUntil: event.at,
    nextAttemptAt: event.at + event.delayMs,
  };
  if (!event.own) return next;
  if (envelope.records > 1) return failures >= HALVE_AFTER ? { ...next, state: 'halved' } : next;
  return failures >= GIVE_UP_AFTER ? { ...next, state: 'refused' } : next;
}

function fromPacking(envelope: EnvelopeFacts, event: EnvelopeEvent): EnvelopeFacts | null {
  if (event.type === 'SEALED') return { ...envelope, state: 'ready', records: event.records };
  const expired = event.type === 'EXPIRED' && envelope.leaseUntil <= event.at;
  return expired ? { ...envelope, state: 'abandoned' } : null;
}

function fromReady(envelope: EnvelopeFacts, event: EnvelopeEvent): EnvelopeFacts | null {
  switch (event.type) {
    case 'CLAIMED': {
      const free = envelope.leaseUntil <= event.at && envelope.nextAttemptAt <= event.at;
      const claimed = { fence: envelope.fence + 1, leaseUntil: event.at + ENVELOPE_LEASE_MS };
      return free ? { ...envelope, ...claimed } : null;
    }
    case 'ANSWERED':
      return { ...envelope, state: 'answered' };
    case 'REFUSED':
      // One record that the partner cannot read must not take its neighbours with it.
      return { ...envelope, state: envelope.records > 1 ? 'halved' : 'refused' };
    case 'RECALLED':
      return { ...envelope, state: 'abandoned' };
    case 'FAILED':
      return failed(envelope, event);
    case 'SEALED':
    case 'EXPIRED':
    case 'CARRIED_OUT':
      return null;
  }
}

/**
 * What an event makes of an envelope. Pure; the store writes the result only where the envelope still stands as it
 * was read.
 *
 * @returns the envelope afterwards; null for an event that is late, stale or out of place: it has no effect
 * @see the design of delivery, "Envelope" and "Only dispositions marked retryable"
 */
export function moveEnvelope(envelope: EnvelopeFacts, event: EnvelopeEvent): EnvelopeFacts | null {
  // A receipt without a fence was brought by the partner: it is its word on this very body, whoever claimed it.
  if ('fence' in event && event.fence !== null && event.fence !== envelope.fence) return null;
  switch (envelope.state) {
    case 'packing':
      return fromPacking(envelope, event);
    case 'ready':
      return fromReady(envelope, event);
    case 'closed':
      return null;
    case 'answered':
    case 'refused':
    case 'halved':
    case 'abandoned':
      return event.type === 'CARRIED_OUT' ? { ...envelope, state: 'closed' } : null;
  }
}
