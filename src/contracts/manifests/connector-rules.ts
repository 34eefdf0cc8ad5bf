import { z } from 'zod';

/** Constraints on a field's value in the words of Frictionless Table Schema. @see https://specs.frictionlessdata.io/table-schema/#constraints */
export const constraintsSchema = z.strictObject({
  required: z.boolean().optional(),
  /** No two rows of one run share the value. */
  unique: z.boolean().optional(),
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(1).optional(),
  /** For days, money and whole numbers: the smallest value allowed, as the field writes it. */
  minimum: z.union([z.string(), z.number()]).optional(),
  maximum: z.union([z.string(), z.number()]).optional(),
  /** Regular expression that the whole text must match; run within the limit of expressions. */
  pattern: z.string().min(1).max(200).optional(),
  enum: z.array(z.string()).min(1).optional(),
});

const severitySchema = z.enum(['reject', 'warn']);

/** `<connector>/R014`: what it means never changes. */
export const ownRuleIdSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,62}\/R\d{3}$/,
    "the connector's id, a slash, R and three digits, such as samr/R014",
  );

/** A rule beyond the built-in checks. */
export const ruleSchema = z.union([
  /** A built-in test on one field; its finding has the global id. */
  z.strictObject({
    on: z.string().min(1),
    test: z.enum(['notFuture', 'isUscc']),
    severity: severitySchema.default('reject'),
  }),
  /** A JSONata expression over the mapped row that must be true. Where a field is absent, `<=` and its like pass, `=` and `!=` do not. */
  z.strictObject({
    id: ownRuleIdSchema,
    expr: z.string().min(1).max(2_000),
    /** Field shown beside the finding. */
    on: z.string().min(1).optional(),
    severity: severitySchema.default('reject'),
    /** What the department reads; Chinese. */
    say: z.string().min(1).max(200),
    /** What engineers read; the expression when absent. */
    sayEn: z.string().min(1).max(200).optional(),
  }),
  /** No two rows of one run share these fields together. */
  z.strictObject({
    id: ownRuleIdSchema,
    unique: z.array(z.string().min(1)).min(1),
    severity: severitySchema.default('reject'),
    say: z.string().min(1).max(200),
  }),
]);

/** One row and what must become of it; `xinqiao test` runs these with no network and no store. */
export const manifestTestSchema = z.strictObject({
  given: z.record(z.string(), z.string()),
  expect: z.union([
    /** Rules that reject the row. */
    z.strictObject({ reject: z.array(z.string()).min(1) }),
    /** Rules that warn of a row that is accepted. */
    z.strictObject({ warn: z.array(z.string()).min(1) }),
    /** Values of the accepted row. */
    z.strictObject({ accept: z.record(z.string(), z.json()) }),
    /** The row is about a person. */
    z.strictObject({ refuse: z.literal(true) }),
  ]),
});

/** A rule of a connector. */
export type RuleSpec = z.output<typeof ruleSchema>;
/** Constraints on one field. */
export type Constraints = z.output<typeof constraintsSchema>;
/** A test that stands in a manifest. */
export type ManifestTest = z.output<typeof manifestTestSchema>;
