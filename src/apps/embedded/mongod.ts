import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { callHttp } from '../../infra/http/index.ts';
import { pingMongo } from '../../infra/mongo/index.ts';
import { mongodFolder, surroundings, type MongoProgram } from './locate.ts';
import type { RunningMongo } from './stand-in.ts';
import versions from './versions.json' with { type: 'json' };

const PROBE_MS = 1_500;
const START_TIMEOUT_MS = 20_000;
const DOWNLOAD_HOST = 'https://fastdl.mongodb.org/';

/** Whether the host of MongoDB's own download answers. Without it the download would only fail, slowly and loudly. */
export async function mongodIsOffered(): Promise<boolean> {
  return callHttp({ method: 'GET', url: DOWNLOAD_HOST, timeoutMs: PROBE_MS, maxBytes: 1_000_000 }).then(
    (answer) => answer.status < 500,
    () => false,
  );
}

/** Downloads mongod into the user's cache folder. */
export async function downloadMongod(): Promise<void> {
  const { MongoBinary } = await import('mongodb-memory-server-core');
  const downloadDir = mongodFolder(surroundings());
  await mkdir(downloadDir, { recursive: true });
  await MongoBinary.getPath({ version: versions.mongod, downloadDir });
}

function versionOf(program: string): string {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8' });
  return /v(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? versions.mongod;
}

/** Starts a real mongod as a one-member replica set, on a free port with its own folder. */
export async function startMongod(found: MongoProgram, dataDir: string): Promise<RunningMongo> {
  const { MongoMemoryReplSet } = await import('mongodb-memory-server-core');
  const dbPath = join(dataDir, 'mongod');
  await mkdir(dbPath, { recursive: true });
  const set = await MongoMemoryReplSet.create({
    binary: { systemBinary: found.program, version: versionOf(found.program) },
    instanceOpts: [{ dbPath, storageEngine: 'wiredTiger' }],
    replSet: { name: 'xinqiao', count: 1, storageEngine: 'wiredTiger', spawn: { detached: true } },
  });
  const stop = async () => {
    await set.stop({ doCleanup: false });
  };
  try {
    const uri = set.getUri();
    const { version } = await pingMongo(uri, START_TIMEOUT_MS);
    return { uri, pid: null, version, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
