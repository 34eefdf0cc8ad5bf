import type { Document } from 'mongodb';
import { COLLECTIONS } from '../src/apps/hub/collections.ts';
import type { HubDatabase } from '../src/infra/mongo/index.ts';
import { openBenchDatabase } from './bench-hub.ts';
import { collect } from './bench-data.ts';
import { medianOf, ratioOf, type PairResult } from './ratio.ts';

/** What one run of a connector left, by collection. */
type Left = ReadonlyMap<string, Document[]>;

const SOURCE = 'zc-penalty';

/** Every document of every collection of a hub. */
async function everything(database: HubDatabase): Promise<Left> {
  const left = new Map<string, Document[]>();
  for (const { name } of COLLECTIONS) {
    const documents = await nativeOf(database).collection(name).find().toArray();
    if (documents.length > 0) left.set(name, documents);
  }
  return left;
}

function nativeOf(database: HubDatabase) {
  return database.connection.getClient().db(database.connection.name);
}

/** Seconds of a piece of work on a fresh database with a hub's indexes. */
async function onFresh<T>(
  uri: string,
  work: (database: HubDatabase) => Promise<T>,
): Promise<{ seconds: number; value: T }> {
  const database = await openBenchDatabase(uri);
  try {
    const startedAt = performance.now();
    const value = await work(database);
    return { seconds: (performance.now() - startedAt) / 1_000, value };
  } finally {
    await database.close();
  }
}

/** The driver's own way to store what the run left: nothing is read, judged, hashed or compared. */
async function insertAll(database: HubDatabase, left: Left): Promise<void> {
  for (const [name, documents] of left) {
    await nativeOf(database).collection(name).insertMany(documents, { ordered: false });
  }
}

/** Documents of one run by collection, and how many rows of its file were accepted. */
export type IntakeSample = { readonly rows: number; readonly left: Left };

/** Takes the file in once and keeps what that left. */
export async function sampleRun(uri: string): Promise<IntakeSample> {
  const { value } = await onFresh(uri, async (database) => {
    const receipt = await collect(database, SOURCE);
    if (receipt.accepted === 0) throw new Error(`nothing was accepted: ${JSON.stringify(receipt)}`);
    return { rows: receipt.read, left: await everything(database) };
  });
  return value;
}

/**
 * Rows a second from a GB18030 CSV to stored ÷ rows a second of `insertMany` of the very documents that leaves:
 * records, subjects, quarantine, receipts; the same indexes and write concern, each time a fresh database.
 */
export async function measureIntake(uri: string, rounds: number): Promise<PairResult> {
  const { rows, left } = await sampleRun(uri);
  const hub = async () => rows / (await onFresh(uri, (it) => collect(it, SOURCE))).seconds;
  const driver = async () => rows / (await onFresh(uri, (it) => insertAll(it, left))).seconds;
  await driver();
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const ours = await hub();
      pairs.push([ours, await driver()]);
    } else {
      const theirs = await driver();
      pairs.push([await hub(), theirs]);
    }
  }
  return {
    ...ratioOf(pairs),
    hub: medianOf(pairs.map(([it]) => it)),
    peer: medianOf(pairs.map(([, it]) => it)),
    unit: 'rows a second',
  };
}
