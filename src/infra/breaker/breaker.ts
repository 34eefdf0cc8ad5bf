import { mayAttempt, moveHealth, UNSEEN, type Health } from './health.ts';

/** What a breaker needs. */
export type BreakerOptions = {
  /** Failures in a row after which it opens, at least 1. */
  readonly failures: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to 1; spreads the next look. */
  readonly random: () => number;
};

/**
 * Leaves another side alone after repeated failures, within one process. When its wait is over one call may look; until
 * that one has come back, the others are still kept away.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #health: Health = UNSEEN;
  #failures = 0;
  #isLooking = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Whether a call may be made now; each call that is let through is noted by {@link note}. */
  enter(): boolean {
    if (this.#health.openUntil === null) return true;
    if (this.#isLooking || !mayAttempt(this.#health, this.#options.now())) return false;
    this.#isLooking = true;
    return true;
  }

  /** Notes what came of a call; one that its caller gave up says nothing of the other side. */
  note(result: 'answered' | 'failed' | 'given up'): void {
    this.#isLooking = false;
    if (result === 'given up') return;
    this.#failures = result === 'answered' ? 0 : this.#failures + 1;
    const { random, failures } = this.#options;
    const at = this.#options.now();
    // Calls that were on their way when it opened say nothing new.
    const isNews = mayAttempt(this.#health, at);
    if (result === 'answered') this.#health = moveHealth(this.#health, { type: 'ANSWERED' });
    else if (this.#failures >= failures && isNews)
      this.#health = moveHealth(this.#health, { type: 'AWAY', at, afterMs: null, random: random() });
  }
}
