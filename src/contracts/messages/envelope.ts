import { z } from 'zod';
import {
  calendarDaySchema,
  disclosureClassSchema,
  instantSchema,
  recordKindSchema,
  regionCodeSchema,
  slugSchema,
  usccFormSchema,
} from '../manifests/index.ts';

/** SHA-256 in lower-case hexadecimal. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 in lower-case hexadecimal');

/** Most records in one envelope. */
export const MAX_ENVELOPE_RECORDS = 500;
/** Largest envelope body, in bytes. */
export const MAX_ENVELOPE_BYTES = 1_048_576;

/** An authority as records name it. */
export const authoritySchema = z.strictObject({
  name: z.string().min(1).max(200),
  uscc: usccFormSchema,
  region: regionCodeSchema,
});

/** One version of one record on the wire. */
export const wireRecordSchema = z.strictObject({
  key: digestSchema,
  /** Version number given by the origin, counted from 1. */
  v: z.int().positive(),
  /** Content hash of `statement`: SHA-256 over its canonical JSON. */
  hash: digestSchema,
  operation: z.enum(['UPSERT', 'CORRECT', 'WITHDRAW']),
  kind: recordKindSchema,
  dataset: z.string().min(1),
  itemCode: z.string().min(1),
  subject: z.strictObject({ uscc: usccFormSchema, name: z.string().min(1).max(200) }),
  producer: authoritySchema,
  /** Hub that first accepted the record. */
  origin: slugSchema,
  /** Hubs the version went through, the origin first. */
  via: z.array(slugSchema).min(1),
  disclosure: z.strictObject({
    class: disclosureClassSchema,
    publishable: z.boolean(),
    reason: z.string().nullable(),
  }),
  /** When the origin accepted this version. */
  acceptedAt: instantSchema,
  decidedOn: calendarDaySchema,
  /** Days on which the statement is in force; null where it never was. */
  validFrom: calendarDaySchema.nullable(),
  validUntil: calendarDaySchema.nullable(),
  /** Source and run at the origin, for provenance. */
  provenance: z.strictObject({
    source: z.string().min(1),
    run: z.string().min(1),
    ruleVersion: z.string().min(1),
    legalBasis: z.strictObject({ document: z.string().min(1), article: z.string().min(1) }),
  }),
  /** Key of the record that this one stands in for, after a corrected key field. */
  replaces: digestSchema.nullable(),
  statement: z.record(z.string(), z.json()),
});

/** A stored batch of record versions for one partner. */
export const envelopeSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  id: z.string().min(1).max(100),
  sender: slugSchema,
  receiver: slugSchema,
  sentAt: instantSchema,
  records: z.array(wireRecordSchema).min(1).max(MAX_ENVELOPE_RECORDS),
});

/** One version of one record on the wire. */
export type WireRecord = z.output<typeof wireRecordSchema>;
/** A parsed envelope. */
export type Envelope = z.output<typeof envelopeSchema>;
