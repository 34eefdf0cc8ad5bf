import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { heal, reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { collectReceipts } from '../../../src/exchange/receipts/index.ts';
import type { HubDatabase } from '../../../src/infra/mongo/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

let pair: DeliveryPair;

beforeAll(async () => {
  pair = await openDeliveryPair();
});
afterAll(() => pair.close());

type Copy = ReadonlyMap<string, Record<string, unknown>[]>;

/** Everything that a database holds, as a backup would have it. */
async function copyOf(database: HubDatabase): Promise<Copy> {
  const collections = (await database.connection.db?.listCollections().toArray()) ?? [];
  const copy = new Map<string, Record<string, unknown>[]>();
  for (const { name } of collections)
    copy.set(name, await database.connection.collection(name).find({}).toArray());
  return copy;
}

async function restore(database: HubDatabase, copy: Copy): Promise<void> {
  for (const [name, documents] of copy) {
    const collection = database.connection.collection(name);
    await collection.deleteMany({});
    if (documents.length > 0) await collection.insertMany(documents);
  }
}

const partner = () => pair.zhoucun.caller.directory.get('zibo');
const compare = () => reconcile(pair.zhoucun.caller, partner());

describe('a city that was restored from an older copy', () => {
  it('lacks what came later, and the reconciliation names exactly that', async () => {
    await pair.owe('巳-1', '巳-2', '巳-3');
    await pair.drain();
    const yesterday = await copyOf(pair.zibo.parts.database);
    const today = await pair.owe('巳-4', '巳-5');
    await pair.drain();
    await collectReceipts(pair.zhoucun.caller, partner());
    expect([await pair.states(), (await compare()).equal]).toEqual([{ accepted: 5 }, true]);
    await restore(pair.zibo.parts.database, yesterday);
    const found = await compare();
    expect([found.equal, found.differences.missingThere.map((it) => it.key).sort()]).toEqual([
      false,
      today.sort(),
    ]);
  });

  it('heals by what differs alone, and everything is accepted again on both sides', async () => {
    const found = await compare();
    expect(await heal(pair.zhoucun.caller, partner(), found)).toEqual({ driven: 2, reissued: 0, waiting: 0 });
    expect(await pair.states()).toEqual({ accepted: 3, pending: 2 });
    await pair.drain();
    await collectReceipts(pair.zhoucun.caller, partner());
    expect([await pair.states(), (await compare()).equal]).toEqual([{ accepted: 5 }, true]);
  });

  it('is left alone where nothing differs', async () => {
    const nothing = { driven: 0, reissued: 0, waiting: 0 };
    expect(await heal(pair.zhoucun.caller, partner(), await compare())).toEqual(nothing);
    expect(await pair.states()).toEqual({ accepted: 5 });
  });
});
