import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import {
  findFreePort,
  findRedisProgram,
  startChildServer,
  surroundings,
  type ChildServer,
} from '../../../src/apps/embedded/index.ts';
import { startHub, type RunningHub } from '../../../src/apps/hub/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { countDeliveries } from '../../../src/exchange/delivery/index.ts';
import { pingRedis } from '../../../src/infra/queue/index.ts';
import { acceptBatch } from '../../../src/registry/records/index.ts';
import { environmentOf, eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { penaltyOf } from '../../support/penalties.ts';

let world: HubWorld;
let zibo: RunningHub;
let zhoucun: RunningHub;
let redisUrl: string;
let redis: ChildServer | null = null;

/** Starts this file's own Redis, always at the same address. */
async function startRedis(policy: string): Promise<void> {
  const program = findRedisProgram(surroundings());
  if (program === null) throw new Error('no Redis: run script/bootstrap');
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-redis-'));
  const { port } = new URL(redisUrl);
  redis = await startChildServer({
    program,
    args: [
      '--bind',
      '127.0.0.1',
      '--port',
      port,
      '--dir',
      folder,
      '--save',
      '',
      '--maxmemory-policy',
      policy,
    ],
    logFile: join(folder, 'redis.log'),
  });
  await pingRedis(redisUrl);
}

async function stopRedis(): Promise<void> {
  await redis?.stop();
  redis = null;
}

beforeAll(async () => {
  world = await makeHubWorld();
  redisUrl = `redis://127.0.0.1:${await findFreePort()}`;
  zibo = await world.start('zibo', ['exchange']);
});
afterAll(async () => {
  // BullMQ goes on looking for a Redis that is away, for as long as this process lives.
  if (redis === null) await startRedis('noeviction');
  await eventually('Redis is taken up', isWhole);
  await zhoucun.close();
  await zibo.close();
  await stopRedis();
});

const configOf = () => ({ ...world.configOf('zhoucun'), redisUrl });

/** Runs the hub as a process of its own that is expected to end by itself. */
async function serve(change?: (file: HubFile) => HubFile): Promise<{ code: number | null; errors: string }> {
  const config = { ...world.configOf('zhoucun', change), redisUrl };
  const child = spawn(process.execPath, [resolve('src/apps/cli/main.ts'), 'serve', '--role', 'worker'], {
    env: environmentOf(config),
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 15_000,
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, errors: Buffer.concat(said).toString('utf8') };
}

async function readyz(): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`http://127.0.0.1:${zhoucun.port}/readyz`);
  return { status: answer.status, body: (await answer.json()) as unknown };
}

const isWhole = async (): Promise<boolean> => JSON.stringify(await readyz()).includes('"degraded":[]');

const degraded = (...parts: string[]) => ({
  status: 200,
  body: expect.objectContaining({ ready: true, degraded: parts }) as unknown,
});

async function delivers(documentNo: string): Promise<void> {
  const { database } = zhoucun.parts;
  const { stored = 0, accepted = 0 } = await countDeliveries(database, 'zibo');
  await acceptBatch(database, [penaltyOf(documentNo)]);
  await eventually('it is delivered', async () => {
    const now = await countDeliveries(database, 'zibo');
    return (now.stored ?? 0) + (now.accepted ?? 0) > stored + accepted;
  });
}

describe('a hub', () => {
  it('refuses to start on a Redis that may drop keys, and its process ends', async () => {
    await startRedis('allkeys-lru');
    const { code, errors } = await serve();
    expect([code, errors]).toEqual([1, expect.stringContaining('REDIS_POLICY')]);
    await stopRedis();
  });

  it('refuses to start without a connector that its hub file names, and its process ends', async () => {
    const { code, errors } = await serve((file) => ({ ...file, connectors: ['none'] }));
    expect([code, errors]).toEqual([1, expect.stringContaining('FILE_MISSING')]);
  });

  it('starts without a Redis that is away, is ready and degraded, and delivers', async () => {
    zhoucun = await startHub(configOf(), ['worker']);
    expect(await readyz()).toEqual(degraded('redis'));
    await delivers('无-1');
    const metrics = await fetch(`http://127.0.0.1:${zhoucun.port}/metrics`);
    expect(await metrics.text()).toMatch(/^xinqiao_redis_available\{hub="zhoucun"\} 0$/m);
  });

  it('takes Redis up within two seconds of its coming, and does without it again', async () => {
    await startRedis('noeviction');
    await eventually('Redis is taken up', isWhole, 2_000);
    const client = new Redis(redisUrl);
    const marks = async () => (await client.keys('*:mark')).length;
    await eventually('the mark is there', async () => (await marks()) === 1);
    client.disconnect();
    await delivers('有-1');
    await stopRedis();
    await eventually('its absence is seen', async () => !(await isWhole()), 2_000);
    expect(await readyz()).toEqual(degraded('redis'));
    await delivers('无-2');
  });
});
