import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { HubError } from '../../domain/hub-error.ts';
import { systemClock } from '../../infra/clock/index.ts';
import { findVariable, parseConfig, type Config } from '../../infra/config/index.ts';
import { runConnector } from '../../intake/pipeline/index.ts';
import { startEmbeddedStores, type EmbeddedStores } from '../embedded/index.ts';
import { startHub, type HubParts, type RunningHub } from '../hub/index.ts';
import { writeExports } from './inbox.ts';
import { keptKey, sandboxHubFile, sandboxPartner, type SandboxPartner } from './partner.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.data', 'sandbox');

/** A sandbox that answers. */
export type RunningSandbox = RunningHub & { readonly url: string; readonly partner: SandboxPartner };

function refuseProduction(): void {
  const named = ['NODE_ENV', 'XINQIAO_MODE'].find((it) => findVariable(it) === 'production');
  if (named === undefined) return;
  const said = `${named} is production: a sandbox shows made-up records and is for trying things out only`;
  throw new HubError('SANDBOX_IN_PRODUCTION', 'config', said);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A folder for this run alone. What runs left behind that were killed is cleared away. */
function runFolder(): string {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(join(FOLDER, name), { recursive: true, force: true });
  }
  const folder = join(FOLDER, `run-${process.pid}`);
  mkdirSync(folder);
  return folder;
}

function settingsOf(files: { hubFile: string; stores: EmbeddedStores }): Config {
  const given = ['PORT', 'HOST', 'PUBLIC_URL', 'LOG_LEVEL'].flatMap((it) => {
    const value = findVariable(`XINQIAO_${it}`);
    return value === undefined ? [] : [[`XINQIAO_${it}`, value] as const];
  });
  return parseConfig({
    XINQIAO_LOG_LEVEL: 'warn',
    ...Object.fromEntries(given),
    XINQIAO_HUB_FILE: files.hubFile,
    XINQIAO_SIGNING_KEY_FILE: keptKey(FOLDER, 'hub.key.pem'),
    XINQIAO_CONNECTORS_DIR: join(ROOT, 'connectors'),
    XINQIAO_MONGODB_URI: files.stores.mongo.uri,
    ...(files.stores.redis.url === null ? {} : { XINQIAO_REDIS_URL: files.stores.redis.url }),
    XINQIAO_DATABASE: `sandbox_${process.pid}_${Date.now().toString(36)}`,
  });
}

/** Runs every connector once, with the export in its folder; each row of the sandbox must be accepted. */
async function collect(parts: HubParts, inbox: string): Promise<void> {
  const { catalogue, database, hub, log, secret, caller } = parts;
  for (const declared of parts.connectors) {
    const { source, metadata } = declared;
    if (source.type !== 'file') continue;
    const connector = { ...declared, source: { ...source, folder: join(inbox, metadata.id) } };
    const receipt = await runConnector({
      connector,
      ...{ catalogue, database, hub, log, secret, clock: systemClock, signer: caller.signer },
    });
    if (receipt.faults.length === 0 && receipt.quarantined + receipt.refused === 0) continue;
    const rules = Object.keys(receipt.findingsByRule).join(', ');
    const said = `${metadata.id} did not accept a made-up row: ${rules}`;
    throw new HubError('SANDBOX_NOT_FILLED', 'defect', said);
  }
}

/** Two exports a few moments apart: what the second changes becomes a correction, a withdrawal, a change of name. */
async function fill(parts: HubParts, inbox: string): Promise<void> {
  const today = parts.database.clock.today();
  writeExports(inbox, today, false);
  await collect(parts, inbox);
  writeExports(inbox, today, true);
  await collect(parts, inbox);
}

/**
 * Starts a hub with made-up organisations on stores of its own. Their records come in by connectors, as any
 * department's do. Every start begins anew; the keys stay.
 *
 * @throws SANDBOX_IN_PRODUCTION, SANDBOX_NOT_FILLED and every code of `startEmbeddedStores` and `startHub`
 */
export async function startSandbox(): Promise<RunningSandbox> {
  refuseProduction();
  const folder = runFolder();
  const partner = sandboxPartner(FOLDER);
  const hubFile = join(folder, 'hub.yml');
  writeFileSync(hubFile, stringify(sandboxHubFile(partner)));
  const mongoUri = findVariable('MONGODB_URI');
  const stores = await startEmbeddedStores({
    dataDir: join(folder, 'stores'),
    given: mongoUri === undefined ? {} : { mongoUri },
    log: (sentence) => process.stderr.write(`xinqiao: ${sentence}\n`),
  });
  const clear = async () => {
    await stores.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const config = settingsOf({ hubFile, stores });
    const hub = await startHub(config, ['query', 'worker'], { sandbox: true });
    const url = config.publicUrl ?? `http://${config.host}:${hub.port}`;
    const close = async () => {
      await hub.parts.database.connection.dropDatabase();
      await hub.close();
      await clear();
    };
    try {
      await fill(hub.parts, join(folder, 'inbox'));
    } catch (error) {
      await close();
      throw error;
    }
    return { ...hub, url, partner, close };
  } catch (error) {
    await clear();
    throw error;
  }
}
