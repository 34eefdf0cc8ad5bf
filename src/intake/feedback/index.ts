export { collectFeedback, MAX_EXPORT_ROWS, type FeedbackFilter } from './collect-feedback.ts';
export * from './decide-override.ts';
export * from './errors.ts';
export type { FeedbackParts } from './feedback-parts.ts';
export * from './feedback-store.ts';
export * from './mark-original.ts';
export { resubmitFeedback } from './resubmit-feedback.ts';
export { ADDED_COLUMNS, DISPOSITIONS, HIDDEN_SHEET, ROWS_SHEET, type Disposition } from './workbook-form.ts';
export { writeFeedback } from './write-feedback.ts';
