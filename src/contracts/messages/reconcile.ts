import { z } from 'zod';
import { instantSchema, slugSchema } from '../manifests/index.ts';
import { digestSchema } from './envelope.ts';
import { signatureSchema } from './receipt.ts';

/** Buckets: the first three hexadecimal digits of a record key. */
export const RECONCILE_BUCKETS = 4_096;
/** Groups of {@link RECONCILE_BUCKETS}: 64 buckets each. */
export const RECONCILE_GROUPS = 64;
/** Leaves: the first four hexadecimal digits of a record key, 16 a bucket. */
export const RECONCILE_LEAVES = 65_536;
/** Most elements of one leaf; a side that holds more is compared by bucket file. */
export const MAX_LEAF_ELEMENTS = 4_096;
/** Most leaves in one question. */
export const MAX_ASKED_LEAVES = 4_096;

const protocol = z.literal('xinqiao/1');
const wholeNumber = z.int().min(0);

/** Base64 of at most so many bytes. */
const packedSchema = (maxBytes: number) =>
  z
    .string()
    .max(Math.ceil(maxBytes / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'base64');
/** 64 sums of 8 bytes. */
const sumsOf64 = packedSchema(64 * 8);
/** 16 sums of 8 bytes. */
const sumsOf16 = packedSchema(16 * 8);

/** One side's set of elements at a position of its sequence. */
export const reconcileSideSchema = z.strictObject({
  /** Position of that side's own sequence that the set includes. */
  seq: wholeNumber,
  at: instantSchema,
  count: wholeNumber,
  /** Sum of the elements' fingerprints modulo 2^64, hexadecimal. */
  sum: z.string().regex(/^[0-9a-f]{16}$/, '16 hexadecimal digits'),
  /** Merkle root over the elements. */
  root: digestSchema,
});

/** What a sender owes, and what is not part of it because it was refused, is kept back or is under way. */
export const reconcileOwedSchema = reconcileSideSchema.extend({
  apart: z.strictObject({ refused: wholeNumber, held: wholeNumber, inFlight: wholeNumber }),
});

/** How many records of each class a comparison found; seen from the sender. */
export const reconcileFoundSchema = z.strictObject({
  at: instantSchema,
  missingThere: wholeNumber,
  missingHere: wholeNumber,
  staleThere: wholeNumber,
  staleHere: wholeNumber,
  conflicting: wholeNumber,
  /** Differences that moved while the two were compared; no difference of the two sets. */
  inFlight: wholeNumber,
  /** False: there are more than were looked at. */
  complete: z.boolean(),
});

/**
 * What two hubs say of one set of records, each with its own signature. Each signature covers the canonical JSON of
 * `type`, `protocol`, `sender`, `receiver` and every part up to its own: `owed`; `owed` and `held`; all three.
 */
export const reconciliationStatementSchema = z.strictObject({
  type: z.literal('RECONCILIATION'),
  protocol,
  sender: slugSchema,
  receiver: slugSchema,
  owed: reconcileOwedSchema,
  held: reconcileSideSchema,
  /** Null where the roots are equal: then there is nothing to find. */
  found: reconcileFoundSchema.nullable(),
  signatures: z.strictObject({
    /** The sender's, over `owed`. */
    owed: signatureSchema,
    /** The receiver's, over `owed` and `held`. */
    held: signatureSchema,
    /** The sender's over all three, and the receiver's over the same; null together with `found`. */
    found: signatureSchema.nullable(),
    seen: signatureSchema.nullable(),
  }),
});

/** Number of a bucket among all, and of a leaf among all. */
const bucketSchema = z
  .int()
  .min(0)
  .max(RECONCILE_BUCKETS - 1);
const leafSchema = z
  .int()
  .min(0)
  .max(RECONCILE_LEAVES - 1);

/** What a sender asks of a receiver, step by step; `INVITE` is the receiver's own question. */
export const reconcileRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({
    protocol,
    type: z.literal('OPEN'),
    owed: reconcileOwedSchema,
    signature: signatureSchema,
    /** The receiver, too, reads every record anew. */
    rebuild: z.boolean(),
  }),
  z.strictObject({
    protocol,
    type: z.literal('BUCKETS'),
    /** Our sums of the buckets of each group that differs; ascending. */
    groups: z
      .array(z.strictObject({ group: z.int().min(0).max(63), sums: sumsOf64 }))
      .min(1)
      .max(RECONCILE_GROUPS),
  }),
  z.strictObject({
    protocol,
    type: z.literal('LEAVES'),
    /** Our fingerprints in each leaf that differs, 8 bytes each; ascending. */
    leaves: z
      .array(
        z.strictObject({
          leaf: leafSchema,
          prints: packedSchema(MAX_LEAF_ELEMENTS * 8),
        }),
      )
      .min(1)
      .max(MAX_ASKED_LEAVES),
  }),
  z.strictObject({
    protocol,
    type: z.literal('CLOSE'),
    owed: reconcileOwedSchema,
    held: reconcileSideSchema,
    found: reconcileFoundSchema,
    signature: signatureSchema,
  }),
  z.strictObject({ protocol, type: z.literal('INVITE'), heal: z.boolean() }),
]);

