const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Longest wait before each further attempt, in milliseconds. */
export const RETRY_SCHEDULE_MS: readonly number[] = [
  0,
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/**
 * Wait before the next attempt, with full jitter: anything from nothing to the step's length.
 *
 * @param failures failed attempts so far, 1 or more; past the last step its length stays
 * @param random a number from 0 up to but not including 1
 */
export function retryDelayMs(failures: number, random: number): number {
  const step = RETRY_SCHEDULE_MS[Math.min(failures, RETRY_SCHEDULE_MS.length - 1)] ?? 0;
  return Math.floor(step * random);
}
