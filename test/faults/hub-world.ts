import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hubFileSchema, type HubFile } from '../../src/contracts/manifests/index.ts';
import { generateSigningKey } from '../../src/infra/signing/index.ts';
import { FaultProxy } from './fault-proxy.ts';
import { findFreePort } from '../../src/apps/embedded/index.ts';
import { holdsWithin, type Program, type Programs } from './programs.ts';

const CLI = join(import.meta.dirname, '../../src/apps/cli/main.ts');
const VARIANTS = join(import.meta.dirname, 'hub-process.ts');
const CONNECTORS = join(import.meta.dirname, '../../connectors');
const READY_MS = 60_000;

/** The hubs of a chain, from the one that accepts to the one at the end. */
export const CHAIN = [
  { id: 'district', level: 'DISTRICT', region: '370306' },
  { id: 'city', level: 'CITY', region: '370300' },
  { id: 'province', level: 'PROVINCE', region: '370000' },
] as const;
type Place = {
  readonly id: string;
  readonly level: 'DISTRICT' | 'CITY' | 'PROVINCE';
  readonly region: string;
};
type Relation = 'PARENT' | 'CHILD' | 'PEER';

const PEER_REGION = '440800';

/** The servers that the hubs of a world share. */
export type Servers = { readonly mongoUri: string; readonly redisUrl: string };

/** One hub as a process that can be killed and started again. */
export type WorldHub = {
  readonly id: string;
  readonly database: string;
  readonly publicKey: string;
  readonly keyFile: string;
  /** The environment of its processes. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stands before the hub; null where nobody calls it. */
  readonly proxy: FaultProxy | null;
  /** Starts the hub: the program itself, or one that leaves a mechanism out. */
  start(variant?: string): Promise<Program>;
  /** The process that runs now. */
  running(): Program;
  /** How many of its processes ended though nobody ended them. */
  endedByItself(): number;
};

/** What a chain of hubs is made of. */
export type WorldOptions = {
  readonly programs: Programs;
  readonly folder: string;
  readonly name: string;
  readonly servers: Servers;
  /** How many hubs of the chain, 2 or 3. */
  readonly length: 2 | 3;
  readonly random: () => number;
  /** What the hubs sign by; Ed25519 where nothing is said. */
  readonly algorithm?: 'ed25519' | 'sm2';
  /** So many hubs of other regions, which subscribe to everything of the first hub. */
  readonly peers?: number;
  /** Modules that every hub loads first. */
  readonly preload?: readonly string[];
};

type Made = {
  readonly algorithm: 'ed25519' | 'sm2';
  readonly hub: Place;
  readonly port: number;
  readonly proxy: FaultProxy | null;
  readonly publicKey: string;
  readonly keyFile: string;
};

function partnerOf(made: Made, relation: Relation, takes: boolean): object {
  const { hub, algorithm, publicKey, proxy } = made;
  return {
    id: hub.id,
    name: { zh: `测试${hub.id}平台`, en: hub.id },
    relation,
    region: hub.region,
    // One that only sends to us only calls; the others are reached through the proxy, their public address.
    ...(takes && proxy !== null ? { url: proxy.url } : {}),
    keys: [{ id: 'k1', algorithm, publicKey, from: '2026-01-01T00:00:00.000Z' }],
    ...(takes ? {} : { sends: { kinds: 'ALL', producerRegions: [hub.region] } }),
    ...(takes && relation === 'PEER' ? { receives: { kinds: 'ALL', mode: 'PUSH' } } : {}),
  };
}

function partnersOf(world: readonly Made[], own: Made): object[] {
  const chain = world.filter((it) => it.hub.region !== PEER_REGION);
  const peers = world.filter((it) => it.hub.region === PEER_REGION);
  const [first] = chain;
  if (peers.includes(own)) return first === undefined ? [] : [partnerOf(first, 'PEER', false)];
  const at = chain.indexOf(own);
  const [below, above] = [chain[at - 1], chain[at + 1]];
  return [
    ...(below === undefined ? [] : [partnerOf(below, 'CHILD', false)]),
    ...(above === undefined ? [] : [partnerOf(above, 'PARENT', true)]),
    ...(at === 0 ? peers.map((it) => partnerOf(it, 'PEER', true)) : []),
  ];
}

