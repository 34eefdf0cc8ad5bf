import { defineCollection } from '../../infra/mongo/index.ts';
import type { RecordDocument } from './record.ts';

/** `records`: one document a record. */
export const recordModel = defineCollection<RecordDocument>('records', [
  { keys: { subject: 1, dataset: 1, 'head.decidedOn': -1, _id: 1 } },
  { keys: { ownerRow: 1 } },
  // Sparse and not partial: the embedded stand-ins pass a partial index by.
  { keys: { 'outbox.at': 1 }, options: { sparse: true } },
]);
