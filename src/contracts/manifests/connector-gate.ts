import { z } from 'zod';
import { durationSchema, shareSchema } from './primitives.ts';

const limitSchema = z.strictObject({
  /** From this share on the receipt warns. */
  warn: shareSchema.optional(),
  /** From this share on nothing is accepted: the run waits for a person. */
  stop: shareSchema.optional(),
});

const driftSchema = z.enum(['ignore', 'warn', 'stop']);

/**
 * What must hold before anything of a run is accepted. A run that a gate stops keeps its stage; a person releases or
 * discards it.
 */
export const gateSchema = z.strictObject({
  /** Rows judged bad, of the rows read that are not about persons. */
  rejectRate: limitSchema.prefault({ warn: '5%' }),
  /** Known records that would change or end, of the known records met; judged from `changeRateFrom` of them on. */
  changeRate: limitSchema.prefault({ stop: '50%' }),
  /** Fewer known records than this say nothing about a rate of change. */
  changeRateFrom: z.int().min(1).max(1_000_000).default(100),
  /** Rows missing against the last full read, or against the total that the source declares. */
  shrink: limitSchema.prefault({ warn: '30%' }),
  /** Values outside a code list, and columns that came or went since the last run. */
  drift: z
    .strictObject({ codes: driftSchema.default('warn'), columns: driftSchema.default('warn') })
    .prefault({}),
  /** Age of the last good run: from `warn` on answers say that the data is stale, from `error` on the status is red. */
  freshness: z.strictObject({ warn: durationSchema.optional(), error: durationSchema.optional() }).optional(),
});

/** DataX' word for `gate.rejectRate.stop`: a share as `5%`, or its fraction. */
export const errorLimitSchema = z.union([
  shareSchema,
  z.strictObject({ percentage: z.number().min(0).max(1) }).transform((it) => it.percentage),
]);

/** The gates of a connector; shares from 0 to 1, times in seconds. */
export type GateSpec = z.output<typeof gateSchema>;
