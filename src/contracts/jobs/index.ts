import { z } from 'zod';

/**
 * THE table of jobs: name → payload schema → queue. A job is a hint that work may be due; the work itself
 * is found in MongoDB, so a lost or doubled job changes nothing.
 */
export const JOBS = {
  /** Deliver whatever is due for one partner. One queue a partner gives isolation and pause. */
  drainPartner: {
    queue: (partner: string) => `drain-${partner}`,
    payload: z.strictObject({ partner: z.string() }),
  },
  /** Run one connector, where it is due. One queue a connector: a long run holds up no other. */
  runConnector: {
    queue: (connector: string) => `run-${connector}`,
    payload: z.strictObject({ connector: z.string() }),
  },
} as const;

/** Payload of the drain job. */
export type DrainPartnerPayload = z.output<(typeof JOBS)['drainPartner']['payload']>;
