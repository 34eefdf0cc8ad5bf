import { mkdirSync } from 'node:fs';
import { MongoClient, type Db } from 'mongodb';
import { seededRandom } from '../../../src/apps/demo/sources/organisations.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { acceptBatch } from '../../../src/registry/records/index.ts';
import { Generator } from '../generator.ts';
import { makeWorld, type WorldHub, type WorldOptions } from '../hub-world.ts';
import { holdsWithin } from '../programs.ts';
import { mongoStore, redisStore, type Store } from '../stores.ts';
import type { GoalStage } from './goal.ts';

const LOOK_MS = 20;

/** A delivery as the goals read it. */
export type SeenDelivery = {
  _id: string;
  partner: string;
  key: string;
  v: number;
  state: string;
  settledAt: Date | null;
};

/** A world whose first hub is fed by the goal. */
export type GoalWorld = {
  readonly redis: Store;
  readonly hubs: readonly WorldHub[];
  /** The first hub, which accepts. */
  readonly first: WorldHub;
  /** The first hub's partners by id. */
  hub(id: string): WorldHub;
  /** A hub's database, by the plain driver. */
  db(hub: WorldHub): Db;
  /** Accepts versions, at most so many a second. @returns instant of each acknowledgement by `<key> <version>` */
  accept(load: { versions: number; batch: number; perSecond: number }): Promise<Map<string, number>>;
  /** Waits until nothing is open between the first hub and a partner. */
  drained(partner: string, limitMs: number): Promise<boolean>;
  close(): Promise<void>;
};

/** Starts stores of its own and makes the hubs; none runs yet. */
export async function openGoalWorld(
  stage: GoalStage,
  options: Pick<WorldOptions, 'length' | 'peers' | 'preload'>,
): Promise<GoalWorld> {
  const { programs, folder, seed } = stage;
  mkdirSync(folder, { recursive: true });
  const mongo = await mongoStore({ programs, folder, name: 'mongo' });
  const redis = await redisStore({ programs, folder, name: 'redis' });
  await Promise.all([mongo.start(), redis.start()]);
  const servers = { mongoUri: mongo.uri, redisUrl: redis.uri };
  const random = seededRandom(seed);
  const hubs = await makeWorld({ programs, folder, name: 'goal', servers, random, ...options });
  const [first] = hubs;
  if (first === undefined) throw new TypeError('a world has a first hub');
  const client = new MongoClient(mongo.uri);
  const generator = new Generator(seededRandom(seed));
  let database: HubDatabase | null = null;
  const opened = async () =>
    (database ??= await openDatabase({ uri: mongo.uri, name: first.database, production: false }));
  const deliveries = client.db(first.database).collection<SeenDelivery>('deliveries');
  return {
    redis,
    hubs,
    first,
    hub(id) {
      const found = hubs.find((it) => it.id === id);
      if (found === undefined) throw new TypeError(`no hub ${id}`);
      return found;
    },
    db: (hub) => client.db(hub.database),
    async accept({ versions, batch, perSecond }) {
      const at = new Map<string, number>();
      const startedAt = Date.now();
      for (let done = 0; done < versions; done += batch) {
        const drafts = generator.next(Math.min(batch, versions - done));
        await acceptBatch(
          await opened(),
          drafts.map((it) => it.candidate),
        );
        for (const { candidate, v } of drafts) at.set(`${candidate.key} ${v}`, Date.now());
        const aheadMs = ((done + batch) / perSecond) * 1_000 - (Date.now() - startedAt);
        if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
      }
      return at;
    },
    drained: (partner, limitMs) =>
      holdsWithin(
        limitMs,
        async () => {
          const db = client.db(first.database);
          const [waiting, open, cursor, last] = await Promise.all([
            db.collection('records').countDocuments({ 'outbox.at': { $exists: true } }),
            deliveries.countDocuments({ partner, state: { $in: ['pending', 'packed'] } }),
            db.collection<{ _id: string; at: number }>('cursors').findOne({ _id: 'relay' }),
            db.collection<{ _id: number }>('changes').find().sort({ _id: -1 }).limit(1).next(),
          ]);
          return waiting + open + (last?._id ?? 0) - (cursor?.at ?? 0) === 0;
        },
        LOOK_MS,
      ),
    async close() {
      for (const { proxy } of hubs) proxy?.setMode('pass');
      await database?.close();
      await client.close();
      for (const { proxy } of hubs) await proxy?.close();
      await Promise.all(hubs.map((it) => it.running().kill()));
      await Promise.all([mongo.kill(), redis.kill()]);
    },
  };
}

/** For each version with a receipt of one partner: from its acknowledgement to the receipt at the sender, in ms. */
export async function latenciesTo(
  world: GoalWorld,
  partner: string,
  accepted: ReadonlyMap<string, number>,
): Promise<number[]> {
  const found = await world
    .db(world.first)
    .collection<SeenDelivery>('deliveries')
    .find({ partner, state: { $in: ['stored', 'accepted'] } })
    .toArray();
  return found.flatMap(({ key, v, settledAt }) => {
    const at = accepted.get(`${key} ${v}`);
    return at === undefined || settledAt === null ? [] : [settledAt.getTime() - at];
  });
}
