import { hubFileSchema, type HubFile } from '../../contracts/manifests/index.ts';
import type { LiveSource } from '../../contracts/doors/index.ts';
import { callerOf, PartnerDirectory, type CountingCaller } from '../../exchange/partners/index.ts';
import { loadHubPlatforms, type PlatformChannel } from '../../exchange/platforms/index.ts';
import type { Config } from '../../infra/config/index.ts';
import { readYamlFile } from '../../infra/files/index.ts';
import { openLog, type Logger } from '../../infra/log/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../infra/mongo/index.ts';
import { openHintQueues, type HintQueues } from '../../infra/queue/index.ts';
import { KeyRing } from '../../infra/signing/index.ts';
import type { LoadedConnector } from '../../intake/connectors/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { COLLECTIONS } from './collections.ts';
import { HotSources } from './hot-sources.ts';
import { openChannels, rowSecret } from './hub-connectors.ts';

/** What every process of a hub opens first. */
export type HubParts = {
  readonly config: Config;
  readonly hub: HubFile;
  readonly database: HubDatabase;
  /** What the hub is served from, followed while it runs; the next three are its present state. */
  readonly sources: HotSources;
  readonly catalogue: Catalogue;
  readonly connectors: readonly LoadedConnector[];
  readonly liveSources: readonly LiveSource[];
  readonly caller: CountingCaller;
  /** The ways to partners that are not Xinqiao, by partner. */
  readonly channels: ReadonlyMap<string, PlatformChannel>;
  readonly publicUrl: string;
  /** Keys the digests of rows in quarantine. */
  readonly secret: Buffer;
  readonly log: Logger;
  close(): Promise<void>;
};

/**
 * Opens what a hub's settings name: hub file, signing key, database with its indexes, catalogue, connectors.
 *
 * @throws BAD_FILE, FILE_MISSING, PLATFORM_DIFFERS, NO_SIGNING_KEY, STORE_UNREACHABLE, STORE_TOO_WEAK, CLOCK_SKEW
 */
export async function openHub(config: Config): Promise<HubParts> {
  const hub = readYamlFile(config.hubFile, hubFileSchema);
  const log = openLog(config.logLevel, { hub: hub.id });
  const ring = new KeyRing(config.signingKeyFile, config.signingKeyId);
  const database = await openDatabase({
    uri: config.mongodbUri,
    name: config.database,
    production: config.mode === 'production',
  });
  try {
    return await openOn(database, { config, hub, log, ring });
  } catch (error) {
    // An open connection keeps a process alive: one that cannot start would not end either.
    await database.close();
    throw error;
  }
}

async function openOn(
  database: HubDatabase,
  known: { config: Config; hub: HubFile; log: Logger; ring: KeyRing },
): Promise<HubParts> {
  const { config, hub, log, ring } = known;
  await ensureIndexes(database, COLLECTIONS);
  const sources = await HotSources.open({ config, hub, database, log });
  const { catalogue } = sources.current;
  const platforms = loadHubPlatforms(config.connectorsDir, hub, catalogue);
  const directory = new PartnerDirectory(hub, platforms);
  const caller = callerOf({ directory, database, ring });
  const channels = openChannels({ caller, catalogue, log });
  const secret = rowSecret(config);
  return {
    config,
    hub,
    database,
    sources,
    get catalogue() {
      return sources.current.catalogue;
    },
    get connectors() {
      return sources.current.connectors;
    },
    get liveSources() {
      return sources.current.liveSources;
    },
    caller,
    channels,
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    secret,
    log,
    async close() {
      await sources.close();
      for (const channel of channels.values()) await channel.close();
      await database.close();
    },
  };
}

/**
 * Opens the queue, or null: without Redis the hub delivers in direct mode, and says so.
 *
 * @throws REDIS_POLICY
 */
export async function openQueues(parts: HubParts): Promise<HintQueues | null> {
  const { redisUrl, redisPrefix } = parts.config;
  if (redisUrl === null) {
    parts.log.warn('no Redis: deliveries run in direct mode, without a queue');
    return null;
  }
  return openHintQueues({ url: redisUrl, prefix: redisPrefix, log: parts.log });
}
