import { setTimeout as delay } from 'node:timers/promises';

/** Lets so many requests begin in any length of time, and makes further ones wait. */
export class RateBudget {
  readonly #requests: number;
  readonly #perMs: number;
  #begun: number[] = [];

  constructor(requests: number, perMs: number) {
    this.#requests = requests;
    this.#perMs = perMs;
  }

  /** Waits until one more request may begin. @throws AbortError */
  async take(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const now = performance.now();
      this.#begun = this.#begun.filter((it) => it > now - this.#perMs);
      const [oldest] = this.#begun;
      if (oldest === undefined || this.#begun.length < this.#requests) {
        this.#begun.push(now);
        return;
      }
      await delay(Math.max(1, oldest + this.#perMs - now), undefined, signal === undefined ? {} : { signal });
    }
  }
}
