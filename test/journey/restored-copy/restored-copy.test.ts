import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeWorld, placesIn, writePenalties, type World } from '../../../src/apps/demo/sources/world.ts';
import { findStatement, statementId } from '../../../src/exchange/reconciliation/index.ts';
import { countDeliveries } from '../../../src/exchange/delivery/index.ts';
import { readCursor } from '../../../src/exchange/relay/index.ts';
import type { ReconciliationStatement } from '../../../src/contracts/messages/index.ts';
import type { Config } from '../../../src/infra/config/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import { lastSeq } from '../../../src/registry/changes/index.ts';
import { countUnsequenced, recordModel, type RecordDocument } from '../../../src/registry/records/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';

jest.setTimeout(240_000);
const PATIENCE_MS = 90_000;
const CLI = join(import.meta.dirname, '../../../src/apps/cli/main.ts');
const HUBS = ['zhoucun', 'zibo'] as const;
type Hub = (typeof HUBS)[number];
type Row = World['penalties'][number];

let world: HubWorld;
let rows: Row[];
let environment: NodeJS.ProcessEnv;
const configs = {} as Record<Hub, Config>;
const databases = {} as Record<Hub, HubDatabase>;
const processes = {} as Record<Hub, ChildProcess>;

function environmentOf(hub: Hub): NodeJS.ProcessEnv {
  const config = configs[hub];
  return {
    ...environment,
    XINQIAO_HUB_FILE: config.hubFile,
    XINQIAO_MONGODB_URI: config.mongodbUri,
    XINQIAO_DATABASE: config.database,
    XINQIAO_REDIS_URL: config.redisUrl ?? '',
    XINQIAO_REDIS_PREFIX: config.redisPrefix,
    XINQIAO_PORT: String(config.port),
    XINQIAO_PUBLIC_URL: world.facts[hub].url,
    XINQIAO_SIGNING_KEY_FILE: config.signingKeyFile,
    XINQIAO_LOG_LEVEL: 'silent',
  };
}

async function start(hub: Hub): Promise<void> {
  processes[hub] = spawn(process.execPath, [CLI, 'serve'], { stdio: 'ignore', env: environmentOf(hub) });
  const ready = () =>
    fetch(`${world.facts[hub].url}/readyz`).then(
      (it) => it.status === 200,
      () => false,
    );
  await eventually(`${hub} ready`, ready, 60_000);
}

async function kill(hub: Hub): Promise<void> {
  const running = processes[hub];
  if (running.exitCode !== null || running.signalCode !== null) return;
  running.kill('SIGKILL');
  await once(running, 'exit');
}

/** Runs `xinqiao` as an operator of a hub does, beside the running hub. */
async function xinqiao(hub: Hub, ...words: string[]): Promise<{ status: number; stdout: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...words], { env: environmentOf(hub) }, (error, stdout) => {
      done({ status: error === null ? 0 : Number(error.code), stdout });
    });
  });
}

type Compared = {
  equal: boolean;
  records: number;
  driven?: number;
  reissued?: number;
  waiting?: number;
  differences: Record<string, { key: string }[]>;
  statement: ReconciliationStatement;
  theirs: { driven: number } | null;
};

async function reconcile(hub: Hub, partner: Hub, ...words: string[]): Promise<Compared & { status: number }> {
  const { status, stdout } = await xinqiao(hub, 'reconcile', partner, '--json', ...words);
  return { status, ...(JSON.parse(stdout) as Compared) };
}

const sizesOf = ({ differences }: Compared): Record<string, number> =>
  Object.fromEntries(
    Object.entries(differences)
      .filter(([, it]) => it.length > 0)
      .map(([name, it]) => [name, it.length]),
  );

/** The department's file says this from now on, and the district reads it. */
async function collect(said: readonly Row[]): Promise<void> {
  await writePenalties(placesIn(world.folder), said);
  expect((await xinqiao('zhoucun', 'run', 'zc-penalty')).status).not.toBe(1);
}

/** Until the district has told the city everything and has its word on each record. */
async function delivered(): Promise<void> {
  const { zhoucun } = databases;
  await eventually(
    'delivery',
    async () => {
      // What is furthest back is looked at first: it becomes a delivery that the last look must see.
      const moving = (await countUnsequenced(zhoucun)) + (await countUnsequenced(databases.zibo));
      const relayed = (await readCursor(zhoucun, 'relay')) === (await lastSeq(zhoucun));
      const counts = await countDeliveries(zhoucun, 'zibo');
      const left = (counts.pending ?? 0) + (counts.packed ?? 0) + (counts.stored ?? 0);
      return left + moving === 0 && relayed;
    },
    PATIENCE_MS,
  );
}

type Copy = ReadonlyMap<string, Record<string, unknown>[]>;

async function copyOf(hub: Hub): Promise<Copy> {
  const { connection } = databases[hub];
  const collections = (await connection.db?.listCollections().toArray()) ?? [];
  const copy = new Map<string, Record<string, unknown>[]>();
  for (const { name } of collections) copy.set(name, await connection.collection(name).find({}).toArray());
  return copy;
}

/** The hub dies, yesterday's copy is put in the place of its data, and it starts again. */
async function setBack(hub: Hub, copy: Copy): Promise<void> {
  await kill(hub);
  const { connection } = databases[hub];
  for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
    await connection.collection(name).deleteMany({});
    const documents = copy.get(name) ?? [];
    if (documents.length > 0) await connection.collection(name).insertMany(documents);
  }
  await start(hub);
}

