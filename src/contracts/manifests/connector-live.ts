import { z } from 'zod';
import { requestBudgetSchema } from './primitives.ts';

/** A request to a REST interface; the text `:codes` stands for the list of codes, `:code` for one code. */
const liveRequestSchema = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  /** Query parameters; `:codes` repeats the parameter, once for each code. */
  query: z.record(z.string(), z.string()).default({}),
  /** JSON body of a POST; `:codes` becomes an array of texts. */
  body: z.json().optional(),
});

/** How a source is asked at query time. */
export const liveSchema = z.strictObject({
  /**
   * SQL: the statement, which binds `:codes`. GraphQL: the document, with one variable: `$codes`, a list, or `$code`,
   * where the source takes one code at a time.
   */
  lookup: z.string().min(1).optional(),
  /** REST: what is sent. */
  request: liveRequestSchema.optional(),
  /** Most codes asked for in one call; a source that takes one at a time is asked with one. */
  batch: z.int().min(1).max(500).default(100),
  /** For all calls of one question together. */
  timeoutMs: z.int().min(50).max(30_000).default(2_000),
  /** Most calls at once, of all questions together. */
  concurrency: z.int().min(1).max(32).default(4),
  /** Most calls in a length of time, of all questions together; kept by waiting, as long as a question has time. */
  budget: requestBudgetSchema.optional(),
  /** After so many failed questions in a row the source is left alone for a while. */
  breaker: z.strictObject({ failures: z.int().min(1).max(100).default(5) }).prefault({}),
});

/** How a source is asked at query time. */
export type LiveSpec = z.output<typeof liveSchema>;
/** What is sent to a REST interface at query time. */
export type LiveRequest = z.output<typeof liveRequestSchema>;
