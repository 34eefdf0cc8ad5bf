import { HubError } from '../../domain/hub-error.ts';
import type { SqlLimits } from './sql-source.ts';

/** Codes of a connection that is gone, as sockets and both drivers name it. */
const GONE = /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|PROTOCOL_CONNECTION_LOST|08|57P0)/;

/**
 * Runs a statement until it ends, its time is over, or it is aborted; then the connection is dropped, which ends
 * the work.
 *
 * @throws SQL_TIMEOUT, SQL_UNREACHABLE (transient), SQL_FAILED
 */
export async function withinLimits<T>(
  limits: SqlLimits,
  drop: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const late = (): void => {
    drop();
    reject(new HubError('SQL_TIMEOUT', 'transient', `no answer within ${limits.timeoutMs} ms`));
  };
  const timer = setTimeout(late, limits.timeoutMs);
  limits.signal?.addEventListener('abort', late, { once: true });
  if (limits.signal?.aborted === true) late();
  try {
    return await Promise.race([over, work()]);
  } catch (error) {
    if (error instanceof HubError) throw error;
    const { code, message } = error as { code?: string; message?: string };
    if (code !== undefined && GONE.test(code)) {
      drop();
      throw new HubError('SQL_UNREACHABLE', 'transient', 'the source database went away', { cause: error });
    }
    throw new HubError(
      'SQL_FAILED',
      'refused',
      `the source database refused the statement: ${message ?? ''}`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', late);
  }
}