/** Both sides are equal, by a statement that both keep and that verifies with nothing but public keys. */
async function provenEqual(file: string): Promise<void> {
  const path = join(world.folder, file);
  await eventually(
    'both sides equal',
    async () => (await reconcile('zhoucun', 'zibo', '--statement', path)).equal,
    PATIENCE_MS,
  );
  const keys = join(world.folder, 'keys.json');
  const known = HUBS.map((hub) => ({ hub, id: 'k1', algorithm: 'ed25519', ...publicKeyOf(hub) }));
  writeFileSync(keys, JSON.stringify(known));
  const { status, stdout } = await xinqiao('zibo', 'verify', path, '--keys', keys, '--json');
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { valid: true, equal: true, sender: 'zhoucun' }]);
  const again = await reconcile('zhoucun', 'zibo', '--rebuild');
  expect([again.equal, again.status]).toEqual([true, 0]);
  for (const hub of HUBS) {
    const kept = await findStatement(databases[hub], statementId(again.statement));
    expect(kept?.statement).toEqual(again.statement);
  }
}

const publicKeyOf = (hub: Hub) => ({
  publicKey: world.facts[hub].publicKey,
  from: '2026-01-01T00:00:00.000Z',
  until: null,
  revokedAt: null,
});

async function heldAt(hub: Hub, documentNo: string): Promise<RecordDocument['head'] | null> {
  const found = await recordModel.in(databases[hub]).findOne({ 'versions.statement.documentNo': documentNo });
  return found?.head ?? null;
}

const withRow = (place: number, change: Row): void => {
  rows = rows.with(place, { ...rows[place], ...change });
};

const addRow = (name: string): void => {
  const [first] = rows;
  rows = [...rows, { ...first, CF_ID: `N-${name}`, CF_WSH: `测试罚〔2026〕${name}号` }];
};

beforeAll(async () => {
  world = await makeHubWorld();
  const places = placesIn(world.folder);
  mkdirSync(join(places.inbox, 'zc-penalty'), { recursive: true });
  rows = makeWorld({ rows: 150, seed: 11, today: '2026-06-01' }).penalties.slice(0, 20);
  environment = {
    ...process.env,
    NODE_OPTIONS: '',
    XQ_INBOX_DIR: places.inbox,
    XQ_FRXZCF_DSN: places.front,
    XQ_HOUSING_DSN: places.housing,
    XQ_TAX_URL: 'http://127.0.0.1:9',
  };
  for (const hub of HUBS) {
    configs[hub] = world.configOf(hub);
    const { mongodbUri: uri, database: name } = configs[hub];
    databases[hub] = await openDatabase({ uri, name, production: false });
    await start(hub);
  }
  await collect(rows);
  await delivered();
});
afterAll(async () => {
  await Promise.all(HUBS.map(kill));
  await Promise.all(HUBS.map((hub) => databases[hub].close()));
});

describe("a receiver restored from yesterday's copy", () => {
  it('lacks what came later, gets it again by asking its sender, and both prove that they are equal', async () => {
    const yesterday = await copyOf('zibo');
    addRow('9001');
    withRow(0, { CF_NR_FK: '6.66' });
    withRow(1, { SFCX: '1' });
    await collect(rows);
    await delivered();
    await setBack('zibo', yesterday);
    const found = await reconcile('zhoucun', 'zibo');
    expect([found.status, sizesOf(found)]).toEqual([2, { missingThere: 1, staleThere: 2 }]);
    const healed = await reconcile('zibo', 'zhoucun', '--heal');
    expect(healed.theirs?.driven).toBe(3);
    await provenEqual('receiver.json');
  });
});

describe("an origin restored from yesterday's copy", () => {
  it('does not know what it gave out, reads its source again, issues what differs anew, and is equal', async () => {
    const yesterday = await copyOf('zhoucun');
    addRow('9002');
    withRow(2, { SFCX: '1' });
    withRow(0, { CF_NR_FK: '7.77' });
    await collect(rows);
    await delivered();
    const documentNo = String(rows[0]?.['CF_WSH']);
    const givenOut = await heldAt('zibo', documentNo);
    await setBack('zhoucun', yesterday);
    const lost = await reconcile('zhoucun', 'zibo', '--heal');
    expect([lost.status, sizesOf(lost)]).toEqual([2, { missingHere: 1, staleHere: 2 }]);
    // The withdrawal and the new record come back by their source alone; the amount is issued again as it was here.
    expect(lost).toMatchObject({ reissued: 1, waiting: 2 });
    expect(await listAudit(databases.zhoucun, 'RECORD_REISSUED', 5)).toMatchObject([
      { details: { above: givenOut?.v, v: (givenOut?.v ?? 0) + 1 } },
    ]);
    // The source says by now what nobody was told before.
    withRow(0, { CF_NR_FK: '8.88' });
    await collect(rows);
    await delivered();
    await provenEqual('origin.json');
    const [here, there] = [await heldAt('zhoucun', documentNo), await heldAt('zibo', documentNo)];
    expect(there).toMatchObject({ v: here?.v, hash: here?.hash });
    expect(await heldAt('zibo', String(rows[2]?.['CF_WSH']))).toMatchObject({ operation: 'WITHDRAW' });
  });

  it('whose source brought another correction under the same number is told so, and issues it above', async () => {
    const yesterday = await copyOf('zhoucun');
    withRow(3, { CF_NR_FK: '2.22' });
    await collect(rows);
    await delivered();
    await setBack('zhoucun', yesterday);
    withRow(3, { CF_NR_FK: '3.33' });
    await collect(rows);
    await delivered();
    const found = await reconcile('zhoucun', 'zibo', '--heal');
    expect([sizesOf(found), found.reissued]).toEqual([{ conflicting: 1 }, 1]);
    await delivered();
    await provenEqual('conflict.json');
  });
});
