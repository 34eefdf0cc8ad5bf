import { Redis } from 'ioredis';
import { HubError } from '../../domain/hub-error.ts';

/** What a Redis server says about itself. `processId` tells one server from another on the same machine. */
export type RedisAnswer = {
  readonly version: string;
  readonly policy: string;
  readonly appendOnly: boolean;
  readonly processId: number;
};

const BETWEEN_TRIES_MS = 20;

function factOf(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
}

/**
 * Asks Redis for its version and what it does when memory is full, trying again until it answers or the time is over.
 *
 * @throws REDIS_UNREACHABLE (transient) when nothing answered within `timeoutMs`
 */
export async function pingRedis(url: string, timeoutMs = 5_000): Promise<RedisAnswer> {
  const deadline = Date.now() + timeoutMs;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: null,
    retryStrategy: () => (Date.now() < deadline ? BETWEEN_TRIES_MS : null),
  });
  redis.on('error', () => undefined);
  try {
    const server = await redis.info('server');
    const memory = await redis.info('memory');
    const persistence = await redis.info('persistence');
    return {
      version: factOf(server, 'redis_version'),
      policy: factOf(memory, 'maxmemory_policy'),
      appendOnly: factOf(persistence, 'aof_enabled') === '1',
      processId: Number(factOf(server, 'process_id')),
    };
  } catch (cause) {
    throw new HubError('REDIS_UNREACHABLE', 'transient', `Redis did not answer within ${timeoutMs} ms`, {
      cause,
    });
  } finally {
    redis.disconnect();
  }
}
