import { z } from 'zod';
import { errorLimitSchema, gateSchema } from './connector-gate.ts';
import { liveSchema } from './connector-live.ts';
import { mappingSchema } from './connector-map.ts';
import { manifestTestSchema, ruleSchema } from './connector-rules.ts';
import { sourceSchema, syncSchema } from './connector-source.ts';
import {
  bilingualSchema,
  disclosureClassSchema,
  regionCodeSchema,
  slugSchema,
  usccFormSchema,
  versionedNameSchema,
} from './primitives.ts';

const authoritySchema = z.strictObject({
  name: z.string().min(1),
  uscc: usccFormSchema,
  region: regionCodeSchema,
});

const writtenSchema = z.strictObject({
  apiVersion: z.literal('xinqiao/v1'),
  kind: z.literal('Connector'),
  metadata: z.strictObject({
    id: slugSchema,
    title: bilingualSchema,
    /** The department that supplies the rows. */
    owner: authoritySchema,
    dataset: versionedNameSchema,
    disclosure: disclosureClassSchema.optional(),
    /** Document and article that let the department collect and share these records. */
    legalBasis: z.strictObject({ document: z.string().min(1), article: z.string().min(1) }),
  }),
  /** Authorities beside the owner that the connector may speak for; a row in the name of another is rejected. */
  producers: z.array(authoritySchema).max(200).default([]),
  mode: z.enum(['collect', 'live']).default('collect'),
  source: sourceSchema,
  sync: syncSchema.prefault({}),
  live: liveSchema.optional(),
  map: z.record(z.string(), mappingSchema),
  /** Columns that quarantine and feedback may show beside the mapped ones. */
  keep: z.array(z.string().min(1)).max(100).default([]),
  rules: z.array(ruleSchema).max(200).default([]),
  gate: gateSchema.prefault({}),
  errorLimit: errorLimitSchema.optional(),
  feedback: z
    .strictObject({
      /** Until when the department answers for a row in quarantine. */
      due: z
        .string()
        .regex(/^([1-9]|[1-5]\d|60) workdays$/, 'a number of working days such as 5 workdays, 60 at most')
        .transform((text) => Number(text.split(' ')[0]))
        .prefault('5 workdays'),
    })
    .prefault({}),
  tests: z.array(manifestTestSchema).max(500).default([]),
});

type Written = z.output<typeof writtenSchema>;

/**
 * Connector manifest: the declared way to read one source of one department, with no code.
 * File `connectors/sources/<id>/connector.yml`. `errorLimit` is read as `gate.rejectRate.stop`.
 */
export const connectorSchema = writtenSchema
  .superRefine(({ errorLimit, gate }, context) => {
    if (errorLimit === undefined || gate.rejectRate.stop === undefined) return;
    const message = 'says the same as gate.rejectRate.stop: give one of them';
    context.addIssue({ code: 'custom', path: ['errorLimit'], message });
  })
  .transform(({ errorLimit, gate, ...rest }): Omit<Written, 'errorLimit'> => {
    const stop = gate.rejectRate.stop ?? errorLimit;
    return {
      ...rest,
      gate: { ...gate, rejectRate: { ...gate.rejectRate, ...(stop === undefined ? {} : { stop }) } },
    };
  });

/** A parsed connector manifest. */
export type Connector = z.output<typeof connectorSchema>;
