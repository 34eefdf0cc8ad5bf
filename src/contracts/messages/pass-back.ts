import { z } from 'zod';
import { instantSchema, slugSchema } from '../manifests/index.ts';
import { digestSchema, MAX_ENVELOPE_RECORDS } from './envelope.ts';
import { businessReceiptSchema, signatureSchema, transportReceiptSchema } from './receipt.ts';

/** Most receipts that are passed back in one request. */
export const MAX_PASSED_BACK = 20;
/** Most hubs between a holder and the hub that is told. */
export const MAX_PASSED_THROUGH = 16;

/**
 * What a hub says of a holder where it may not show the holder's receipt: that speaks of records of others too. Signed by
 * the hub that saw the receipt.
 */
export const holdingStatementSchema = z.strictObject({
  type: z.literal('HOLDING'),
  protocol: z.literal('xinqiao/1'),
  /** Hub that states it. */
  hub: slugSchema,
  holder: slugSchema,
  /** SHA-256 over the canonical JSON of the receipt, or of the statement, that it is taken from. */
  proofDigest: digestSchema,
  /** When the holder signed, by its own clock. */
  at: instantSchema,
  records: z
    .array(
      z.strictObject({
        key: digestSchema,
        v: z.int().positive(),
        hash: digestSchema,
        outcome: z.enum(['taken', 'refused']),
        rule: z.string().max(100).nullable(),
      }),
    )
    .min(1)
    .max(MAX_ENVELOPE_RECORDS),
  signature: signatureSchema,
});

/** A holder's word: its own receipt, or what a hub on the way states of it. */
export const holderProofSchema = z
  .discriminatedUnion('type', [transportReceiptSchema, businessReceiptSchema, holdingStatementSchema])
  .refine((proof) => proof.records.length <= MAX_ENVELOPE_RECORDS, {
    path: ['records'],
    error: `at most ${MAX_ENVELOPE_RECORDS} records`,
  });

/** One receipt on its way back to the origin of its records. */
export const passedBackSchema = z.strictObject({
  holder: slugSchema,
  /** Hubs it came through: the one that delivered to the holder first, the caller last. */
  via: z.array(slugSchema).min(1).max(MAX_PASSED_THROUGH),
  proof: holderProofSchema,
});

/** A parsed statement of a holding. */
export type HoldingStatement = z.output<typeof holdingStatementSchema>;
/** A holder's word, parsed. */
export type HolderProof = z.output<typeof holderProofSchema>;
/** One parsed receipt on its way back. */
export type PassedBack = z.output<typeof passedBackSchema>;
