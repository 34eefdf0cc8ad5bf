import { createServer, type Server } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { seededRandom } from '../../src/apps/demo/sources/organisations.ts';
import { FaultProxy } from './fault-proxy.ts';
import { acceptedOf, note, readHistory } from './history.ts';
import {
  ending,
  faultName,
  kindsOf,
  Nemesis,
  planFaults,
  type FaultActions,
  type FaultKind,
} from './nemesis.ts';
import { findFreePort } from '../../src/apps/embedded/index.ts';
import { holdsWithin, type Program, type Programs } from './programs.ts';
import { redisStore, wipeRedis, type Store } from './stores.ts';

const DRAIN_MS = 15_000;
/** What is accepted while the worker is frozen is gone with the wipe: the two wipes alone must lose a tenth. */
const LASTS = 0.9;

/** What the control run came to. `lost` counts acknowledged records that the sink never saw. */
export type ControlResult = {
  readonly accepted: number;
  readonly lost: number;
  readonly faults: number;
  readonly lostShare: number;
};

/** A receiver that remembers which records came. */
async function openSink(seen: Set<string>): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      seen.add(String(request.headers['idempotency-key']));
      response.end('ok');
    });
  });
  const port = await findFreePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { server, port };
}

/** The faults of the main run that this world has parts for. */
function appliesToControl(kind: FaultKind): boolean {
  if (kind.what === 'proxy') return kind.hub === 1;
  if (kind.what === 'kill-hub' || kind.what === 'freeze-hub') return kind.hub === 0;
  return kind.what.startsWith('redis');
}

/** What the run needs. */
export type ControlRun = {
  readonly programs: Programs;
  readonly folder: string;
  readonly seed: number;
  readonly target: number;
  readonly perSecond: number;
  readonly say: (sentence: string) => void;
};

type Parts = {
  readonly redis: Store;
  readonly proxy: FaultProxy;
  readonly startWorker: () => Promise<Program>;
};

function actionsOf(parts: Parts, first: Program): FaultActions {
  const { redis, proxy, startWorker } = parts;
  let worker = first;
  const nothing = { end: () => Promise.resolve() };
  const freeze = (frozen: { signal(name: NodeJS.Signals): void }) => {
    frozen.signal('SIGSTOP');
    return ending(() => frozen.signal('SIGCONT'));
  };
  return async (kind) => {
    switch (kind.what) {
      case 'kill-hub':
        await worker.kill();
        return { end: async () => void (worker = await startWorker()) };
      case 'freeze-hub':
        return freeze(worker);
      case 'redis-wiped': {
        const thaw = freeze(worker);
        const end = async () => {
          await wipeRedis(redis.uri);
          await thaw.end();
        };
        return { end };
      }
      case 'redis-frozen':
        // The feeder stands still with it: bound to the clock, since no progress can end it.
        redis.signal('SIGSTOP');
        await new Promise((done) => setTimeout(done, 1_000));
        redis.signal('SIGCONT');
        return nothing;
      case 'redis-killed':
      case 'redis-away':
        await redis.kill();
        await new Promise((done) => setTimeout(done, kind.what === 'redis-away' ? 1_000 : 0));
        await redis.start();
        return nothing;
      case 'proxy':
        proxy.setMode(kind.mode);
        return ending(() => proxy.setMode('pass'));
      case 'mongo-killed':
      case 'mongo-frozen':
        return nothing;
    }
  };
}

async function isIdle(redis: Store): Promise<boolean> {
  const { hostname, port } = new URL(redis.uri);
  const queue = new Queue('records', { connection: { host: hostname, port: Number(port) } });
  try {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).every((it) => it === 0);
  } finally {
    await queue.close();
  }
}

/**
 * The same kind of load under the same kinds of faults against plain BullMQ. It must lose: a checker that does not
 * see it lose sees nothing.
 */
export async function runControl(run: ControlRun): Promise<ControlResult> {
  const { programs, seed, target, say } = run;
  const folder = join(run.folder, 'control');
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(seed);
  const redis = await redisStore({ programs, folder, name: 'control-redis' });
  await redis.start();
  const seen = new Set<string>();
  const sink = await openSink(seen);
  const proxy = await FaultProxy.open({ targetPort: sink.port, random });
  const historyFile = join(folder, 'history.jsonl');
  const { hostname: host, port } = new URL(redis.uri);
  const { perSecond } = run;
  const given = { host, port: Number(port), sink: `${proxy.url}/records`, target, perSecond, historyFile };
  const start = (role: 'feed' | 'work') =>
    programs.start({
      name: `control-${role}`,
      command: process.execPath,
      args: [join(import.meta.dirname, 'control-process.ts'), JSON.stringify({ ...given, role })],
      logFile: join(folder, `${role}.log`),
    });
  const worker = await start('work');
  const plan = planFaults({
    hubs: 2,
    target,
    rounds: 1,
    random,
    lasts: LASTS,
    among: kindsOf(2).filter(appliesToControl),
  });
  let accepted = 0;
  const nemesis = new Nemesis({
    plan,
    act: actionsOf({ redis, proxy, startWorker: () => start('work') }, worker),
    note: (phase, kind) => {
      const fault = faultName(kind, ['worker', 'sink']);
      note(historyFile, { kind: 'fault', at: Date.now(), phase, fault, accepted });
    },
  });
  const feeder = await start('feed');
  feeder.onLine((line) => {
    accepted = Number(line);
    nemesis.progress(accepted);
  });
  const work = nemesis.run();
  await feeder.ended;
  nemesis.finish();
  await work;
  await holdsWithin(DRAIN_MS, () => isIdle(redis), 500);
  const acknowledged = acceptedOf(readHistory(historyFile));
  const lost = acknowledged.filter((it) => !seen.has(it.key)).length;
  await proxy.close();
  await new Promise((done) => sink.server.close(done));
  say(`control: ${lost} of ${acknowledged.length} lost under ${plan.length} faults`);
  const lostShare = acknowledged.length === 0 ? 0 : lost / acknowledged.length;
  return { accepted: acknowledged.length, lost, faults: plan.length, lostShare };
}
