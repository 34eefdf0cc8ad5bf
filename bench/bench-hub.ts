import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { ApiParts } from '../src/api/gateway/index.ts';
import { contextOf, type ApiContext, type Asker } from '../src/api/shared/index.ts';
import { COLLECTIONS } from '../src/apps/hub/collections.ts';
import { hubFileSchema, type HubFile } from '../src/contracts/manifests/index.ts';
import { PartnerDirectory } from '../src/exchange/partners/index.ts';
import { clockOf } from '../src/infra/clock/index.ts';
import { silentLog } from '../src/infra/log/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../src/infra/mongo/index.ts';
import { signerOf } from '../src/infra/signing/index.ts';
import { loadCatalogue } from '../src/registry/catalogue/index.ts';

/** Folder of the released datasets and sources. */
export const CONNECTORS = join(import.meta.dirname, '../connectors');

/** The datasets and code lists of this repository. */
export const catalogue = loadCatalogue(CONNECTORS);

/** The hub that is measured: a district. */
export const benchHubFile: HubFile = hubFileSchema.parse({
  apiVersion: 'xinqiao/v1',
  kind: 'Hub',
  id: 'zhoucun',
  name: { zh: '测试信桥', en: 'Measured hub' },
  level: 'DISTRICT',
  region: '370306',
});

/** A database of the run's own, with every collection's indexes; dropped when it is closed. */
export async function openBenchDatabase(uri: string): Promise<HubDatabase> {
  const name = `xinqiao_bench_${randomBytes(6).toString('hex')}`;
  const database = await openDatabase({ uri, name, production: false });
  await ensureIndexes(database, COLLECTIONS);
  return {
    ...database,
    async close() {
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}

/** One command as the driver's own monitoring reports it, when it has succeeded. */
export type WatchedCommand = { readonly name: string; readonly collection: string; readonly ms: number };

/** The same database through a connection whose commands the driver reports. */
export async function openWatched(
  uri: string,
  database: HubDatabase,
  watch: (command: WatchedCommand) => void,
): Promise<HubDatabase> {
  const dbName = database.connection.name;
  const connection = await mongoose
    .createConnection(uri, { dbName, monitorCommands: true, writeConcern: { w: 'majority', journal: true } })
    .asPromise();
  const collections = new Map<number, string>();
  const client = connection.getClient();
  client.on('commandStarted', ({ requestId, databaseName, commandName, command }) => {
    const collection: unknown = command[commandName === 'getMore' ? 'collection' : commandName];
    if (databaseName === dbName) collections.set(requestId, String(collection));
  });
  client.on('commandSucceeded', ({ requestId, commandName, duration }) => {
    const collection = collections.get(requestId);
    collections.delete(requestId);
    if (collection !== undefined) watch({ name: commandName, collection, ms: duration });
  });
  return {
    connection,
    clock: clockOf(() => new Date()),
    server: database.server,
    close: () => connection.close(),
  };
}

/** What the query interface of the measured hub is made of; the peers are made of the same. */
export function apiPartsOf(database: HubDatabase): ApiParts {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    database,
    hub: benchHubFile,
    catalogue,
    liveSources: [],
    caller: { directory: new PartnerDirectory(benchHubFile), database, signer: signerOf(privateKey, 'k1') },
    log: silentLog(),
    exchange: {
      countDeliveries: () => Promise.resolve([]),
      findHolders: () => Promise.resolve(null),
      listStatements: () => Promise.resolve([]),
    },
    operations: {
      listConnectors: () => Promise.resolve([]),
      listConnectorFaults: () => Promise.resolve([]),
      listRuns: () => Promise.resolve([]),
      findRun: () => Promise.resolve(null),
      listRunChanges: () => Promise.resolve([]),
      countQuarantine: () => Promise.resolve([]),
      listQuarantine: () => Promise.resolve([]),
    },
  };
}

const TIMEOUT_MS = 30_000;

/** The context of one request, made as the hub makes it for a question from inside the program. */
export function requestContext(database: HubDatabase, asker: Asker): ApiContext {
  const { clock } = database;
  return contextOf({
    asker,
    traceId: randomUUID(),
    signal: new AbortController().signal,
    deadlineAt: Date.now() + TIMEOUT_MS,
    via: [],
    ownOnly: false,
    now: clock.now(),
    today: clock.today(),
  });
}