function hubFileOf(world: readonly Made[], own: Made): HubFile {
  return hubFileSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Hub',
    id: own.hub.id,
    name: { zh: `测试${own.hub.id}平台`, en: own.hub.id },
    level: own.hub.level,
    region: own.hub.region,
    partners: partnersOf(world, own),
  });
}

async function makeHub(options: WorldOptions, hub: Place): Promise<Made> {
  const algorithm = options.algorithm ?? 'ed25519';
  const { privatePem, publicKey } = generateSigningKey(algorithm);
  const keyFile = join(options.folder, `${hub.id}.key.pem`);
  writeFileSync(keyFile, privatePem, { mode: 0o600 });
  const port = await findFreePort();
  const proxy = hub === CHAIN[0] ? null : await FaultProxy.open({ targetPort: port, random: options.random });
  return { hub, algorithm, port, proxy, publicKey, keyFile };
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return answer.status === 200;
  } catch {
    return false;
  }
}

function hubOf(options: WorldOptions, made: Made): WorldHub {
  const { programs, folder, name, servers, preload = [] } = options;
  const { hub, port, proxy } = made;
  const database = `${name}_${hub.id}`;
  const env = {
    NODE_NO_WARNINGS: '1',
    XINQIAO_HUB_FILE: join(folder, `${hub.id}.hub.yml`),
    XINQIAO_CONNECTORS_DIR: CONNECTORS,
    XINQIAO_MONGODB_URI: servers.mongoUri,
    XINQIAO_DATABASE: database,
    XINQIAO_REDIS_URL: servers.redisUrl,
    XINQIAO_REDIS_PREFIX: database,
    XINQIAO_PORT: String(port),
    XINQIAO_PUBLIC_URL: proxy?.url ?? `http://127.0.0.1:${port}`,
    XINQIAO_SIGNING_KEY_FILE: made.keyFile,
    XINQIAO_LOG_LEVEL: 'info',
  };
  const started: Program[] = [];
  const running = () => {
    const current = started.at(-1);
    if (current === undefined) throw new Error(`${hub.id} was not started`);
    return current;
  };
  return {
    id: hub.id,
    database,
    publicKey: made.publicKey,
    keyFile: made.keyFile,
    settings: env,
    proxy,
    running,
    endedByItself: () => started.filter((it) => it.endedByItself()).length,
    async start(variant) {
      const logFile = join(folder, `${hub.id}.log`);
      const what = variant === undefined ? [CLI, 'serve'] : [VARIANTS, variant];
      const args = [...preload.flatMap((it) => ['--import', it]), ...what];
      const program = await programs.start({ name: hub.id, command: process.execPath, args, env, logFile });
      started.push(program);
      const ready = await holdsWithin(
        READY_MS,
        async () => !program.isAlive() || (await answersReady(port)),
        100,
      );
      if (!ready || !program.isAlive()) throw new Error(`${hub.id} did not start: see ${logFile}`);
      return program;
    },
  };
}

/** Writes hub files and keys of a chain, and of its first hub's peers behind it; no hub runs yet. */
export async function makeWorld(options: WorldOptions): Promise<WorldHub[]> {
  mkdirSync(options.folder, { recursive: true });
  const peers = Array.from({ length: options.peers ?? 0 }, (_, at) => `peer-${at + 1}`);
  const places: Place[] = [
    ...CHAIN.slice(0, options.length),
    ...peers.map((id): Place => ({ id, level: 'CITY', region: PEER_REGION })),
  ];
  const made: Made[] = [];
  for (const place of places) made.push(await makeHub(options, place));
  for (const it of made) {
    writeFileSync(join(options.folder, `${it.hub.id}.hub.yml`), stringify(hubFileOf(made, it)));
  }
  return made.map((it) => hubOf(options, it));
}
