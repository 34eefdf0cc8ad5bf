import { z } from 'zod';
import { instantSchema, signatureAlgorithmSchema, slugSchema } from '../manifests/index.ts';
import { digestSchema } from './envelope.ts';

/** What became of a record at the receiver when its envelope was taken in. */
export const DISPOSITIONS = ['stored', 'duplicate', 'stale', 'conflict', 'quarantined', 'refused'] as const;
/** One word of {@link DISPOSITIONS}. */
export type Disposition = (typeof DISPOSITIONS)[number];

const dispositionSchema = z.strictObject({
  key: digestSchema,
  v: z.int().positive(),
  hash: digestSchema,
  disposition: z.enum(DISPOSITIONS),
  /** Rule that decided against the record; null where it was taken. */
  rule: z.string().nullable(),
  /** Whether the sender may pack this version anew. */
  retryable: z.boolean(),
  /** Version and hash held by the receiver, for `stale` and `conflict`. */
  held: z.strictObject({ v: z.int().positive(), hash: digestSchema }).nullable(),
});

/** A signature inside a document. */
export const signatureSchema = z.strictObject({
  keyId: z.string().min(1),
  /** Algorithm of that key; a word that differs from the key's own makes the signature void. */
  algorithm: signatureAlgorithmSchema,
  /** Signature over the canonical JSON of the document without this member, base64. */
  value: z.string().min(1),
});

/** Proof that each record of an envelope has its end at the receiver; signed after the durable commit. */
export const transportReceiptSchema = z.strictObject({
  type: z.literal('TRANSPORT'),
  protocol: z.literal('xinqiao/1'),
  envelopeId: z.string().min(1),
  envelopeDigest: digestSchema,
  sender: slugSchema,
  receiver: slugSchema,
  receivedAt: instantSchema,
  records: z.array(dispositionSchema),
  signature: signatureSchema,
});

/** The receiver's own later word on each record, after its validation. */
export const businessReceiptSchema = z.strictObject({
  type: z.literal('BUSINESS'),
  protocol: z.literal('xinqiao/1'),
  envelopeId: z.string().min(1),
  envelopeDigest: digestSchema,
  sender: slugSchema,
  receiver: slugSchema,
  decidedAt: instantSchema,
  records: z.array(
    z.strictObject({
      key: digestSchema,
      v: z.int().positive(),
      hash: digestSchema,
      outcome: z.enum(['accepted', 'refused']),
      rule: z.string().nullable(),
    }),
  ),
  signature: signatureSchema,
});

/** A parsed transport receipt. */
export type TransportReceipt = z.output<typeof transportReceiptSchema>;
/** A parsed business receipt. */
export type BusinessReceipt = z.output<typeof businessReceiptSchema>;
/** What became of one record. */
export type RecordDisposition = z.output<typeof dispositionSchema>;
/** A receipt before it is signed. */
export type Unsigned<T extends { signature: unknown }> = Omit<T, 'signature'>;
/** A receipt as it is kept; null in the place of the signature: a platform that signs nothing said it (*unsigned*). */
export type Stored<T extends { signature: unknown }> = Omit<T, 'signature'> & {
  signature: T['signature'] | null;
};
