import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { HubError } from '../../domain/hub-error.ts';
import type { CronRhythm } from '../clock/index.ts';
import type { Logger } from '../log/index.ts';
import { takeFromSharedBucket, type BucketAnswer, type BucketOrder } from './shared-bucket.ts';

/** Hints for workers, kept in Redis. Losing them loses no work: the work is found in MongoDB. */
export type HintQueues = {
  /** Wakes a worker for a queue; the id makes a second hint for the same work nothing. */
  hint(queue: string, id: string, payload: object): Promise<void>;
  /** Runs `work` for each hint of a queue until closed. */
  consume(queue: string, work: (payload: unknown) => Promise<void>): void;
  /** Hints by a rhythm from now on; null: no more. The same again changes nothing. */
  repeat(queue: string, rhythm: CronRhythm | null, payload: object): Promise<void>;
  /** Whether Redis answers. */
  available(): boolean;
  /** The word that `writeMark` left in this Redis, below our prefix; null where there is none. */
  readMark(): Promise<string | null>;
  /** Leaves a word in Redis, which is gone when Redis is emptied. */
  writeMark(word: string): Promise<void>;
  /** Takes units from a bucket shared by the processes of the hub; null where Redis does not answer at once. */
  takeUnits(order: BucketOrder): Promise<BucketAnswer | null>;
  close(): Promise<void>;
};

const RECONNECT_CAP_MS = 1_000;
const FIRST_ANSWER_MS = 5_000;
/** A hint that takes longer is not worth waiting for: the sweep finds the work. */
const HINT_MS = 1_000;
const CLOSE_MS = 2_000;
/** Each queue has one rhythm at most. */
const RHYTHM = 'rhythm';
/** A question that waits for its quota longer than this counts in its own process. */
const TAKE_MS = 100;
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

/** Resolves once Redis has answered, or after five seconds: a hub starts without it and takes it up when it comes. */
async function firstAnswer(redis: Redis): Promise<boolean> {
  void redis.connect().catch(() => undefined);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), FIRST_ANSWER_MS);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/**
 * Connects to Redis and opens hint queues below a prefix of the hub's own. A Redis that is away is waited for in the
 * background; until it answers, `available` is false.
 *
 * @throws REDIS_POLICY when Redis answers and may drop keys
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
  const queues = new BullHintQueues(redis, connect, options);
  if (!(await firstAnswer(redis))) {
    options.log.warn('Redis does not answer: deliveries run in direct mode until it does');
    return queues;
  }
  await refuseWrongPolicy(redis).catch(async (error: unknown) => {
    await queues.close();
    throw error;
  });
  return queues;
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

  readMark(): Promise<string | null> {
    return this.#redis.get(`${this.#prefix}:mark`);
  }

  async writeMark(word: string): Promise<void> {
    await this.#redis.set(`${this.#prefix}:mark`, word);
  }

  async hint(queue: string, id: string, payload: object): Promise<void> {
    if (!this.available()) return;
    const added = this.#open(queue).add('hint', payload, {
      jobId: id,
      removeOnComplete: true,
      removeOnFail: true,
    });
    added.catch((error: unknown) => this.#log.debug({ err: String(error), queue }, 'hint'));
    await Promise.race([added.catch(() => undefined), delay(HINT_MS, undefined, { ref: false })]);
  }

  #open(queue: string): Queue {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const opened = new Queue(queue, { connection: this.#redis, prefix: this.#prefix });
    opened.on('error', (error) => this.#log.debug({ err: error.message, queue }, 'queue'));
    this.#queues.set(queue, opened);
    return opened;
  }

  async repeat(queue: string, rhythm: CronRhythm | null, payload: object): Promise<void> {
    if (!this.available()) return;
    const opened = this.#open(queue);
    const ended = { removeOnComplete: true, removeOnFail: true };
    const template = { name: 'hint', data: payload, opts: ended };
    const written =
      rhythm === null
        ? opened.removeJobScheduler(RHYTHM)
        : opened.upsertJobScheduler(RHYTHM, { pattern: rhythm.cron, tz: rhythm.tz }, template);
    written.catch((error: unknown) => this.#log.debug({ err: String(error), queue }, 'repeat'));
    await Promise.race([written.catch(() => undefined), delay(HINT_MS, undefined, { ref: false })]);
  }

  async takeUnits(order: BucketOrder): Promise<BucketAnswer | null> {
    if (!this.available()) return null;
    const key = `${this.#prefix}:units:${order.key}`;
    const answer = takeFromSharedBucket(this.#redis, { ...order, key }).catch((error: unknown) => {
      this.#log.debug({ err: String(error) }, 'units');
      return null;
    });
    return Promise.race([answer, delay(TAKE_MS, null, { ref: false })]);
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
    // BullMQ waits for a Redis that is away without an end: what it holds there is only hints.
    const closing = [
      ...this.#workers.map((it) => it.close(true)),
      ...[...this.#queues.values()].map((it) => it.close()),
    ];
    const closed = Promise.allSettled(closing);
    await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })]);
    for (const connection of [this.#redis, ...this.#connections]) connection.disconnect();
  }
}
