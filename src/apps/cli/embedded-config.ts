import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVariable, parseConfig, type Config } from '../../infra/config/index.ts';
import { pingMongo } from '../../infra/mongo/index.ts';
import { generateSigningKey } from '../../infra/signing/index.ts';
import { startEmbeddedStores } from '../embedded/index.ts';

const HUB_FILE = `apiVersion: xinqiao/v1
kind: Hub
id: local
name: { zh: 本机平台, en: Local hub }
level: DISTRICT
region: "370306"
connectors: []
partners: []
`;
const FOLDER = join('.data', 'local');
const ADDRESS_FILE = join(FOLDER, 'stores.json');
const PING_MS = 2_000;

/** Where the local stores are reached. */
type StoreAddress = { readonly pid: number; readonly mongoUri: string; readonly redisUrl: string | null };

/** Settings on local stores, and how to let go of them: they are stopped by whoever started them. */
export type EmbeddedConfig = { readonly config: Config; stop(): Promise<void> };

/** The stores that another process of this folder runs, if they answer. */
async function findRunning(): Promise<StoreAddress | null> {
  if (!existsSync(ADDRESS_FILE)) return null;
  try {
    const address = JSON.parse(readFileSync(ADDRESS_FILE, 'utf8')) as StoreAddress;
    process.kill(address.pid, 0);
    await pingMongo(address.mongoUri, PING_MS);
    return address;
  } catch {
    // A process that was killed left its file.
    return null;
  }
}

/** Starts local stores and says where they are, so that a second process of this folder uses the same. */
async function startOwn(): Promise<StoreAddress & { stop(): Promise<void> }> {
  const mongoUri = findVariable('MONGODB_URI');
  const redisUrl = findVariable('REDIS_URL');
  const stores = await startEmbeddedStores({
    dataDir: join(FOLDER, 'stores'),
    given: {
      ...(mongoUri === undefined ? {} : { mongoUri }),
      ...(redisUrl === undefined ? {} : { redisUrl }),
    },
    log: (sentence) => process.stderr.write(`xinqiao: ${sentence}\n`),
  });
  const address = { pid: process.pid, mongoUri: stores.mongo.uri, redisUrl: stores.redis.url };
  writeFileSync(ADDRESS_FILE, JSON.stringify(address), { mode: 0o600 });
  return {
    ...address,
    async stop() {
      rmSync(ADDRESS_FILE, { force: true });
      await stores.stop();
    },
  };
}

/** The settings of a hub on these stores: those that are given stand, the rest is made below `.data/local`. */
function configOn({ mongoUri, redisUrl }: StoreAddress): Config {
  const keyFile = join(FOLDER, 'signing-key.pem');
  if (!existsSync(keyFile)) writeFileSync(keyFile, generateSigningKey().privatePem, { mode: 0o600 });
  const hubFile = join(FOLDER, 'hub.yml');
  if (!existsSync(hubFile)) writeFileSync(hubFile, HUB_FILE);
  const names = ['HUB_FILE', 'SIGNING_KEY_FILE', 'PORT', 'HOST', 'CONNECTORS_DIR', 'LOG_LEVEL', 'PUBLIC_URL'];
  const given = Object.fromEntries(names.map((it) => [`XINQIAO_${it}`, findVariable(`XINQIAO_${it}`)]));
  return parseConfig({
    XINQIAO_HUB_FILE: hubFile,
    XINQIAO_SIGNING_KEY_FILE: keyFile,
    ...Object.fromEntries(Object.entries(given).filter(([, it]) => it !== undefined)),
    XINQIAO_MONGODB_URI: mongoUri,
    ...(redisUrl === null ? {} : { XINQIAO_REDIS_URL: redisUrl }),
  });
}

/**
 * Settings on local stores, for development: those of a process that runs them in this folder, else stores started
 * now. Two processes never open the same files: the database locks them, and whoever comes second asks where the first
 * one's are.
 */
export async function embeddedConfig(): Promise<EmbeddedConfig> {
  mkdirSync(FOLDER, { recursive: true });
  const running = await findRunning();
  if (running !== null) return { config: configOn(running), stop: () => Promise.resolve() };
  const own = await startOwn();
  try {
    return { config: configOn(own), stop: () => own.stop() };
  } catch (error) {
    await own.stop();
    throw error;
  }
}
