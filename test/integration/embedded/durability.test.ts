import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import {
  findMongoProgram,
  startStandIn,
  surroundings,
  type MongoProgram,
  type RunningMongo,
} from '../../../src/apps/embedded/index.ts';

const WRITES = 200;
const KILL_AFTER = 120;

/** The stand-in that `script/test` installed, even where a real mongod comes first. */
function standIn(): MongoProgram {
  return findMongoProgram({ ...surroundings(), path: '', systemBinary: null });
}

/** Writes until the server dies; returns the numbers that were acknowledged. */
async function writeUntilKilled(running: RunningMongo): Promise<number[]> {
  const client = new MongoClient(running.uri, { serverSelectionTimeoutMS: 1_000, retryWrites: false });
  const acknowledged: number[] = [];
  const rows = client.db('durability').collection<{ _id: number }>('rows');
  const write = async (id: number) => {
    await rows.insertOne({ _id: id }, { writeConcern: { w: 'majority', journal: true } });
    acknowledged.push(id);
    if (acknowledged.length === KILL_AFTER && running.pid !== null) process.kill(running.pid, 'SIGKILL');
  };
  for (let id = 0; id < WRITES; id += 8) {
    const batch = Array.from({ length: 8 }, (_, offset) => write(id + offset));
    const results = await Promise.allSettled(batch);
    if (results.some((result) => result.status === 'rejected')) break;
  }
  await client.close();
  return acknowledged;
}

async function readBack(running: RunningMongo): Promise<Set<number>> {
  const client = new MongoClient(running.uri);
  const rows = await client.db('durability').collection<{ _id: number }>('rows').find().toArray();
  await client.close();
  return new Set(rows.map((row) => row._id));
}

describe('the embedded MongoDB stand-in', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  it('keeps every acknowledged write when it is killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xinqiao-durability-'));
    folders.push(folder);
    const first = await startStandIn(standIn(), folder);
    const acknowledged = await writeUntilKilled(first);
    await first.stop();
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILL_AFTER);
    expect(acknowledged.length).toBeLessThan(WRITES);

    const second = await startStandIn(standIn(), folder);
    const kept = await readBack(second);
    await second.stop();
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  it('refuses a second server in the folder of a running one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xinqiao-durability-'));
    folders.push(folder);
    const first = await startStandIn(standIn(), folder);
    await expect(startStandIn(standIn(), folder)).rejects.toMatchObject({ code: 'STORE_START_FAILED' });
    await first.stop();
  });
});
