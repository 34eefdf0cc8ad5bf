import { z } from 'zod';
import { instantSchema, slugSchema } from '../manifests/index.ts';
import { digestSchema } from './envelope.ts';
import { signatureSchema } from './receipt.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const faultSchema = z.strictObject({ code: z.string().min(1), message: z.string() });
const cursorSchema = z.record(z.string(), z.string()).nullable();

/**
 * What one run of a connector came to: read = accepted + unchanged + quarantined + refused, and + staged where nothing
 * of what is staged was accepted. Signed by the hub that ran it.
 */
export const runReceiptSchema = z.strictObject({
  type: z.literal('RUN'),
  id: z.string().min(1),
  hub: slugSchema,
  connector: slugSchema,
  revision: z.string().min(1),
  state: z.enum(['DONE', 'INTERRUPTED', 'STOPPED', 'RELEASED', 'DISCARDED', 'REVERTED', 'DRY']),
  by: z.string().min(1),
  startedAt: instantSchema,
  endedAt: instantSchema,
  read: count,
  accepted: count,
  unchanged: count,
  quarantined: count,
  refused: count,
  staged: count,
  created: count,
  corrected: count,
  withdrawn: count,
  missing: count.nullable(),
  findingsByRule: z.record(z.string(), count),
  gates: z.array(
    z.strictObject({
      gate: z.enum(['rejectRate', 'changeRate', 'shrink', 'declaredTotal', 'codes', 'columns']),
      verdict: z.enum(['pass', 'warn', 'stop', 'skipped']),
      count,
      of: count,
      warn: share,
      stop: share,
      about: z.array(z.string()),
    }),
  ),
  unmappedColumns: z.array(z.string()),
  warnings: z.array(faultSchema),
  faults: z.array(faultSchema),
  files: z.array(
    z.strictObject({
      name: z.string(),
      sha256: digestSchema,
      sm3: digestSchema.nullable(),
      rows: count,
      state: z.enum(['read', 'broken', 'skipped']),
      readBy: z.string().nullable(),
    }),
  ),
  cursorBefore: cursorSchema,
  cursorAfter: cursorSchema,
  more: z.boolean(),
  decision: z
    .strictObject({
      word: z.enum(['RELEASED', 'DISCARDED', 'REVERTED']),
      by: z.string().min(1),
      reason: z.string().min(1),
      at: instantSchema,
    })
    .nullable(),
  signature: signatureSchema,
});

/** A parsed receipt of a run. */
export type SignedRunReceipt = z.output<typeof runReceiptSchema>;
