import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pingRedis } from '../../infra/queue/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { findFreePort, startChildServer } from './child-server.ts';

const PING_MS = 5_000;
const PORT_TRIES = 5;

/** A running Redis. */
export type RunningRedis = {
  readonly url: string;
  readonly kind: 'redis-server' | 'valkey-server';
  readonly version: string;
  readonly pid: number;
  stop(): Promise<void>;
};

async function startOnce(program: string, dataDir: string): Promise<RunningRedis | null> {
  const folder = join(dataDir, 'redis');
  await mkdir(folder, { recursive: true });
  const port = await findFreePort();
  const server = await startChildServer({
    program,
    args: [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--daemonize', 'no'],
      ...['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--save', ''],
    ],
    logFile: join(dataDir, 'redis.log'),
  });
  const url = `redis://127.0.0.1:${port}`;
  const answer = await Promise.race([
    pingRedis(url, PING_MS).catch(() => null),
    server.ended.then(() => null),
  ]);
  // Another program may have taken the port between the choice and the start: then the answer is not our server's.
  if (answer?.processId !== server.pid) {
    await server.stop();
    return null;
  }
  const kind = basename(program) === 'valkey-server' ? 'valkey-server' : 'redis-server';
  return { url, kind, version: answer.version, pid: server.pid, stop: () => server.stop() };
}

/**
 * Starts Redis on a free port with its own folder: nothing is evicted, every write goes to the append-only file.
 *
 * @throws STORE_START_FAILED
 */
export async function startRedis(program: string, dataDir: string): Promise<RunningRedis> {
  for (let attempt = 0; attempt < PORT_TRIES; attempt += 1) {
    const running = await startOnce(program, dataDir);
    if (running !== null) return running;
  }
  throw new HubError(
    'STORE_START_FAILED',
    'transient',
    `${program} did not start; see ${join(dataDir, 'redis.log')}`,
  );
}
