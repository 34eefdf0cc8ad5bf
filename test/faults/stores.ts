import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import {
  findFreePort,
  findMongoProgram,
  findRedisProgram,
  surroundings,
} from '../../src/apps/embedded/index.ts';
import { pingMongo } from '../../src/infra/mongo/index.ts';
import { pingRedis } from '../../src/infra/queue/index.ts';
import { type Program, type Programs } from './programs.ts';

const START_MS = 20_000;

/** A server that can be killed and started again in the same folder and on the same port. */
export type Store = {
  /** Name and version for the report. */
  readonly label: string;
  readonly uri: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
};

/** Where and among which programs a server runs. */
export type StorePlace = { readonly programs: Programs; readonly folder: string; readonly name: string };

/** A server of one command that is started anew after each kill. */
class RestartableStore implements Store {
  readonly label: string;
  readonly uri: string;
  readonly #place: StorePlace;
  readonly #command: readonly string[];
  readonly #ready: () => Promise<unknown>;
  #running: Program | null = null;

  constructor(
    place: StorePlace,
    server: { label: string; uri: string; command: readonly string[]; ready: () => Promise<unknown> },
  ) {
    this.#place = place;
    this.label = server.label;
    this.uri = server.uri;
    this.#command = server.command;
    this.#ready = server.ready;
  }

  async start(): Promise<void> {
    const [command = '', ...args] = this.#command;
    const { programs, folder, name } = this.#place;
    const running = await programs.start({ name, command, args, logFile: join(folder, `${name}.log`) });
    this.#running = running;
    const early = running.ended.then(() => {
      throw new Error(`${name} ended at its start: see ${join(folder, `${name}.log`)}`);
    });
    early.catch(() => undefined);
    await Promise.race([this.#ready(), early]);
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  signal(name: NodeJS.Signals): void {
    this.#running?.signal(name);
  }
}

/**
 * A MongoDB-protocol server: the stand-in of this machine.
 *
 * @param sync false takes the sync on commit out, for the run that must lose
 * @throws when the machine has another MongoDB server only
 */
export async function mongoStore(place: StorePlace, sync = true): Promise<Store> {
  const found = findMongoProgram({ ...surroundings(), path: '', systemBinary: null });
  if (found.kind !== 'secantusd-rs' && found.kind !== 'secantusd-py') {
    throw new Error(
      'the fault harness kills secantusd-rs or secantusd-py: run script/bootstrap --store fast',
    );
  }
  const data = join(place.folder, place.name);
  mkdirSync(data, { recursive: true });
  const config = join(place.folder, `${place.name}.toml`);
  writeFileSync(config, '# Empty on purpose: keeps the server from reading a file of the user.\n');
  const port = await findFreePort();
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const fast = found.kind === 'secantusd-rs';
  const command = [
    ...[found.program, '--config', config, '--host', '127.0.0.1', '--port', String(port)],
    ...['--storage-path', data, '--cache-size', '512M'],
    ...(fast ? ['--log-file-max', '32MB'] : []),
    ...(fast && sync ? ['--sync-on-commit'] : []),
  ];
  const label = `${found.kind}${fast && sync ? ' --sync-on-commit' : ''}`;
  return new RestartableStore(place, { label, uri, command, ready: () => pingMongo(uri, START_MS) });
}

/** A Redis that evicts nothing and writes to its append-only file, as production does. */
export async function redisStore(place: StorePlace): Promise<Store> {
  const program = findRedisProgram(surroundings());
  if (program === null) throw new Error('the fault harness needs Redis: run script/bootstrap');
  const folder = join(place.folder, place.name);
  mkdirSync(folder, { recursive: true });
  const port = await findFreePort();
  const uri = `redis://127.0.0.1:${port}`;
  const command = [
    ...[program, '--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--daemonize', 'no'],
    ...['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--save', ''],
  ];
  return new RestartableStore(place, { label: 'redis', uri, command, ready: () => pingRedis(uri, START_MS) });
}

/** Takes everything out of a Redis. */
export async function wipeRedis(uri: string): Promise<void> {
  const client = new Redis(uri, { maxRetriesPerRequest: 3 });
  client.on('error', () => undefined);
  try {
    await client.flushall();
  } finally {
    client.disconnect();
  }
}
