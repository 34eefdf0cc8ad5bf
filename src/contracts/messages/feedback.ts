import { z } from 'zod';

const findingSchema = z.strictObject({
  /** Stable id of the rule: a global word or `<connector>/R014`. */
  rule: z.string(),
  severity: z.enum(['reject', 'warn']),
  /** Field of the dataset, or column of the source; null for the row as a whole. */
  field: z.string().nullable(),
  /** What officials call the field; empty for the row as a whole. */
  label: z.string(),
  /** Column of the source that feeds the field. */
  column: z.string().nullable(),
  /** Value that was found, redacted. */
  value: z.string(),
  /** 错误说明. */
  reason: z.string(),
  /** 修改建议; empty where the rule is the connector's own. */
  fix: z.string(),
});

/** One row of the feedback: redacted, with all its findings. */
const rowSchema = z.strictObject({
  /** Names the row to the hub that issued it; made by it alone. */
  key: z.string(),
  /** Beginning of the entry's id, for `xinqiao quarantine show`. */
  entry: z.string(),
  file: z.string().nullable(),
  /** Place in the file, page or result. */
  rowNumber: z.string(),
  status: z.enum(['open', 'override-requested', 'override-refused', 'warned']),
  /** Day until which the department answers; null where none was set. */
  dueOn: z.string().nullable(),
  overdue: z.boolean(),
  /** Cells in the order of the columns. */
  cells: z.array(z.string()),
  findings: z.array(findingSchema),
});

/**
 * What a hub gives back to a department of the rows that wait in quarantine (问题数据反馈): the department's own columns
 * in their own order, redacted, each row with every finding. The workbook has the same content.
 *
 * @see DB32 collection standard, 5.3: problems are found in time and fed back level by level
 */
export const feedbackExportSchema = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  hub: z.string(),
  connector: z.string(),
  dataset: z.string(),
  exportedAt: z.iso.datetime(),
  columns: z.array(z.string()),
  rows: z.array(rowSchema),
  /** Rows that wait beyond these. */
  remaining: z.int().min(0),
  rules: z.array(
    z.strictObject({ rule: z.string(), rows: z.int().min(1), reason: z.string(), fix: z.string() }),
  ),
});

/** A parsed export. */
export type FeedbackExport = z.output<typeof feedbackExportSchema>;
/** One row of an export. */
export type FeedbackRow = FeedbackExport['rows'][number];
/** One finding of an export. */
export type FeedbackFinding = FeedbackRow['findings'][number];
