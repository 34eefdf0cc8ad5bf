import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVariable, parseConfig } from '../../infra/config/index.ts';
import { generateSigningKey } from '../../infra/signing/index.ts';
import { startEmbeddedStores } from '../embedded/index.ts';
import { startHub, type RunningHub } from '../hub/index.ts';

const HUB_FILE = `apiVersion: xinqiao/v1
kind: Hub
id: local
name: { zh: 本机平台, en: Local hub }
level: DISTRICT
region: "370306"
connectors: []
partners: []
`;

/**
 * Starts local stores and a hub on them, for development: settings that are given stand, the rest is made below
 * `.data/local`.
 */
export async function startEmbeddedHub(): Promise<RunningHub> {
  const folder = join('.data', 'local');
  mkdirSync(folder, { recursive: true });
  const keyFile = join(folder, 'signing-key.pem');
  if (!existsSync(keyFile)) writeFileSync(keyFile, generateSigningKey().privatePem, { mode: 0o600 });
  const hubFile = join(folder, 'hub.yml');
  if (!existsSync(hubFile)) writeFileSync(hubFile, HUB_FILE);
  const mongoUri = findVariable('MONGODB_URI');
  const redisUrl = findVariable('REDIS_URL');
  const stores = await startEmbeddedStores({
    dataDir: join(folder, 'stores'),
    given: {
      ...(mongoUri === undefined ? {} : { mongoUri }),
      ...(redisUrl === undefined ? {} : { redisUrl }),
    },
    log: (sentence) => process.stderr.write(`xinqiao: ${sentence}\n`),
  });
  const names = ['HUB_FILE', 'SIGNING_KEY_FILE', 'PORT', 'HOST', 'CONNECTORS_DIR', 'LOG_LEVEL', 'PUBLIC_URL'];
  const given = Object.fromEntries(names.map((it) => [`XINQIAO_${it}`, findVariable(`XINQIAO_${it}`)]));
  const config = parseConfig({
    XINQIAO_HUB_FILE: hubFile,
    XINQIAO_SIGNING_KEY_FILE: keyFile,
    ...Object.fromEntries(Object.entries(given).filter(([, it]) => it !== undefined)),
    XINQIAO_MONGODB_URI: stores.mongo.uri,
    ...(stores.redis.url === null ? {} : { XINQIAO_REDIS_URL: stores.redis.url }),
  });
  const hub = await startHub(config, ['exchange', 'query', 'worker']).catch(async (error: unknown) => {
    await stores.stop();
    throw error;
  });
  return {
    ...hub,
    async close() {
      await hub.close();
      await stores.stop();
    },
  };
}
