/** What one call answered, before anything of it is judged. */
export type LiveTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Entries that are no rows at all. */
  readonly malformed: number;
};

/** The way to one source: one call for some codes. */
export type LiveCall = {
  /** Asks; the signal ends the work down to the driver. @throws the driver's codes, LIVE_BAD_ANSWER */
  ask(codes: readonly string[], signal: AbortSignal): Promise<LiveTable>;
  close(): Promise<void>;
};

/** Most rows of one answer. */
export const MAX_LIVE_ROWS = 10_000;
