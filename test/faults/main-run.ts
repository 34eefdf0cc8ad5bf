import { join } from 'node:path';
import { seededRandom } from '../../src/apps/demo/sources/organisations.ts';
import { checkChain, type ChainResult } from './check-chain.ts';
import { Observer } from './evidence.ts';
import { longestGaps, note, readHistory } from './history.ts';
import { makeWorld, type WorldHub } from './hub-world.ts';
import { ending, faultName, Nemesis, planFaults, type FaultActions } from './nemesis.ts';
import { holdsWithin, type Programs } from './programs.ts';
import { sendSameKey, type SameKeyResult } from './same-key.ts';
import { wipeRedis, type Store } from './stores.ts';

const DRAINED_LOOKS = 3;

/** What the run under faults is made of. */
export type MainRun = {
  readonly programs: Programs;
  readonly folder: string;
  readonly mongo: Store;
  readonly redis: Store;
  readonly seed: number;
  /** Versions to accept. */
  readonly target: number;
  readonly rounds: number;
  readonly perSecond: number;
  readonly drainLimitMs: number;
  readonly say: (sentence: string) => void;
};

/** What came of it. */
export type MainResult = {
  readonly faults: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
  readonly feederRetries: number;
  readonly loadMs: number;
  /** From the last acknowledgement and the end of the last fault until nothing is open at any hub. */
  readonly drainMs: number;
  readonly drained: boolean;
  /** Requests that the proxies saw, how many repeated a message, and how many a fault touched. */
  readonly traffic: { readonly requests: number; readonly repeated: number; readonly touched: number };
  /** Hubs that ended though nobody killed them. */
  readonly hubsEnded: number;
  /** Longest stand-still of acceptance around each kill of the database, in milliseconds; it includes the restart. */
  readonly databaseKillGapsMs: readonly number[];
  readonly sameKey: SameKeyResult;
} & ChainResult;

/** The actions of the nemesis on a world of real processes. */
function actionsOf(run: MainRun, hubs: readonly WorldHub[]): FaultActions {
  const hubAt = (at: number): WorldHub => {
    const hub = hubs[at];
    if (hub === undefined) throw new TypeError('no such hub');
    return hub;
  };
  const nothing = { end: () => Promise.resolve() };
  const freeze = (frozen: { signal(name: NodeJS.Signals): void }) => {
    frozen.signal('SIGSTOP');
    return ending(() => frozen.signal('SIGCONT'));
  };
  return async (kind) => {
    switch (kind.what) {
      case 'kill-hub': {
        const hub = hubAt(kind.hub);
        await hub.running().kill();
        return { end: () => hub.start().then(() => undefined) };
      }
      case 'freeze-hub':
        return freeze(hubAt(kind.hub).running());
      case 'redis-wiped': {
        const thaw = freeze(hubAt(0).running());
        const end = async () => {
          await wipeRedis(run.redis.uri);
          await thaw.end();
        };
        return { end };
      }
      case 'redis-killed':
        await run.redis.kill();
        await run.redis.start();
        return nothing;
      case 'redis-away':
        await run.redis.kill();
        return { end: () => run.redis.start() };
      case 'redis-frozen':
        return freeze(run.redis);
      case 'mongo-killed':
        await run.mongo.kill();
        await run.mongo.start();
        return nothing;
      case 'mongo-frozen': {
        // The feeder stands still with it: bound to the clock, since no progress can end it.
        const thaw = freeze(run.mongo);
        await new Promise((done) => setTimeout(done, 1_500));
        await thaw.end();
        return nothing;
      }
      case 'proxy': {
        const { proxy } = hubAt(kind.hub);
        if (proxy === null) return nothing;
        const before = proxy.sightings().touched[kind.mode] ?? 0;
        proxy.setMode(kind.mode);
        const met = () => (proxy.sightings().touched[kind.mode] ?? 0) > before;
        return ending(() => proxy.setMode('pass'), met);
      }
    }
  };
}

