import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until something is as it should be. @returns the last look, as it should be or not */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isRight: (seen: T) => boolean,
  patienceMs = 10_000,
): Promise<T> {
  const endAt = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isRight(seen) || Date.now() > endAt) return seen;
    await delay(25);
  }
}
