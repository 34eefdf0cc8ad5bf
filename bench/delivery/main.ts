import { parseArgs } from 'node:util';
import type { Programs } from '../../test/faults/programs.ts';
import { mongoStore, redisStore, type Store } from '../../test/faults/stores.ts';
import { medianOf } from '../ratio.ts';
import { machine } from '../report.ts';
import { refuseOptions, runWithPrograms } from '../with-programs.ts';
import { startDeliveryWorld, type DeliveryWorld } from './delivery-world.ts';
import { measureNoOps } from './plain-queue.ts';

const HELP = `script/bench delivery [--json] [--rounds N] [--versions N]
  Signed deliveries a second from the district's acceptance to the receipt stored at both hubs, for each signer and
  without Redis, beside what plain BullMQ does with jobs that do nothing; and commit to receipt at 100 a second.
  Both hubs, the store and Redis run on this machine. Progress and a table go to standard error.
  --json        one object on standard output as well
  --rounds N    rounds, each of every side in turn (default 3)
  --versions N  versions a side and round (default 3000)
`;
const STEADY = { versions: 1_500, batch: 5, perSecond: 100 };
const BATCH = 100;
const WARM_UP = 500;
const SIDES = ['ed25519', 'sm2', 'withoutRedis', 'bullmqNoOp'] as const;

type Side = (typeof SIDES)[number];
type Spread = { readonly median: number; readonly low: number; readonly high: number };

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const rounded = (value: number): number => Number(value.toPrecision(4));
const spreadOf = (values: readonly number[]): Spread => ({
  median: rounded(medianOf(values)),
  low: rounded(Math.min(...values)),
  high: rounded(Math.max(...values)),
});

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}

type Options = { readonly json: boolean; readonly rounds: number; readonly versions: number };

type Worlds = Readonly<Record<'ed25519' | 'sm2', DeliveryWorld>>;
type Bench = { readonly options: Options; readonly redis: Store; readonly worlds: Worlds };
type Found = {
  readonly rates: Record<Side, number[]>;
  readonly acceptMs: Record<'normal' | 'withoutRedis', number[]>;
};

/** Every side in turn, each round in the other order. */
async function measureRates({ options, redis, worlds }: Bench): Promise<Found> {
  const load = { versions: options.versions, batch: BATCH, perSecond: Number.POSITIVE_INFINITY };
  const rates: Found['rates'] = { ed25519: [], sm2: [], withoutRedis: [], bullmqNoOp: [] };
  const acceptMs: Found['acceptMs'] = { normal: [], withoutRedis: [] };
  const loaded = async (kept: number[]) => {
    const result = await worlds.ed25519.load(load);
    kept.push(...result.acceptMs);
    return result.perSecond;
  };
  const measure: Record<Side, () => Promise<number>> = {
    ed25519: () => loaded(acceptMs.normal),
    sm2: async () => (await worlds.sm2.load(load)).perSecond,
    async withoutRedis() {
      await redis.kill();
      return loaded(acceptMs.withoutRedis).finally(() => redis.start());
    },
    bullmqNoOp: () => measureNoOps(redis.uri, options.versions),
  };
  for (const world of Object.values(worlds)) await world.load({ ...load, versions: WARM_UP });
  for (let round = 0; round < options.rounds; round += 1) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const rate = await measure[side]();
      rates[side].push(rate);
      say(`round ${round + 1}  ${side.padEnd(14)}${rate.toFixed(0).padStart(7)} a second`);
    }
  }
  return { rates, acceptMs };
}

async function measureLatency(worlds: Worlds): Promise<Record<string, object>> {
  const latency: Record<string, object> = {};
  for (const [signer, world] of Object.entries(worlds)) {
    const { latenciesMs } = await world.load(STEADY);
    const [p50Ms, p99Ms] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)];
    latency[signer] = { p50Ms, p99Ms, measured: latenciesMs.length };
    say(`commit → receipt at ${STEADY.perSecond} a second, ${signer}: p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
  }
  return latency;
}

async function run(options: Options, programs: Programs, folder: string): Promise<object> {
  const mongo = await mongoStore({ programs, folder, name: 'mongo' });
  const redis = await redisStore({ programs, folder, name: 'redis' });
  await Promise.all([mongo.start(), redis.start()]);
  const place = { programs, folder, servers: { mongoUri: mongo.uri, redisUrl: redis.uri } };
  const worlds: Worlds = {
    ed25519: await startDeliveryWorld({ ...place, name: 'ed25519', algorithm: 'ed25519' }),
    sm2: await startDeliveryWorld({ ...place, name: 'sm2', algorithm: 'sm2' }),
  };
  const { rates, acceptMs } = await measureRates({ options, redis, worlds });
  const latency = await measureLatency(worlds);
  await Promise.all(Object.values(worlds).map((it) => it.stop()));
  const ratio = (side: Side, of: Side): Spread =>
    spreadOf(rates[side].map((it, at) => it / (rates[of][at] ?? Number.NaN)));
  return {
    machine: machine(),
    store: mongo.label,
    ...{ rounds: options.rounds, versions: options.versions },
    perSecond: Object.fromEntries(SIDES.map((it) => [it, spreadOf(rates[it])])),
    ratios: {
      'ed25519 ÷ bullmqNoOp': ratio('ed25519', 'bullmqNoOp'),
      'sm2 ÷ ed25519': ratio('sm2', 'ed25519'),
      'withoutRedis ÷ ed25519': ratio('withoutRedis', 'ed25519'),
    },
    acceptP99Ms: {
      normal: percentile(acceptMs.normal, 0.99),
      withoutRedis: percentile(acceptMs.withoutRedis, 0.99),
    },
    latency,
  };
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    versions: { type: 'string', default: '3000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const options: Options = {
  json: values.json,
  rounds: Number(values.rounds),
  versions: Number(values.versions),
};
if (values.help) {
  process.stdout.write(HELP);
} else if (!(options.rounds >= 1 && options.versions >= BATCH)) {
  refuseOptions('script/bench delivery: --rounds and --versions are whole numbers, at least 1 and 100');
} else {
  await runWithPrograms(options.json, (programs, folder) => run(options, programs, folder));
}
