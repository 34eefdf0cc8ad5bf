import { mkdir } from 'node:fs/promises';
import { pingMongo } from '../../infra/mongo/index.ts';
import { pingRedis } from '../../infra/queue/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { findMongoProgram, findRedisProgram, surroundings, type MongoProgram } from './locate.ts';
import { startMongod } from './mongod.ts';
import { startRedis } from './redis-server.ts';
import { startStandIn } from './stand-in.ts';
import versions from './versions.json' with { type: 'json' };

const PING_MS = 10_000;

/** The MongoDB-protocol server in use. `note` is one sentence for a person; `slow` says that figures will be low. */
export type EmbeddedMongo = {
  readonly uri: string;
  readonly kind: 'given' | MongoProgram['kind'];
  readonly version: string;
  readonly note: string;
  readonly slow: boolean;
};

/** The Redis in use; `url` is null when there is none and deliveries run in direct mode. */
export type EmbeddedRedis = {
  readonly url: string | null;
  readonly kind: 'given' | 'redis-server' | 'valkey-server' | 'none';
  readonly note: string;
};

/** Local stores for development, the demo and tests; never for production. */
export type EmbeddedStores = {
  readonly mongo: EmbeddedMongo;
  readonly redis: EmbeddedRedis;
  /** Ends exactly the processes that were started, Redis first. */
  stop(): Promise<void>;
};

type Started<T> = { readonly facts: T; stop(): Promise<void> };

const nothingToStop = () => Promise.resolve();

function noteOn(found: MongoProgram, version: string): string {
  switch (found.kind) {
    case 'mongod':
      return `MongoDB ${version} (mongod of this machine), started for this run`;
    case 'mongod-download':
      return `MongoDB ${version} (downloaded), started for this run`;
    case 'secantusd-rs':
      return `secantusd-rs ${versions['secantusd-rs']}, speaks MongoDB ${version}'s protocol; for development and tests only`;
    case 'secantusd-py':
      return `secantusd-py ${versions['secantusd-py']}, speaks MongoDB ${version}'s protocol, slowly; for development and tests only`;
  }
}

async function openMongo(options: EmbeddedOptions): Promise<Started<EmbeddedMongo>> {
  const given = options.given?.mongoUri;
  if (given !== undefined) {
    const { version } = await pingMongo(given, PING_MS);
    const note = `MongoDB ${version}, as given by the environment`;
    return { facts: { uri: given, kind: 'given', version, note, slow: false }, stop: nothingToStop };
  }
  const found = findMongoProgram(surroundings());
  const slow = found.kind === 'secantusd-py';
  if (slow && options.wantFast === true) {
    throw new HubError(
      'STORE_SLOW',
      'config',
      'only the slow store is here: run script/bootstrap --store fast',
    );
  }
  const real = found.kind === 'mongod' || found.kind === 'mongod-download';
  const running = await (real ? startMongod(found, options.dataDir) : startStandIn(found, options.dataDir));
  const { uri, version } = running;
  return {
    facts: { uri, kind: found.kind, version, note: noteOn(found, version), slow },
    stop: () => running.stop(),
  };
}

async function openRedis(options: EmbeddedOptions): Promise<Started<EmbeddedRedis>> {
  const given = options.given?.redisUrl;
  if (given !== undefined) {
    const { version } = await pingRedis(given, PING_MS);
    const note = `Redis ${version}, as given by the environment`;
    return { facts: { url: given, kind: 'given', note }, stop: nothingToStop };
  }
  const program = findRedisProgram(surroundings());
  if (program === null) {
    const note = 'no Redis on this machine: deliveries run in direct mode, without a queue';
    return { facts: { url: null, kind: 'none', note }, stop: nothingToStop };
  }
  const running = await startRedis(program, options.dataDir);
  const { url, kind, version } = running;
  return {
    facts: { url, kind, note: `${kind} ${version}, started for this run` },
    stop: () => running.stop(),
  };
}

/** What {@link startEmbeddedStores} takes. */
export type EmbeddedOptions = {
  /** Folder for the stores' files and logs, of this run alone; made when missing. */
  readonly dataDir: string;
  /** Servers that are running already; they are used and never stopped. */
  readonly given?: { readonly mongoUri?: string; readonly redisUrl?: string };
  /** Refuses the slow stand-in, for measurements. */
  readonly wantFast?: boolean;
  /** Takes one sentence for each store, for a person. */
  readonly log?: (sentence: string) => void;
};

/**
 * Starts a MongoDB-protocol server and Redis on free local ports, or takes those that are given. They end with this
 * process, however it ends.
 *
 * @throws STORE_NOT_INSTALLED, STORE_SLOW, STORE_START_FAILED, STORE_UNREACHABLE, REDIS_UNREACHABLE
 */
export async function startEmbeddedStores(options: EmbeddedOptions): Promise<EmbeddedStores> {
  await mkdir(options.dataDir, { recursive: true });
  const mongo = await openMongo(options);
  options.log?.(mongo.facts.note);
  // Redis second: a second run in the same folder has been refused by then, by the database's lock on its files.
  const redis = await openRedis(options).catch(async (error: unknown) => {
    await mongo.stop();
    throw error;
  });
  options.log?.(redis.facts.note);
  return {
    mongo: mongo.facts,
    redis: redis.facts,
    async stop() {
      await redis.stop();
      await mongo.stop();
    },
  };
}
