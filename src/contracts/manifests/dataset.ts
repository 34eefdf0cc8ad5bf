import { z } from 'zod';
import {
  bilingualSchema,
  disclosureClassSchema,
  recordKindSchema,
  versionedNameSchema,
} from './primitives.ts';

/** One field of a dataset: its canonical name, type and the standard's code it carries. */
export const datasetFieldSchema = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'camelCase'),
  type: z.enum(['text', 'date', 'money', 'code', 'codes', 'uscc', 'boolean', 'integer']),
  zh: z.string().min(1),
  en: z.string().min(1),
  /** Field code of the standard, such as CF_WSH. */
  standard: z.string().optional(),
  required: z.boolean().default(false),
  /** Longest text accepted, in characters. */
  maxLength: z.int().positive().optional(),
  /** Code list that `code` and `codes` take their values from. */
  codeList: versionedNameSchema.optional(),
  /** Source columns that mean this field; matched without regard to case. */
  aliases: z.array(z.string().min(1)).default([]),
  /** `mask`: a person's name that stays only as `张*`. */
  personField: z.enum(['mask']).optional(),
  /** `GOVERNMENT`: shown to government bodies alone, also in a record that everybody sees; never a required field. */
  disclosure: z.enum(['GOVERNMENT']).optional(),
});

/**
 * A dataset: the versioned list of fields that one kind of record has, whichever department it comes from.
 * File `connectors/datasets/<name>@<version>.yml`, immutable once released.
 */
export const datasetSchema = z.strictObject({
  apiVersion: z.literal('xinqiao/v1'),
  kind: z.literal('Dataset'),
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  version: z.int().positive(),
  recordKind: recordKindSchema,
  title: bilingualSchema,
  /** Names in the query schema: the type of one record and the field on CreditSubject. */
  graphql: z.strictObject({
    type: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
    field: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  }),
  /** Fields that identify a record beside kind, producer and subject; they enter the record key. */
  identity: z.array(z.string()).min(1),
  /** Catalogue item that a record is submitted under. */
  catalogueItem: z.string().min(1),
  disclosure: disclosureClassSchema,
  /** Field whose day ends the record's validity. */
  expiresOn: z.string(),
  /** Whether 2099-12-31 (no end) is a lawful expiry; licences only. */
  unlimitedAllowed: z.boolean().default(false),
  fields: z
    .array(datasetFieldSchema)
    .min(1)
    .superRefine((fields, context) => {
      // What the public is not shown must not be what makes a record sound for those who ask for the public.
      fields.forEach(({ name, required, disclosure }, place) => {
        if (disclosure === undefined || !required) return;
        const message = `${name} is required, so that everybody sees it who sees the record`;
        context.addIssue({ code: 'custom', path: [place, 'disclosure'], message });
      });
    }),
});

/** A parsed dataset file. */
export type Dataset = z.output<typeof datasetSchema>;
/** One parsed field of a dataset. */
export type DatasetField = z.output<typeof datasetFieldSchema>;
