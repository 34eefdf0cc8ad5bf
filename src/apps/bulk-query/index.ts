export type { CodeSurvey } from './code-file.ts';
export type { BulkAsker, BulkReply } from './patience.ts';
export * from './run-bulk-query.ts';
