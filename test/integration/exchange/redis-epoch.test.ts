import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { readEpoch, RedisEpoch } from '../../../src/exchange/engine/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { openHintQueues, type HintQueues } from '../../../src/infra/queue/index.ts';
import { freshDatabase, freshPrefix } from '../../support/servers.ts';

const { url, prefix } = freshPrefix();
let database: HubDatabase;
let queues: HintQueues;
let redis: Redis;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  queues = await openHintQueues({ url, prefix, log: silentLog() });
  redis = new Redis(url);
});
afterAll(async () => {
  redis.disconnect();
  await queues.close();
  await database.connection.dropDatabase();
  await database.close();
});

/** What a wiped Redis looks like to one hub. */
const empty = () => redis.del(`${prefix}:mark`);

describe('RedisEpoch', () => {
  it('begins nothing while Redis is away', async () => {
    const away: HintQueues = { ...queues, available: () => false };
    expect(await new RedisEpoch(database, away).look()).toBe(false);
    expect(await readEpoch(database)).toBe(0);
  });

  it('begins once, and every process of the hub finds the same number', async () => {
    const [one, two] = [new RedisEpoch(database, queues), new RedisEpoch(database, queues)];
    expect(await one.look()).toBe(true);
    expect([await two.look(), await one.look()]).toEqual([false, false]);
    expect([one.current(), two.current(), await readEpoch(database)]).toEqual([1, 1, 1]);
  });

  it('begins anew where Redis was emptied', async () => {
    await empty();
    const epoch = new RedisEpoch(database, queues);
    expect([await epoch.look(), epoch.current()]).toEqual([true, 2]);
  });

  it('begins anew where Redis was set back to an older copy', async () => {
    await queues.writeMark('1');
    const epoch = new RedisEpoch(database, queues);
    expect([await epoch.look(), epoch.current()]).toEqual([true, 3]);
  });

  it('looks once at a time', async () => {
    await empty();
    const epoch = new RedisEpoch(database, queues);
    expect(await Promise.all([epoch.look(), epoch.look()])).toEqual([true, false]);
  });
});
