import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { seededRandom } from '../../src/apps/demo/sources/organisations.ts';
import { openDatabase } from '../../src/infra/mongo/index.ts';
import { acceptBatch } from '../../src/registry/records/index.ts';
import { Generator } from '../../test/faults/generator.ts';
import { makeWorld, type Servers } from '../../test/faults/hub-world.ts';
import { holdsWithin, type Programs } from '../../test/faults/programs.ts';

const SETTLED_MS = 180_000;
const LOOK_MS = 20;

/** Two hubs as processes of their own, district → city, and how to load the first of them. */
export type DeliveryWorld = {
  /** Accepts versions at the district, at most `perSecond`, and waits until every one has its receipt. */
  load(load: { versions: number; batch: number; perSecond: number }): Promise<LoadResult>;
  stop(): Promise<void>;
};

/** What one load came to. Times in milliseconds. */
export type LoadResult = {
  /** Versions a second from the first that was accepted to the last whose receipt was stored at the sender. */
  readonly perSecond: number;
  /** From the store's acknowledgement of a version to the receipt stored at the sender, for each version. */
  readonly latenciesMs: readonly number[];
  /** How long the store took for each batch that was accepted. */
  readonly acceptMs: readonly number[];
};

/** Where a world runs. */
export type WorldPlace = {
  readonly programs: Programs;
  readonly folder: string;
  readonly name: string;
  readonly servers: Servers;
  readonly algorithm: 'ed25519' | 'sm2';
};

type Settled = { key: string; v: number; settledAt: Date | null };

/** Starts both hubs. The proxy of the fault harness stands between them and passes everything on. */
export async function startDeliveryWorld(place: WorldPlace): Promise<DeliveryWorld> {
  const { programs, name, servers, algorithm } = place;
  const folder = join(place.folder, name);
  const random = seededRandom(7);
  const hubs = await makeWorld({ programs, folder, name, servers, length: 2, random, algorithm });
  const [district, city] = hubs;
  if (district === undefined || city === undefined) throw new TypeError('two hubs are needed');
  await city.start();
  await district.start();
  const database = await openDatabase({ uri: servers.mongoUri, name: district.database, production: false });
  const client = new MongoClient(servers.mongoUri);
  const deliveries = client.db(district.database).collection<Settled & { state: string }>('deliveries');
  const generator = new Generator(seededRandom(11));
  const ended = { state: { $in: ['stored', 'accepted', 'superseded'] } };

  async function accept(load: { versions: number; batch: number; perSecond: number }) {
    const at = new Map<string, number>();
    const acceptMs: number[] = [];
    const startedAt = Date.now();
    for (let done = 0; done < load.versions; done += load.batch) {
      const drafts = generator.next(load.batch);
      const from = performance.now();
      await acceptBatch(
        database,
        drafts.map((it) => it.candidate),
      );
      acceptMs.push(performance.now() - from);
      for (const { candidate, v } of drafts) at.set(`${candidate.key} ${v}`, Date.now());
      const aheadMs = ((done + load.batch) / load.perSecond) * 1_000 - (Date.now() - startedAt);
      if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    }
    return { at, acceptMs, startedAt };
  }

  return {
    async load(load) {
      const before = await deliveries.countDocuments(ended);
      const { at, acceptMs, startedAt } = await accept(load);
      const all = async () => (await deliveries.countDocuments(ended)) - before >= load.versions;
      if (!(await holdsWithin(SETTLED_MS, all, LOOK_MS))) throw new Error(`${name} was not drained`);
      const found = await deliveries.find({ settledAt: { $gte: new Date(startedAt) } }).toArray();
      // A version that a newer one overtook before it was packed has no receipt of its own.
      const receipts = found.flatMap(({ key, v, settledAt, state }) => {
        const from = at.get(`${key} ${v}`);
        return state === 'superseded' || from === undefined || settledAt === null
          ? []
          : [{ ms: settledAt.getTime() - from, at: settledAt.getTime() }];
      });
      const lastAt = receipts.reduce((last, it) => Math.max(last, it.at), startedAt);
      return {
        perSecond: (load.versions * 1_000) / (lastAt - startedAt),
        latenciesMs: receipts.map((it) => it.ms),
        acceptMs,
      };
    },
    async stop() {
      await Promise.all(hubs.map((it) => it.running().stop()));
      for (const { proxy } of hubs) await proxy?.close();
      await database.close();
      await client.close();
    },
  };
}
