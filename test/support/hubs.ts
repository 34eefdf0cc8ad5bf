import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { HubFile } from '../../src/contracts/manifests/index.ts';
import { DEMO_HUBS, hubFileOf, type DemoHub, type HubFacts } from '../../src/apps/demo/hub-files.ts';
import { findFreePort } from '../../src/apps/embedded/index.ts';
import { startHub, type Role, type RunningHub } from '../../src/apps/hub/index.ts';
import { parseConfig, type Config } from '../../src/infra/config/index.ts';
import { generateSigningKey } from '../../src/infra/signing/index.ts';
import { freshDatabase, freshPrefix } from './servers.ts';

/** Hub files, keys and settings of the four hubs of the demo, on the test run's servers. */
export type HubWorld = {
  readonly folder: string;
  readonly facts: HubFacts;
  readonly keyFiles: Readonly<Record<DemoHub, string>>;
  /** Settings of one hub; `change` alters its hub file first. */
  configOf(hub: DemoHub, change?: (file: HubFile) => HubFile): Config;
  /** Starts a process's worth of a hub in this process. */
  start(hub: DemoHub, roles?: readonly Role[]): Promise<RunningHub>;
};

/** Makes keys and ports for the four hubs. */
export async function makeHubWorld(): Promise<HubWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-hubs-'));
  const facts: Record<string, { url: string; publicKey: string }> = {};
  const keyFiles: Record<string, string> = {};
  const databases: Record<string, ReturnType<typeof freshDatabase>> = {};
  for (const hub of DEMO_HUBS) {
    const { privatePem, publicKey } = generateSigningKey();
    const file = join(folder, `${hub}.key.pem`);
    writeFileSync(file, privatePem);
    keyFiles[hub] = file;
    facts[hub] = { url: `http://127.0.0.1:${await findFreePort()}`, publicKey };
    databases[hub] = freshDatabase();
  }
  const configOf = (hub: DemoHub, change: (file: HubFile) => HubFile = (it) => it): Config => {
    const hubFile = join(folder, `${hub}.hub.yml`);
    writeFileSync(hubFile, stringify(change(hubFileOf(hub, facts as HubFacts))));
    const { url, prefix } = freshPrefix();
    return parseConfig({
      XINQIAO_HUB_FILE: hubFile,
      XINQIAO_MONGODB_URI: databases[hub]!.uri,
      XINQIAO_DATABASE: databases[hub]!.dbName,
      XINQIAO_REDIS_URL: url,
      XINQIAO_REDIS_PREFIX: prefix,
      XINQIAO_PORT: new URL(facts[hub]!.url).port,
      XINQIAO_PUBLIC_URL: facts[hub]!.url,
      XINQIAO_SIGNING_KEY_FILE: keyFiles[hub],
      XINQIAO_LOG_LEVEL: 'silent',
    });
  };
  return {
    folder,
    facts: facts as HubFacts,
    keyFiles: keyFiles as Record<DemoHub, string>,
    configOf,
    start: (hub, roles = ['exchange', 'query', 'worker']) => startHub(configOf(hub), roles),
  };
}

/** What a process of its own needs to run a hub, or its command line, by these settings. */
export function environmentOf(
  config: Config,
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_OPTIONS: '',
    XINQIAO_HUB_FILE: config.hubFile,
    XINQIAO_MONGODB_URI: config.mongodbUri,
    XINQIAO_DATABASE: config.database,
    XINQIAO_REDIS_URL: config.redisUrl ?? '',
    XINQIAO_REDIS_PREFIX: config.redisPrefix,
    XINQIAO_PORT: String(config.port),
    XINQIAO_PUBLIC_URL: config.publicUrl ?? '',
    XINQIAO_SIGNING_KEY_FILE: config.signingKeyFile,
    XINQIAO_LOG_LEVEL: 'silent',
    ...more,
  };
}

/** Waits for a condition that other processes bring about; looks every few milliseconds, never longer than the time. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`${what} did not come about within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
