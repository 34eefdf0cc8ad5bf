import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { HubError } from '../../domain/hub-error.ts';
import type { Logger } from '../log/index.ts';

/** Hints for workers, kept in Redis. Losing them loses no work: the work is found in MongoDB. */
export type HintQueues = {
  /** Wakes a worker for a queue; the id makes a second hint for the same work nothing. */
  hint(queue: string, id: string, payload: object): Promise<void>;
  /** Runs `work` for each hint of a queue until closed. */
  consume(queue: string, work: (payload: unknown) => Promise<void>): void;
  /** Whether Redis answered lately. */
  available(): boolean;
  close(): Promise<void>;
};

const RECONNECT_CAP_MS = 1_000;
/** A stalled job is no failure: kill -9 must not turn work into a dead letter (BullMQ's default is 1). */
const MAX_STALLED = 1_000_000;

async function refuseWrongPolicy(redis: Redis): Promise<void> {
  const answer: unknown = await redis.config('GET', 'maxmemory-policy');
  const policy = Array.isArray(answer) ? String(answer[1]) : 'unknown';
  if (policy !== 'noeviction') {
    throw new HubError(
      'REDIS_POLICY',
      'config',
      `Redis evicts (${policy}): set maxmemory-policy noeviction`,
      {
        details: { policy },
      },
    );
  }
}

/**
 * Connects to Redis and opens hint queues below a prefix of the hub's own.
 *
 * @throws REDIS_POLICY when Redis may drop keys; REDIS_UNREACHABLE when it does not answer within 5 s
 */
export async function openHintQueues(options: {
  url: string;
  prefix: string;
  log: Logger;
}): Promise<HintQueues> {
  const connect = () => {
    const redis = new Redis(options.url, {
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(times * 100, RECONNECT_CAP_MS),
      enableOfflineQueue: true,
      lazyConnect: true,
    });
    redis.on('error', (error: Error) => options.log.debug({ err: error.message }, 'redis'));
    return redis;
  };
  const redis = connect();
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new HubError('REDIS_UNREACHABLE', 'transient', 'Redis does not answer', { cause });
  }
  await refuseWrongPolicy(redis).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });
  return new BullHintQueues(redis, connect, options);
}

class BullHintQueues implements HintQueues {
  readonly #redis: Redis;
  readonly #connect: () => Redis;
  readonly #prefix: string;
  readonly #log: Logger;
  readonly #queues = new Map<string, Queue>();
  readonly #workers: Worker[] = [];
  readonly #connections: Redis[] = [];

  constructor(redis: Redis, connect: () => Redis, options: { prefix: string; log: Logger }) {
    this.#redis = redis;
    this.#connect = connect;
    this.#prefix = options.prefix;
    this.#log = options.log;
  }

  available(): boolean {
    return this.#redis.status === 'ready';
  }

  async hint(queue: string, id: string, payload: object): Promise<void> {
    if (!this.available()) return;
    let opened = this.#queues.get(queue);
    if (opened === undefined) {
      opened = new Queue(queue, { connection: this.#redis, prefix: this.#prefix });
      opened.on('error', (error) => this.#log.debug({ err: error.message, queue }, 'queue'));
      this.#queues.set(queue, opened);
    }
    await opened.add('hint', payload, { jobId: id, removeOnComplete: true, removeOnFail: true });
  }

  consume(queue: string, work: (payload: unknown) => Promise<void>): void {
    const connection = this.#connect();
    this.#connections.push(connection);
    const worker = new Worker(queue, (job) => work(job.data), {
      connection,
      prefix: this.#prefix,
      concurrency: 1,
      maxStalledCount: MAX_STALLED,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    worker.on('error', (error) => this.#log.debug({ err: error.message, queue }, 'worker'));
    this.#workers.push(worker);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close(true)));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    for (const connection of [this.#redis, ...this.#connections]) connection.disconnect();
  }
}
