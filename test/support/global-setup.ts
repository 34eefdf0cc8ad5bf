import { startEmbeddedStores, type EmbeddedStores } from '../../src/apps/embedded/index.ts';
import { openRunFolder } from './run-folder.ts';
import { MONGODB_VARIABLE, REDIS_VARIABLE } from './servers.ts';

declare global {
  /** The servers of this test run, for the tear-down. */
  var testStores: EmbeddedStores | undefined;
}

/** Starts one MongoDB-protocol server and one Redis for the whole test run, or takes those that are given. */
// Jest takes the default export of this file.
async function startServers(): Promise<void> {
  if (globalThis.testStores !== undefined) return;
  const mongoUri = process.env[MONGODB_VARIABLE];
  const redisUrl = process.env[REDIS_VARIABLE];
  const stores = await startEmbeddedStores({
    dataDir: openRunFolder(),
    given: {
      ...(mongoUri === undefined ? {} : { mongoUri }),
      ...(redisUrl === undefined ? {} : { redisUrl }),
    },
  });
  globalThis.testStores = stores;
  process.env[MONGODB_VARIABLE] = stores.mongo.uri;
  if (stores.redis.url !== null) process.env[REDIS_VARIABLE] = stores.redis.url;
}

export { startServers as default };
