import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  findMongoProgram,
  findRedisProgram,
  startEmbeddedStores,
  type Surroundings,
} from '../../../src/apps/embedded/index.ts';
import { pingMongo } from '../../../src/infra/mongo/index.ts';
import { pingRedis } from '../../../src/infra/queue/index.ts';
import { freshDatabase, freshPrefix } from '../../support/servers.ts';

const VERSIONS_FILE = join(import.meta.dirname, '../../../src/apps/embedded/versions.json');
const versions = JSON.parse(readFileSync(VERSIONS_FILE, 'utf8')) as Record<string, string>;
/** A port of the reserved range, on which nothing listens. */
const DEAD = '127.0.0.1:1';

describe('the search for servers', () => {
  let folder: string;
  let around: Surroundings;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'xinqiao-locate-'));
    around = {
      path: join(folder, 'bin'),
      cacheDir: join(folder, 'cache'),
      runtimeDir: join(folder, 'runtime'),
      systemBinary: null,
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const program = (name: string, mode = 0o755) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '#!/bin/sh\n', { mode });
    return join(folder, name);
  };

  it('refuses a machine without any server, and says what to do', () => {
    expect(() => findMongoProgram(around)).toThrow(expect.objectContaining({ code: 'STORE_NOT_INSTALLED' }));
    expect(findRedisProgram(around)).toBeNull();
  });

  it('passes over a file that is no program', () => {
    program('bin/mongod', 0o644);
    mkdirSync(join(folder, 'bin/redis-server'));
    expect(() => findMongoProgram(around)).toThrow(expect.objectContaining({ code: 'STORE_NOT_INSTALLED' }));
    expect(findRedisProgram(around)).toBeNull();
  });

  it('prefers a real mongod, then a downloaded one, then the fast stand-in, then the slow one', () => {
    const find = () => findMongoProgram(around).kind;
    program('runtime/secantusd-py/bin/secantusd-py');
    expect(find()).toBe('secantusd-py');
    program(`cache/secantusd-rs-${versions['secantusd-rs'] ?? ''}/bin/secantusd-rs`);
    expect(find()).toBe('secantusd-rs');
    program(`cache/mongod/mongod-x64-debian-${versions.mongod ?? ''}`);
    expect(find()).toBe('mongod-download');
    const onPath = program('bin/mongod');
    expect(findMongoProgram(around)).toEqual({ kind: 'mongod', program: onPath });
    const named = program('elsewhere/mongod-nightly');
    expect(findMongoProgram({ ...around, systemBinary: named }).program).toBe(named);
  });

  it('takes Redis before Valkey', () => {
    const valkey = program('bin/valkey-server');
    expect(findRedisProgram(around)).toBe(valkey);
    const redis = program('bin/redis-server');
    expect(findRedisProgram(around)).toBe(redis);
  });
});

describe('servers that are given', () => {
  it('are refused when they do not answer', async () => {
    await expect(pingMongo(`mongodb://${DEAD}`, 300)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await expect(pingRedis(`redis://${DEAD}`, 300)).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
  });

  it('are used and not stopped', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'xinqiao-given-'));
    const given = { mongoUri: freshDatabase().uri, redisUrl: freshPrefix().url };
    const said: string[] = [];
    const stores = await startEmbeddedStores({ dataDir, given, log: (sentence) => said.push(sentence) });
    expect([stores.mongo.kind, stores.mongo.uri]).toEqual(['given', given.mongoUri]);
    expect([stores.redis.kind, stores.redis.url]).toEqual(['given', given.redisUrl]);
    expect(said).toEqual([stores.mongo.note, stores.redis.note]);
    await stores.stop();
    expect((await pingMongo(given.mongoUri, 2_000)).replicaSet).not.toBeNull();
    expect(await pingRedis(given.redisUrl, 2_000)).toMatchObject({ policy: 'noeviction', appendOnly: true });
    rmSync(dataDir, { recursive: true, force: true });
  });
});
