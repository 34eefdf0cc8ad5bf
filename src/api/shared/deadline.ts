import { HubError } from '../../domain/hub-error.ts';

/**
 * Runs work under a deadline of its own and the request's signal. Work that does not heed its signal is left behind.
 *
 * @throws DEADLINE_PASSED, or what the work throws
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  limits: { timeoutMs: number; signal?: AbortSignal },
): Promise<T> {
  const controller = new AbortController();
  const passed = () =>
    new HubError('DEADLINE_PASSED', 'transient', `no answer within ${limits.timeoutMs} ms`);
  const abort = () => controller.abort(passed());
  if (limits.signal?.aborted === true || limits.timeoutMs <= 0) throw passed();
  const timer = setTimeout(abort, limits.timeoutMs);
  limits.signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([
      work(controller.signal),
      new Promise<never>((_, reject) => {
        controller.signal.addEventListener('abort', () => reject(passed()), { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', abort);
  }
}
