import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';
import type { RunReceipt } from '../pipeline/index.ts';

/** What became of one answered row. */
export type ReturnedResult = {
  /** Row of the sheet, counted from 1. */
  readonly row: number;
  /** Beginning of the entry's id; null where the row is none of ours. */
  readonly entry: string | null;
  readonly outcome:
    | 'created'
    | 'corrected'
    | 'withdrawn'
    | 'unchanged'
    | 'dropped'
    | 'confirmed'
    | 'override-requested'
    | 'quarantined'
    | 'refused';
  /** Rules that speak against it; of a row about a person nothing else is told. */
  readonly rules: readonly string[];
};

/** Receipt of one returned workbook. Always read = accepted + unchanged + quarantined + refused. */
export type FeedbackReceipt = RunReceipt & {
  /** Id of the export that came back. */
  readonly export: string;
  /** Account that brought it. */
  readonly by: string;
  /** Rows of the workbook without a disposition: they go on waiting and are not counted as read. */
  readonly unanswered: number;
  readonly results: readonly ReturnedResult[];
};

type FeedbackDocument = Omit<FeedbackReceipt, 'id'> & { _id: string };

/** `feedback_batches`: one receipt a returned workbook. */
export const feedbackModel = defineCollection<FeedbackDocument>('feedback_batches', [
  { keys: { connector: 1, startedAt: -1 } },
]);

/** Keeps the receipt of a returned workbook. */
export async function storeFeedback(database: HubDatabase, receipt: FeedbackReceipt): Promise<void> {
  const { id, ...rest } = receipt;
  await feedbackModel.in(database).replaceOne({ _id: id }, rest, { upsert: true });
}

/** Receipts of returned workbooks of a connector, newest first. */
export async function listFeedback(
  database: HubDatabase,
  connector: string,
  limit: number,
): Promise<FeedbackReceipt[]> {
  const found = await feedbackModel
    .in(database)
    .find({ connector })
    .sort({ startedAt: -1 })
    .limit(limit)
    .toArray();
  return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
}
