import { z } from 'zod';
import {
  catalogueFileSchema,
  connectorSchema,
  datasetSchema,
  hubFileSchema,
  platformSchema,
} from '../../contracts/manifests/index.ts';
import {
  businessReceiptSchema,
  envelopeSchema,
  holdingStatementSchema,
  keyStatementAnswerSchema,
  keyStatementSchema,
  pullAnswerSchema,
  pullRequestSchema,
  receiptsAnswerSchema,
  receiptsRequestSchema,
  reconcileBucketsSchema,
  reconcileCloseSchema,
  reconcileFileSchema,
  reconcileInvitedSchema,
  reconcileLeavesSchema,
  reconcileOpenSchema,
  reconcileRequestSchema,
  reconciliationStatementSchema,
  transportReceiptSchema,
} from '../../contracts/messages/index.ts';

/** The answer to a pull travels signed. */
const signedPullAnswer = pullAnswerSchema.extend({ signature: transportReceiptSchema.shape.signature });

const WIRE_AND_FILES: Readonly<Record<string, readonly [title: string, schema: z.ZodType]>> = {
  envelope: ['A batch of record versions for one partner', envelopeSchema],
  'transport-receipt': ['What became of each record of an envelope', transportReceiptSchema],
  'business-receipt': ["The receiver's own word on each record of an envelope", businessReceiptSchema],
  'pull-request': ['A puller asks for what it is owed after a position', pullRequestSchema],
  'pull-answer': ['The signed answer to a pull', signedPullAnswer],
  'receipts-request': [
    'Fetches business receipts, returns receipts for a pulled envelope, or passes receipts back to the origin',
    receiptsRequestSchema,
  ],
  'holding-statement': [
    'What a hub states of a holder whose receipt it may not show',
    holdingStatementSchema,
  ],
  'receipts-answer': ['Business receipts after a position', receiptsAnswerSchema],
  'reconcile-request': ['What a sender asks of a receiver, step by step', reconcileRequestSchema],
  'reconcile-open': ['What the receiver holds', reconcileOpenSchema],
  'reconcile-buckets': ['Sums of the leaves of the buckets that differ', reconcileBucketsSchema],
  'reconcile-leaves': ['What the receiver lacks and has beyond', reconcileLeavesSchema],
  'reconcile-close': ['The receiver has seen what the sender found', reconcileCloseSchema],
  'reconcile-invited': ['What an invited sender found', reconcileInvitedSchema],
  'reconcile-file': ['First line of a bucket or element file', reconcileFileSchema],
  'reconciliation-statement': ['What two hubs say of one set of records', reconciliationStatementSchema],
  'key-statement': ['What a hub says of its own keys, signed by a key its partners know', keyStatementSchema],
  'key-statement-answer': ['The ids of the keys that are known after a statement', keyStatementAnswerSchema],
  connector: ['Connector manifest: connectors/sources/<id>/connector.yml', connectorSchema],
  platform: ['Platform manifest: connectors/platforms/<id>/platform.yml', platformSchema],
  catalogue: [
    'Catalogue of what may be collected: connectors/catalogue/<area>@<version>.yml',
    catalogueFileSchema,
  ],
  dataset: ['Dataset: connectors/datasets/<name>@<version>.yml', datasetSchema],
  'hub-file': ['Hub file: identity, connectors, partners, agreements', hubFileSchema],
};

/** Names of the published schemas: messages between hubs, and declared files. */
export const JSON_SCHEMA_NAMES: readonly string[] = Object.keys(WIRE_AND_FILES);

/**
 * The JSON Schema (draft 2020-12) of a message or a declared file as it is written, made of the one schema that
 * command line, server and tests parse it with.
 *
 * @param name one of {@link JSON_SCHEMA_NAMES}
 * @returns null for any other name
 */
export function jsonSchemaOf(name: string): object | null {
  if (!Object.hasOwn(WIRE_AND_FILES, name)) return null;
  const [title, schema] = WIRE_AND_FILES[name] ?? [];
  if (schema === undefined) return null;
  const { $schema, ...body } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, $id: `urn:xinqiao:schema:1:${name}`, title, ...body };
}
