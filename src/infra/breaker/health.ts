const SECOND = 1_000;

/** Longest wait after each failure in a row, in milliseconds; the last one stays. */
export const BREAKER_STEPS_MS: readonly number[] = [1, 2, 5, 10, 20, 30, 60].map((it) => it * SECOND);

/** How another side answers, and whether a person or that side itself stopped the asking. Instants in ms since 1970. */
export type Health = {
  /** Outages in a row. */
  readonly outages: number;
  /** Nothing is attempted before; null: it answers. */
  readonly openUntil: number | null;
  readonly pausedAt: number | null;
};

/** What was seen of another side. */
export type HealthEvent =
  | { readonly type: 'ANSWERED' }
  /** It did not answer, or asked to wait `afterMs`. `random` from 0 up to 1 spreads the next look. */
  | { readonly type: 'AWAY'; readonly at: number; readonly afterMs: number | null; readonly random: number }
  | { readonly type: 'PAUSED'; readonly at: number }
  | { readonly type: 'RESUMED' };

/** One of whom nothing is known yet. */
export const UNSEEN: Health = { outages: 0, openUntil: null, pausedAt: null };

/** The wait before the next look at one that is away: between half and the whole of the step. */
function waitMs(outages: number, random: number): number {
  const step = BREAKER_STEPS_MS[Math.min(outages, BREAKER_STEPS_MS.length) - 1] ?? 0;
  return Math.round(step * (0.5 + random / 2));
}

/** What an event makes of a health. Pure. */
export function moveHealth(health: Health, event: HealthEvent): Health {
  switch (event.type) {
    case 'ANSWERED':
      return { ...health, outages: 0, openUntil: null };
    case 'AWAY': {
      const outages = health.outages + 1;
      return { ...health, outages, openUntil: event.at + (event.afterMs ?? waitMs(outages, event.random)) };
    }
    case 'PAUSED':
      return { ...health, pausedAt: health.pausedAt ?? event.at };
    case 'RESUMED':
      return UNSEEN;
  }
}

/** Whether anything may be sent now. While it may not, no attempt is counted and nothing dies. */
export function mayAttempt(health: Health, at: number): boolean {
  return health.pausedAt === null && (health.openUntil === null || health.openUntil <= at);
}
