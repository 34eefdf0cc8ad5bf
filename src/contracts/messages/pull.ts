import { z } from 'zod';
import { slugSchema } from '../manifests/index.ts';
import { MAX_ENVELOPE_RECORDS } from './envelope.ts';
import { MAX_PASSED_BACK, passedBackSchema } from './pass-back.ts';
import { businessReceiptSchema, transportReceiptSchema } from './receipt.ts';

/** A puller asks for the changes it is owed after a position of the sender's sequence. */
export const pullRequestSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  puller: slugSchema,
  /** Position already taken in; 0 for the beginning. */
  afterSeq: z.int().min(0),
  limit: z.int().min(1).max(MAX_ENVELOPE_RECORDS).default(MAX_ENVELOPE_RECORDS),
});

/** The answer: a signed envelope or null, and the position reached. */
export const pullAnswerSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  /** Who asked, and from where: the answer is good for this question alone. */
  puller: slugSchema,
  afterSeq: z.int().min(0),
  /** Body of the envelope exactly as its digest covers it, or null when nothing is owed. */
  envelope: z.string().nullable(),
  digest: z.string().nullable(),
  throughSeq: z.int().min(0),
  more: z.boolean(),
});

/** What the receipts endpoint takes: a fetch of business receipts, the return of a puller's own receipts, or
 * receipts of holders on their way back to the origin of their records. */
export const receiptsRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({
    protocol: z.literal('xinqiao/1'),
    type: z.literal('FETCH'),
    /** Position reached so far; `0` for the beginning. */
    after: z.string().regex(/^\d{1,15}$/),
    limit: z.int().min(1).max(100).default(20),
  }),
  z.strictObject({
    protocol: z.literal('xinqiao/1'),
    type: z.literal('RETURN'),
    transport: transportReceiptSchema,
    business: businessReceiptSchema.nullable(),
  }),
  z.strictObject({
    protocol: z.literal('xinqiao/1'),
    type: z.literal('PASS_BACK'),
    items: z.array(passedBackSchema).min(1).max(MAX_PASSED_BACK),
  }),
]);

/** Business receipts in the order of their issue and the position reached. */
export const receiptsAnswerSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  receipts: z.array(z.json()),
  next: z.string(),
  more: z.boolean(),
});

/** A parsed pull request. */
export type PullRequest = z.output<typeof pullRequestSchema>;
/** A parsed answer to a pull. */
export type PullAnswer = z.output<typeof pullAnswerSchema>;
