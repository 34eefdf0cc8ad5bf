import { z } from 'zod';
import { instantSchema, partnerKeySchema, slugSchema } from '../manifests/index.ts';
import { signatureSchema } from './receipt.ts';

/** Most keys in one statement. */
export const MAX_STATEMENT_KEYS = 32;

/** One key of a statement; every member is there, so that the signed text has one form. */
export const statementKeySchema = z.strictObject({
  ...partnerKeySchema.shape,
  until: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
});

/**
 * What a hub says of its own keys, signed with a key that its partners know already: a new one begins, an old one ends
 * or is revoked. Keys that it does not name stay as they are.
 */
export const keyStatementSchema = z.strictObject({
  type: z.literal('KEY_STATEMENT'),
  protocol: z.literal('xinqiao/1'),
  hub: slugSchema,
  keys: z.array(statementKeySchema).min(1).max(MAX_STATEMENT_KEYS),
  issuedAt: instantSchema,
  signature: signatureSchema,
});

/** What a receiver of a statement answers: the ids of the sender's keys that it now knows. */
export const keyStatementAnswerSchema = z.strictObject({
  protocol: z.literal('xinqiao/1'),
  keyIds: z.array(z.string()),
});

/** A parsed key statement. */
export type KeyStatement = z.output<typeof keyStatementSchema>;
/** A parsed answer to a key statement. */
export type KeyStatementAnswer = z.output<typeof keyStatementAnswerSchema>;

const givenKeySchema = z.object({
  ...partnerKeySchema.shape,
  from: instantSchema.default('1970-01-01T00:00:00.000Z'),
});

/**
 * The files that `xinqiao verify --keys` takes: a list of keys with their hub, a hub file (the keys of its partners), or
 * the well-known document of a hub. All come out as one list.
 */
export const givenKeysSchema = z.union([
  z.array(givenKeySchema.extend({ hub: slugSchema })),
  z
    .object({ partners: z.array(z.object({ id: slugSchema, keys: z.array(givenKeySchema) })) })
    .transform((file) => file.partners.flatMap(({ id, keys }) => keys.map((it) => ({ ...it, hub: id })))),
  z
    .object({ hub: slugSchema, keys: z.array(givenKeySchema) })
    .transform(({ hub, keys }) => keys.map((it) => ({ ...it, hub }))),
]);

/** A public key and the hub it belongs to. */
export type GivenKey = z.output<typeof givenKeySchema> & { readonly hub: string };
