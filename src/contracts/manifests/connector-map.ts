import { z } from 'zod';
import { constraintsSchema } from './connector-rules.ts';
import { versionedNameSchema } from './primitives.ts';

/** Steps that turn a cell into a canonical value, applied in order. */
export const mappingStepSchema = z.union([
  z.enum(['trim', 'halfwidth', 'upper', 'normaliseBrackets', 'digits']),
  z.strictObject({ date: z.array(z.string()).min(1) }),
  z.strictObject({ money: z.enum(['元', '万元']) }),
  z.strictObject({ split: z.string().min(1) }),
]);

/** How one target field gets its value. */
export const mappingSchema = z.union([
  z.string().min(1),
  z.strictObject({
    from: z.string().min(1),
    do: z.array(mappingStepSchema).default([]),
    lookup: versionedNameSchema.optional(),
    onMiss: z.enum(['reject', 'warn', 'keep']).default('reject'),
    /** Value taken when the cell is empty. */
    default: z.string().optional(),
    constraints: constraintsSchema.optional(),
  }),
  /** A JSONata expression over the source's columns; no input or output, ended at its limit. */
  z.strictObject({
    expr: z.string().min(1).max(2_000),
    do: z.array(mappingStepSchema).default([]),
    lookup: versionedNameSchema.optional(),
    onMiss: z.enum(['reject', 'warn', 'keep']).default('reject'),
    constraints: constraintsSchema.optional(),
  }),
  z.strictObject({ const: z.union([z.string(), z.boolean()]) }),
]);

/** How one target field gets its value. */
export type Mapping = z.output<typeof mappingSchema>;
/** One step on the way from cell to value. */
export type MappingStep = z.output<typeof mappingStepSchema>;
