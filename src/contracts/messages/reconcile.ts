import { z } from 'zod';
import { digestSchema } from './envelope.ts';

/** Number of buckets: the first three hexadecimal digits of a record key. */
export const RECONCILE_BUCKETS = 4_096;

/** What a sender asks of a receiver: "what do you hold that came from me?" */
export const reconcileRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ protocol: z.literal('xinqiao/1'), type: z.literal('ROOT') }),
  z.strictObject({ protocol: z.literal('xinqiao/1'), type: z.literal('BUCKETS') }),
  z.strictObject({
    protocol: z.literal('xinqiao/1'),
    type: z.literal('ELEMENTS'),
    buckets: z
      .array(
        z
          .int()
          .min(0)
          .max(RECONCILE_BUCKETS - 1),
      )
      .min(1)
      .max(RECONCILE_BUCKETS),
  }),
]);

const sumSchema = z.strictObject({
  count: z.int().min(0),
  /** Sum of the elements' fingerprints modulo 2^256, hexadecimal. */
  sum: digestSchema,
});

/** Count and sum of everything held. */
export const reconcileRootSchema = z.strictObject({ protocol: z.literal('xinqiao/1'), root: sumSchema });
/** Count and sum of each bucket that is not empty. */
export const reconcileBucketsSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  buckets: z.array(
    sumSchema.extend({
      bucket: z
        .int()
        .min(0)
        .max(RECONCILE_BUCKETS - 1),
    }),
  ),
});
/** The current version of each record in some buckets. */
export const reconcileElementsSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  elements: z.array(z.strictObject({ key: digestSchema, v: z.int().positive(), hash: digestSchema })),
});

/** The current version of one record: what two hubs must agree on. */
export type ReconcileElement = z.output<typeof reconcileElementsSchema>['elements'][number];
/** A parsed request. */
export type ReconcileRequest = z.output<typeof reconcileRequestSchema>;
/** Count and sum of a set of elements. */
export type ReconcileSum = z.output<typeof sumSchema>;
