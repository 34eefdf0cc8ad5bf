import { defineCollection } from '../../infra/mongo/index.ts';
import type { RecordDocument } from './record.ts';

/** `records`: one document a record. */
export const recordModel = defineCollection<RecordDocument>('records', [
  { keys: { subject: 1, dataset: 1, 'head.decidedOn': -1, _id: 1 } },
  { keys: { ownerRow: 1 }, options: { partialFilterExpression: { ownerRow: { $type: 'string' } } } },
  { keys: { 'outbox.at': 1 }, options: { partialFilterExpression: { 'outbox.at': { $exists: true } } } },
]);
