/** How fast messages go to a partner. */
export type Pace = {
  /** Messages a second. */
  readonly perSecond: number;
  /** Since when nothing was refused for being too much; milliseconds since 1970. */
  readonly cleanSince: number;
};

/** Messages a second at the beginning, to a partner that states no limit. */
export const FIRST_PER_SECOND = 5;
const SLOWEST = 0.1;
const FASTEST = 1_000;
const MINUTE_MS = 60_000;

/** A clean minute makes it one batch a second faster, each word of "too much" or silence half as fast. Pure. */
export function movePace(pace: Pace, event: { readonly clean: boolean; readonly at: number }): Pace {
  if (!event.clean) {
    return { perSecond: Math.max(SLOWEST, pace.perSecond / 2), cleanSince: event.at };
  }
  const minutes = Math.floor((event.at - pace.cleanSince) / MINUTE_MS);
  if (minutes < 1) return pace;
  return {
    perSecond: Math.min(FASTEST, pace.perSecond + minutes),
    cleanSince: pace.cleanSince + minutes * MINUTE_MS,
  };
}
