import { MongoClient } from 'mongodb';
import type { Store } from './stores.ts';

const AT_ONCE = 16;
const KILL_AFTER = 600;

/** What a store kept of its acknowledged writes over kills. */
export type StoreProof = { readonly kills: number; readonly acknowledged: number; readonly lost: number };

/** Writes from several hands until the server is killed; gives the numbers that were acknowledged. */
async function writeUntilKilled(store: Store, round: number): Promise<number[]> {
  const client = new MongoClient(store.uri, { serverSelectionTimeoutMS: 1_000, retryWrites: false });
  const rows = client.db('proof').collection<{ _id: number }>('rows');
  const acknowledged: number[] = [];
  const kills: Promise<void>[] = [];
  const hand = async (first: number) => {
    for (let n = first; ; n += AT_ONCE) {
      try {
        await rows.insertOne(
          { _id: round * 1_000_000 + n },
          { writeConcern: { w: 'majority', journal: true } },
        );
      } catch {
        return;
      }
      acknowledged.push(round * 1_000_000 + n);
      if (acknowledged.length >= KILL_AFTER && kills.length === 0) kills.push(store.kill());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => hand(at)));
  await Promise.all(kills);
  await client.close();
  return acknowledged;
}

/** Kills a running store several times under acknowledged writes, starts it again each time and counts what is gone. */
export async function proveStore(store: Store, kills: number): Promise<StoreProof> {
  const acknowledged: number[] = [];
  for (let round = 0; round < kills; round += 1) {
    acknowledged.push(...(await writeUntilKilled(store, round)));
    await store.start();
  }
  const client = new MongoClient(store.uri);
  const rows = await client.db('proof').collection<{ _id: number }>('rows').find().toArray();
  await client.close();
  const kept = new Set(rows.map((it) => it._id));
  return {
    kills,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((it) => !kept.has(it)).length,
  };
}
