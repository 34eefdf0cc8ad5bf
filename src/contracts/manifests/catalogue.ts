import { z } from 'zod';
import {
  bilingualSchema,
  disclosureClassSchema,
  regionCodeSchema,
  versionedNameSchema,
} from './primitives.ts';

/** One item of a catalogue of public credit information: what may be collected, and how it is shared. */
export const catalogueItemSchema = z.strictObject({
  /** Code that records are submitted under; later versions of a catalogue never give it another meaning. */
  code: z.string().regex(/^[A-Z][A-Z0-9-]{1,31}$/, 'capitals, digits and "-", such as XZXK'),
  title: bilingualSchema,
  /** Class of the national base catalogue that the item belongs to. */
  nationalClass: z.string().min(1),
  dataset: versionedNameSchema,
  sharing: disclosureClassSchema,
  /** How often it is submitted. */
  frequency: z.enum(['WITHIN_7_WORKING_DAYS', 'DAILY', 'MONTHLY', 'YEARLY', 'AT_QUERY_TIME']),
});

/**
 * A catalogue of public credit information (公共信用信息目录): an item that is in none cannot be submitted.
 * File `connectors/catalogue/<area>@<version>.yml`, immutable once released.
 *
 * @see 001 一(二); 003 二(三)1 (COL-02, COL-03)
 */
export const catalogueFileSchema = z.strictObject({
  apiVersion: z.literal('xinqiao/v1'),
  kind: z.literal('Catalogue'),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: z.int().positive(),
  title: bilingualSchema,
  region: regionCodeSchema,
  items: z.array(catalogueItemSchema).min(1),
});

/** An item of a catalogue. */
export type CatalogueItem = z.output<typeof catalogueItemSchema>;
