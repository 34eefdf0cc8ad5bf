import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { findVariable } from '../../infra/config/index.ts';
import { generateSigningKey, publicKeyOfFile } from '../../infra/signing/index.ts';
import { findFreePort, startEmbeddedStores, type EmbeddedStores } from '../embedded/index.ts';
import type { Children } from './children.ts';
import {
  DEMO_HUBS,
  DEMO_PLATFORMS,
  hubFileOf,
  platformPartner,
  type DemoHub,
  type HubFacts,
} from './hub-files.ts';
import { startHubProcess, type HubProcess } from './hub-process.ts';
import type { WorldPlaces } from './sources/world.ts';

/** Folder of the demo's data, below the folder it is started in. */
export const DEMO_FOLDER = join('.data', 'demo');

/** Starts the stores, or takes those that the environment names. */
export async function startStores(say: (text: string) => void): Promise<EmbeddedStores> {
  const mongoUri = findVariable('MONGODB_URI');
  const redisUrl = findVariable('REDIS_URL');
  return startEmbeddedStores({
    dataDir: join(DEMO_FOLDER, 'stores'),
    given: {
      ...(mongoUri === undefined ? {} : { mongoUri }),
      ...(redisUrl === undefined ? {} : { redisUrl }),
    },
    log: say,
  });
}

/** Empties the demo's folder, unless its data shall be kept. */
export function prepareFolder(keep: boolean): void {
  if (!keep) rmSync(DEMO_FOLDER, { recursive: true, force: true });
  mkdirSync(DEMO_FOLDER, { recursive: true });
}

/** Name of the databases of this run: a new one, or with `keep` that of the last run. */
export function databaseName(keep: boolean): string {
  const file = join(DEMO_FOLDER, 'database');
  if (keep && existsSync(file)) return readFileSync(file, 'utf8').trim();
  const name = `demo${Date.now().toString(36)}`;
  writeFileSync(file, name);
  return name;
}

function keyFileOf(hub: DemoHub): string {
  return resolve(DEMO_FOLDER, `${hub}.key.pem`);
}

/**
 * Makes a key and a port for each hub and writes their hub files.
 *
 * @param withPlatforms whether the city delivers to platforms that are not Xinqiao, too
 */
export async function writeHubFiles(withPlatforms: boolean): Promise<HubFacts> {
  const facts: Partial<Record<DemoHub, { url: string; publicKey: string }>> = {};
  for (const hub of DEMO_HUBS) {
    const file = keyFileOf(hub);
    if (!existsSync(file)) writeFileSync(file, generateSigningKey().privatePem, { mode: 0o600 });
    facts[hub] = { url: `http://127.0.0.1:${await findFreePort()}`, publicKey: publicKeyOfFile(file) };
  }
  const all = facts as HubFacts;
  for (const hub of DEMO_HUBS) {
    const file = hubFileOf(hub, all);
    const platforms = hub === 'zibo' && withPlatforms ? DEMO_PLATFORMS.map(platformPartner) : [];
    const whole = { ...file, partners: [...file.partners, ...platforms] };
    writeFileSync(join(DEMO_FOLDER, `${hub}.hub.yml`), stringify(whole));
  }
  return all;
}

/** What the hubs are started with. */
export type HubSettings = {
  readonly children: Children;
  readonly facts: HubFacts;
  readonly stores: EmbeddedStores;
  readonly places: WorldPlaces;
  readonly taxUrl: string;
  /** What the manifests of the platforms name. */
  readonly platforms: Readonly<Record<string, string>>;
  /** Tells runs of the demo apart on servers that outlive them. */
  readonly database: string;
};

function environmentOf(hub: DemoHub, settings: HubSettings): Record<string, string> {
  const { facts, stores, places, taxUrl, platforms, database } = settings;
  const { url } = facts[hub];
  return {
    NODE_ENV: 'production',
    XINQIAO_HUB_FILE: resolve(DEMO_FOLDER, `${hub}.hub.yml`),
    XINQIAO_MONGODB_URI: stores.mongo.uri,
    XINQIAO_DATABASE: `${database}_${hub}`,
    ...(stores.redis.url === null ? {} : { XINQIAO_REDIS_URL: stores.redis.url }),
    XINQIAO_REDIS_PREFIX: `${database}_${hub}`,
    XINQIAO_PORT: new URL(url).port,
    XINQIAO_PUBLIC_URL: url,
    XINQIAO_SIGNING_KEY_FILE: keyFileOf(hub),
    XQ_INBOX_DIR: resolve(places.inbox),
    XQ_FRXZCF_DSN: resolve(places.front),
    XQ_HOUSING_DSN: resolve(places.housing),
    XQ_TAX_URL: taxUrl,
    ...platforms,
  };
}

/** The four hubs of the demo, running. */
export type DemoProcesses = Readonly<Record<DemoHub, HubProcess>>;

/** Starts the four hubs, each a process with its own database, Redis prefix, key and port. */
export async function startHubs(settings: HubSettings): Promise<DemoProcesses> {
  const started = await Promise.all(
    DEMO_HUBS.map((id) =>
      startHubProcess({
        children: settings.children,
        id,
        url: settings.facts[id].url,
        environment: environmentOf(id, settings),
        logFile: join(DEMO_FOLDER, `${id}.log`),
      }),
    ),
  );
  return Object.fromEntries(started.map((it) => [it.id, it])) as unknown as DemoProcesses;
}

/** Private key of a hub, for the query that it signs. */
export function queryKeyOf(hub: DemoHub): string {
  return keyFileOf(hub);
}