/** Feeds to the target while the nemesis works; gives how long the load took and how often the feeder repeated. */
async function load(run: MainRun, hubs: readonly WorldHub[], historyFile: string) {
  const { programs, folder, say } = run;
  const names = hubs.map((it) => it.id);
  const started = Date.now();
  let accepted = 0;
  let retries = 0;
  const random = seededRandom(run.seed);
  const plan = planFaults({ hubs: hubs.length, target: run.target, rounds: run.rounds, random });
  const nemesis = new Nemesis({
    plan,
    act: actionsOf(run, hubs),
    note: (phase, kind) => {
      const fault = faultName(kind, names);
      note(historyFile, { kind: 'fault', at: Date.now(), phase, fault, accepted });
      if (phase === 'begin')
        say(`${((Date.now() - started) / 1_000).toFixed(0)} s, ${accepted} accepted: ${fault}`);
    },
  });
  const given = { uri: run.mongo.uri, database: hubs[0]?.database, seed: run.seed, target: run.target };
  const args = JSON.stringify({ ...given, batch: 50, perSecond: run.perSecond, historyFile });
  const feeder = await programs.start({
    name: 'feeder',
    command: process.execPath,
    args: [join(import.meta.dirname, 'feeder-process.ts'), args],
    env: { NODE_NO_WARNINGS: '1' },
    logFile: join(folder, 'feeder.log'),
  });
  feeder.onLine((line) => {
    ({ accepted, retries } = JSON.parse(line) as { accepted: number; retries: number });
    nemesis.progress(accepted);
  });
  const work = nemesis.run();
  await Promise.race([feeder.ended, work.then(() => feeder.ended)]);
  const loadMs = Date.now() - started;
  nemesis.finish();
  await work;
  if (accepted < run.target)
    throw new Error(`the feeder ended at ${accepted}: see ${join(folder, 'feeder.log')}`);
  return { loadMs, retries, faultsByKind: nemesis.counted() };
}

/** Waits until nothing is open at any hub, seen several times in a row. */
async function drain(run: MainRun, hubs: readonly WorldHub[], observer: Observer): Promise<boolean> {
  let calm = 0;
  return holdsWithin(
    run.drainLimitMs,
    async () => {
      const open = await Promise.all(hubs.map((it) => observer.countOpen(it.database)));
      calm = open.every((it) => it === 0) ? calm + 1 : 0;
      return calm >= DRAINED_LOOKS;
    },
    300,
  );
}

function trafficOf(hubs: readonly WorldHub[]): MainResult['traffic'] {
  const seen = hubs.flatMap((it) => it.proxy?.sightings() ?? []);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, it) => all + it, 0);
  return {
    requests: sum(seen.map((it) => it.requests)),
    repeated: sum(seen.map((it) => it.repeated)),
    touched: sum(seen.flatMap((it) => Object.values(it.touched))),
  };
}

/** The run under faults: three hubs as they are in production, a load, a nemesis, a drain, the checkers. */
export async function runMain(run: MainRun): Promise<MainResult> {
  const servers = { mongoUri: run.mongo.uri, redisUrl: run.redis.uri };
  const random = seededRandom(run.seed + 1);
  const { programs, folder, say } = run;
  const hubs = await makeWorld({ programs, folder, name: 'main', servers, length: 3, random });
  await Promise.all(hubs.map((it) => it.start()));
  const historyFile = join(folder, 'history.jsonl');
  const { loadMs, retries, faultsByKind } = await load(run, hubs, historyFile);
  const faults = Object.values(faultsByKind).reduce((all, it) => all + it, 0);
  say(`${run.target} accepted in ${(loadMs / 1_000).toFixed(0)} s under ${faults} faults; draining`);
  const observer = new Observer(run.mongo.uri);
  try {
    const drainFrom = Date.now();
    const drained = await drain(run, hubs, observer);
    const drainMs = Date.now() - drainFrom;
    const checked = await checkChain(observer, hubs, historyFile);
    const traffic = trafficOf(hubs);
    const [first, second] = hubs;
    if (first === undefined || second === undefined) throw new TypeError('a chain has two hubs at least');
    const sameKey = await sendSameKey(first, second, observer);
    const hubsEnded = hubs.reduce((all, it) => all + it.endedByItself(), 0);
    await Promise.all(hubs.map((it) => it.running().stop()));
    const databaseKillGapsMs = longestGaps(readHistory(historyFile), 'mongo-killed');
    const counts = {
      faults,
      faultsByKind,
      feederRetries: retries,
      loadMs,
      drainMs,
      drained,
      traffic,
      hubsEnded,
    };
    return { ...counts, databaseKillGapsMs, sameKey, ...checked };
  } finally {
    await observer.close();
    for (const hub of hubs) await hub.proxy?.close();
  }
}
