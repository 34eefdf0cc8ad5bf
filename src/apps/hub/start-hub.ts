import { Access, AccessWatch, RunningRequests } from '../../api/access/index.ts';
import { startApi, type Api } from '../../api/gateway/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import { ExchangeEngine } from '../../exchange/engine/index.ts';
import { exchangeRouter } from '../../exchange/endpoints/index.ts';
import { partnerIntake, personForgetter } from '../../intake/pipeline/index.ts';
import type { Config } from '../../infra/config/index.ts';
import { redactConfig } from '../../infra/config/index.ts';
import { listen, makeApp } from './http-server.ts';
import { hubFileReader } from './hub-file-reader.ts';
import { openHub, openQueues, type HubParts } from './hub-parts.ts';
import { apiParts } from './ports.ts';

/** Parts a process of a hub may run. Together they are the whole hub. */
export const ROLES = ['exchange', 'query', 'worker'] as const;
/** One word of {@link ROLES}: endpoints for partners; the query interface; deliveries and pulls. */
export type Role = (typeof ROLES)[number];

/** Subgraphs that other processes serve: the address of each by name, and the secret shared with them. */
export type RemoteSubgraphs = {
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly secret: string;
};

/** A started process of a hub. */
export type RunningHub = { readonly port: number; readonly parts: HubParts; close(): Promise<void> };

/** The door that takes partners' records in, the same way as a department's. */
export function acceptanceOf(parts: HubParts): ReturnType<typeof partnerIntake> {
  const { database, catalogue, hub, secret } = parts;
  return partnerIntake({ database, catalogue, hub, secret });
}

/** Keeps keys and terms current in a process without a query interface, which looks for itself. */
function watchRights(parts: HubParts, readHubFile: () => HubFile | null): AccessWatch {
  const { caller, hub, publicUrl, log } = parts;
  const access = new Access({ caller, hub, publicUrl });
  const watch = new AccessWatch({ access, caller, readHubFile, log }, new RunningRequests());
  watch.start();
  return watch;
}

/**
 * Starts the named parts of a hub in this process.
 *
 * @param remote subgraphs that other processes serve, for the query interface
 * @throws every code of `openHub`; PORT_IN_USE, REDIS_POLICY, COMPOSITION_FAILED
 */
export async function startHub(
  config: Config,
  roles: readonly Role[],
  remote?: RemoteSubgraphs,
): Promise<RunningHub> {
  const readHubFile = hubFileReader(config.hubFile);
  const parts = await openHub(config);
  const queues = await openQueues(parts);
  const { caller, channels, log, publicUrl } = parts;
  const accept = acceptanceOf(parts);
  const started: { api: Api | null } = { api: null };
  const app = makeApp(parts, queues, () => (started.api?.hubFileIsFaulty === true ? ['hub-file'] : []));
  if (roles.includes('exchange')) app.use('/exchange/v1', exchangeRouter({ caller, accept, publicUrl, log }));
  const api = roles.includes('query')
    ? await startApi({
        ...apiParts(parts),
        publicUrl,
        readHubFile,
        sharedBuckets: queues,
        ...(remote === undefined ? {} : { remote }),
      })
    : null;
  started.api = api;
  if (api !== null) app.use(api.router);
  const watch = api === null ? watchRights(parts, readHubFile) : null;
  const engine = roles.includes('worker')
    ? new ExchangeEngine({
        caller,
        accept,
        forget: personForgetter(parts.database),
        queues,
        log,
        random: Math.random,
        channels,
      })
    : null;
  const server = await listen(app, { host: config.host, port: config.port });
  engine?.start();
  log.info(
    { port: server.port, roles, settings: redactConfig(config), mongodb: parts.database.server },
    'hub started',
  );
  return {
    port: server.port,
    parts,
    async close() {
      watch?.close();
      await server.close();
      await engine?.stop();
      await api?.close();
      await queues?.close();
      await parts.close();
      log.info('hub stopped');
    },
  };
}
