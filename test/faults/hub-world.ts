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
/** One hub of {@link CHAIN}. */
export type HubId = (typeof CHAIN)[number]['id'];

/** The servers that the hubs of a world share. */
export type Servers = { readonly mongoUri: string; readonly redisUrl: string };

/** One hub as a process that can be killed and started again. */
export type WorldHub = {
  readonly id: HubId;
  readonly database: string;
  readonly publicKey: string;
  readonly keyFile: string;
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
};

type Made = {
  readonly algorithm: 'ed25519' | 'sm2';
  readonly hub: (typeof CHAIN)[number];
  readonly port: number;
  readonly proxy: FaultProxy | null;
  readonly publicKey: string;
  readonly keyFile: string;
};

function partnerOf(made: Made, relation: 'PARENT' | 'CHILD'): object {
  const { hub, algorithm, publicKey, proxy } = made;
  return {
    id: hub.id,
    name: { zh: `测试${hub.id}平台`, en: hub.id },
    relation,
    region: hub.region,
    // A child of the chain only calls; a parent is reached through the proxy, whose address is its public one.
    ...(relation === 'PARENT' && proxy !== null ? { url: proxy.url } : {}),
    keys: [{ id: 'k1', algorithm, publicKey, from: '2026-01-01T00:00:00.000Z' }],
    ...(relation === 'CHILD' ? { sends: { kinds: 'ALL', producerRegions: [hub.region] } } : {}),
  };
}

function hubFileOf(chain: readonly Made[], at: number): HubFile {
  const [below, own, above] = [chain[at - 1], chain[at], chain[at + 1]];
  if (own === undefined) throw new TypeError('no such hub');
  return hubFileSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Hub',
    id: own.hub.id,
    name: { zh: `测试${own.hub.id}平台`, en: own.hub.id },
    level: own.hub.level,
    region: own.hub.region,
    partners: [
      ...(below === undefined ? [] : [partnerOf(below, 'CHILD')]),
      ...(above === undefined ? [] : [partnerOf(above, 'PARENT')]),
    ],
  });
}

async function makeHub(options: WorldOptions, at: number): Promise<Made> {
  const hub = CHAIN[at];
  if (hub === undefined) throw new TypeError('no such hub');
  const algorithm = options.algorithm ?? 'ed25519';
  const { privatePem, publicKey } = generateSigningKey(algorithm);
  const keyFile = join(options.folder, `${hub.id}.key.pem`);
  writeFileSync(keyFile, privatePem, { mode: 0o600 });
  const port = await findFreePort();
  const proxy = at === 0 ? null : await FaultProxy.open({ targetPort: port, random: options.random });
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
  const { programs, folder, name, servers } = options;
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
    proxy,
    running,
    endedByItself: () => started.filter((it) => it.endedByItself()).length,
    async start(variant) {
      const logFile = join(folder, `${hub.id}.log`);
      const args = variant === undefined ? [CLI, 'serve'] : [VARIANTS, variant];
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

/** Writes hub files and keys of a chain; no hub runs yet. */
export async function makeWorld(options: WorldOptions): Promise<WorldHub[]> {
  mkdirSync(options.folder, { recursive: true });
  const made: Made[] = [];
  for (let at = 0; at < options.length; at += 1) made.push(await makeHub(options, at));
  made.forEach((it, at) => {
    writeFileSync(join(options.folder, `${it.hub.id}.hub.yml`), stringify(hubFileOf(made, at)));
  });
  return made.map((it) => hubOf(options, it));
}
