import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findFreePort } from '../../src/apps/embedded/index.ts';
import { openDatabase } from '../../src/infra/mongo/index.ts';
import { generateSigningKey } from '../../src/infra/signing/index.ts';
import { mongoStore, redisStore } from '../../test/faults/stores.ts';
import { holdsWithin, type Programs } from '../../test/faults/programs.ts';
import { fillRegistry } from '../bench-data.ts';
import { CONNECTORS } from '../bench-hub.ts';

const CLI = join(import.meta.dirname, '../../src/apps/cli/main.ts');
/** No quota ends the measurement: what is measured is what refusals cost. */
const UNITS = 1_000_000_000;
const PURPOSE = 'PUBLIC_TENDER';

/** A hub's query interface in a process of its own, with data, and the platform that asks it. */
export type HubUnderAttack = {
  readonly url: string;
  readonly store: string;
  /** Codes of subjects that have records. */
  readonly codes: readonly string[];
  readonly platform: { readonly id: string; readonly keyFile: string; readonly purpose: string };
};

function hubFileFor(publicKey: string): object {
  return {
    apiVersion: 'xinqiao/v1',
    kind: 'Hub',
    id: 'zhoucun',
    name: { zh: '测试信桥', en: 'Measured hub' },
    level: 'DISTRICT',
    region: '370306',
    rates: { publicUnitsPerMinute: UNITS, partnerUnitsPerMinute: UNITS },
    partners: [
      {
        id: 'zhanjiang',
        name: { zh: '测试平台', en: 'Asking platform' },
        relation: 'PEER',
        region: '440800',
        keys: [{ id: 'k1', algorithm: 'ed25519', publicKey, from: '2020-01-01T00:00:00.000Z' }],
        query: { purposes: [PURPOSE], scopes: ['read:penalty', 'read:licence', 'read:evaluation'] },
      },
    ],
  };
}

/** Starts stores and a hub, and fills its registry. */
export async function startHubUnderAttack(programs: Programs, folder: string): Promise<HubUnderAttack> {
  // The store need not reach the disk: what refusals cost the hub is measured, not the disk.
  const mongo = await mongoStore({ programs, folder, name: 'mongo' }, false);
  const redis = await redisStore({ programs, folder, name: 'redis' });
  await Promise.all([mongo.start(), redis.start()]);
  const [own, asking] = [generateSigningKey(), generateSigningKey()];
  const keyFile = join(folder, 'zhanjiang.key.pem');
  writeFileSync(keyFile, asking.privatePem);
  writeFileSync(join(folder, 'hub.key.pem'), own.privatePem);
  writeFileSync(join(folder, 'hub.yml'), stringify(hubFileFor(asking.publicKey)));
  const database = await openDatabase({ uri: mongo.uri, name: 'attacked', production: false });
  const codes = await fillRegistry(database, folder);
  await database.close();
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    XINQIAO_HUB_FILE: join(folder, 'hub.yml'),
    XINQIAO_CONNECTORS_DIR: CONNECTORS,
    XINQIAO_MONGODB_URI: mongo.uri,
    XINQIAO_DATABASE: 'attacked',
    XINQIAO_REDIS_URL: redis.uri,
    XINQIAO_PORT: String(port),
    XINQIAO_PUBLIC_URL: url,
    XINQIAO_SIGNING_KEY_FILE: join(folder, 'hub.key.pem'),
    XINQIAO_LOG_LEVEL: 'error',
    NODE_ENV: 'production',
  };
  const args = [CLI, 'serve', '--role', 'gateway'];
  const logFile = join(folder, 'hub.log');
  await programs.start({ name: 'hub', command: process.execPath, args, env: settings, logFile });
  const ready = () =>
    fetch(`${url}/readyz`).then(
      (it) => it.status === 200,
      () => false,
    );
  if (!(await holdsWithin(60_000, ready))) throw new Error(`the hub did not become ready: see ${logFile}`);
  return { url, store: mongo.label, codes, platform: { id: 'zhanjiang', keyFile, purpose: PURPOSE } };
}