/** What the receiver holds; where the roots differ, its sums of the 64 groups. */
export const reconcileOpenSchema = z.strictObject({
  protocol,
  held: reconcileSideSchema,
  signature: signatureSchema,
  sums: sumsOf64.nullable(),
});

/** The receiver's sums of the 16 leaves of each asked bucket that differs; ascending. */
export const reconcileBucketsSchema = z.strictObject({
  protocol,
  buckets: z
    .array(
      z.strictObject({
        bucket: bucketSchema,
        sums: sumsOf16,
      }),
    )
    .max(RECONCILE_BUCKETS),
});

/** The first of the asked leaves, at least one: what the receiver lacks and what it has beyond. */
export const reconcileLeavesSchema = z.strictObject({
  protocol,
  leaves: z
    .array(
      z.strictObject({
        leaf: leafSchema,
        /** Those of the asked fingerprints that the receiver does not have, 8 bytes each. */
        lacks: packedSchema(MAX_LEAF_ELEMENTS * 8),
        /** Elements that were not asked about, 72 bytes each: key, version (big endian), content hash. */
        has: packedSchema(MAX_LEAF_ELEMENTS * 72),
      }),
    )
    .min(1)
    .max(MAX_ASKED_LEAVES),
});

/** The receiver's signature over what the sender found. */
export const reconcileCloseSchema = z.strictObject({ protocol, signature: signatureSchema });

/** What an invited sender found, and how many records it sends again. */
export const reconcileInvitedSchema = z.strictObject({
  protocol,
  equal: z.boolean(),
  records: wholeNumber,
  differences: wholeNumber,
  inFlight: wholeNumber,
  driven: wholeNumber,
});

/**
 * First line of a file by which a partner without the endpoint compares: of `BUCKETS`, 4,096 rows of 48 bytes follow; of
 * `ELEMENTS`, the elements of some buckets, 72 bytes each.
 */
export const reconcileFileSchema = z.strictObject({
  type: z.enum(['RECONCILIATION_BUCKETS', 'RECONCILIATION_ELEMENTS']),
  protocol,
  sender: slugSchema,
  receiver: slugSchema,
  /** Whose set: what the sender owes, or what the receiver holds. The one whose set it is signs. */
  side: z.enum(['OWED', 'HELD']),
  ...reconcileSideSchema.shape,
  /** The buckets whose elements follow; empty for rows. */
  buckets: z.array(bucketSchema).max(RECONCILE_BUCKETS),
  /** SHA-256 over the bytes behind the line. */
  digest: digestSchema,
  signature: signatureSchema,
});

/** First line of a bucket or element file. */
export type ReconcileFileHeader = z.output<typeof reconcileFileSchema>;
/** The current version of one record: what two hubs must agree on. */
export type ReconcileElement = { readonly key: string; readonly v: number; readonly hash: string };
/** A parsed request. */
export type ReconcileRequest = z.output<typeof reconcileRequestSchema>;
/** One side's set. */
export type ReconcileSide = z.output<typeof reconcileSideSchema>;
/** What a sender owes. */
export type ReconcileOwed = z.output<typeof reconcileOwedSchema>;
/** How many of each class. */
export type ReconcileFound = z.output<typeof reconcileFoundSchema>;
/** A statement of two hubs. */
export type ReconciliationStatement = z.output<typeof reconciliationStatementSchema>;
/** What an invited sender answers. */
export type ReconcileInvited = z.output<typeof reconcileInvitedSchema>;
