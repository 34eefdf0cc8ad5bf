import type { Candidate } from '../../registry/records/index.ts';
import type { FeedbackParts } from './feedback-parts.ts';
import type { RowMerger } from './merge-row.ts';
import type { ReturnedWorkbook } from './read-workbook.ts';

/** What answering the rows of one workbook needs beside the hub. */
export type Resubmission = FeedbackParts & {
  readonly batch: string;
  /** Account that brought the workbook. */
  readonly by: string;
  readonly workbook: ReturnedWorkbook;
  readonly merger: RowMerger;
  /** Entries that were answered by this workbook. */
  readonly answered: Set<string>;
  /** Content by record key: what one workbook says twice of one record must be the same. */
  readonly accepted: Map<string, Candidate['hash']>;
};
