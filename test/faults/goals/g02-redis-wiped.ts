import { Redis } from 'ioredis';
import { holdsWithin } from '../programs.ts';
import { wipeRedis } from '../stores.ts';
import type { Goal, GoalStage } from './goal.ts';
import { openGoalWorld, type GoalWorld } from './goal-world.ts';

const REAL = 3_000;
const CHUNK = 5_000;
const LOOK_MS = 10;
const LIMIT_MS = 30_000;

/**
 * Fills the backlog up with deliveries that are due after the real ones and never reached while this is measured:
 * what is asked is how the hub finds its way in so many, not how long all of them take.
 */
async function fillBacklog(world: GoalWorld, stage: GoalStage): Promise<void> {
  const deliveries = world
    .db(world.first)
    .collection<{ _id: string; key: string; seq: number }>('deliveries');
  const one = await deliveries.findOne({ state: 'pending' });
  if (one === null) throw new Error('no delivery waits');
  for (let from = REAL; from < stage.backlog; from += CHUNK) {
    const size = Math.min(CHUNK, stage.backlog - from);
    const more = Array.from({ length: size }, (_, at) => ({
      ...one,
      _id: `filler|${from + at}`,
      key: String(from + at).padStart(64, '0'),
      dueAt: new Date(),
      seq: 10_000_000 + from + at,
    }));
    await deliveries.insertMany(more, { ordered: false, writeConcern: { w: 1, journal: false } });
  }
}

/** Most jobs that stood in Redis at once, and when the hub's mark was there again. */
class RedisWatch {
  readonly #client: Redis;
  readonly #prefix: string;
  mostJobs = 0;

  constructor(uri: string, prefix: string) {
    this.#client = new Redis(uri, { maxRetriesPerRequest: null, retryStrategy: () => 10 });
    this.#client.on('error', () => undefined);
    this.#prefix = prefix;
  }

  async isMarked(): Promise<boolean> {
    const jobs = await this.#client.keys(`${this.#prefix}:*:*-*-*`);
    this.mostJobs = Math.max(this.mostJobs, jobs.filter((it) => !it.includes('lock')).length);
    return (await this.#client.get(`${this.#prefix}:mark`)) !== null;
  }

  close(): void {
    this.#client.disconnect();
  }
}

async function measureWipe(
  world: GoalWorld,
  watch: RedisWatch,
): Promise<{ noticedMs: number; firstMs: number }> {
  const arrivals: number[] = [];
  world.hub('city').proxy?.watchEnvelopes((_, at) => arrivals.push(at));
  await wipeRedis(world.redis.uri);
  const wipedAt = Date.now();
  const noticed = await holdsWithin(LIMIT_MS, () => watch.isMarked(), LOOK_MS);
  const noticedMs = noticed ? Date.now() - wipedAt : Number.POSITIVE_INFINITY;
  await holdsWithin(LIMIT_MS, () => arrivals.some((it) => it >= wipedAt), LOOK_MS);
  const firstAt = arrivals.find((it) => it >= wipedAt) ?? Number.POSITIVE_INFINITY;
  return { noticedMs, firstMs: firstAt - wipedAt };
}

/** Redis is emptied while a great backlog waits. */
export const redisWiped: Goal = {
  id: 'G2',
  asked: 'noticed ≤ 2 s, first delivery ≤ 3 s after it is back, jobs ≤ partners × concurrency',
  async run(stage) {
    const world = await openGoalWorld(stage, { length: 2 });
    const watch = new RedisWatch(world.redis.uri, world.first.database);
    try {
      await world.hub('city').start();
      world.hub('city').proxy?.setMode('down');
      await world.first.start();
      await world.accept({ versions: REAL, batch: 100, perSecond: Number.POSITIVE_INFINITY });
      const relayed = async () =>
        (await world.db(world.first).collection('deliveries').countDocuments()) >= REAL;
      if (!(await holdsWithin(120_000, relayed, 200))) throw new Error('the relay did not come through');
      const filledAt = Date.now();
      await fillBacklog(world, stage);
      stage.say(
        `G2: ${stage.backlog} deliveries wait (${Math.round((Date.now() - filledAt) / 1_000)} s to fill)`,
      );
      world.hub('city').proxy?.setMode('latency');
      const health = world.db(world.first).collection('partner_health');
      await health.updateMany({}, { $set: { openUntil: null, outages: 0 } });
      const rounds: { noticedMs: number; firstMs: number }[] = [];
      for (let round = 0; round < 3; round += 1) rounds.push(await measureWipe(world, watch));
      const pending = await world
        .db(world.first)
        .collection('deliveries')
        .countDocuments({ state: { $in: ['pending', 'packed'] } });
      const noticedMs = rounds.map((it) => it.noticedMs);
      const firstMs = rounds.map((it) => it.firstMs);
      return {
        held: Math.max(...noticedMs) <= 2_000 && Math.max(...firstMs) <= 3_000 && watch.mostJobs <= 1,
        measured: { waiting: pending, noticedMs, firstDeliveryMs: firstMs, mostJobs: watch.mostJobs },
      };
    } finally {
      watch.close();
      await world.close();
    }
  },
};
