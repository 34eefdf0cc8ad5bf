import { Access, AccessWatch, RunningRequests } from '../../api/access/index.ts';
import { startApi, type Api } from '../../api/gateway/index.ts';
import type { AcceptPartnerRecords } from '../../contracts/doors/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import { ExchangeEngine } from '../../exchange/engine/index.ts';
import { exchangeRouter } from '../../exchange/endpoints/index.ts';
import { partnerIntake, personForgetter } from '../../intake/pipeline/index.ts';
import { ScheduleEngine } from '../../intake/schedules/index.ts';
import { systemClock } from '../../infra/clock/index.ts';
import type { Config } from '../../infra/config/index.ts';
import { redactConfig } from '../../infra/config/index.ts';
import { makePages } from '../pages/index.ts';
import { listen, makeApp } from './http-server.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import { hubFileReader } from './hub-file-reader.ts';
import { openHub, openQueues, type HubParts } from './hub-parts.ts';
import type { ServedSources } from './load-sources.ts';
import { apiParts } from './ports.ts';
import { readStatusView } from './status-view.ts';

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

/** The door that takes partners' records in, the same way as a department's, by the catalogue of the moment. */
export function acceptanceOf(parts: HubParts): AcceptPartnerRecords {
  const { database, hub, secret } = parts;
  let made: { catalogue: HubParts['catalogue']; accept: AcceptPartnerRecords } | null = null;
  return (records, from) => {
    const { catalogue } = parts;
    if (made?.catalogue !== catalogue) {
      made = { catalogue, accept: partnerIntake({ database, catalogue, hub, secret }) };
    }
    return made.accept(records, from);
  };
}

/** Follows what the hub is served from; queries under way end on the schema they began with. */
async function follow(parts: HubParts, api: Api | null): Promise<void> {
  const apply = async (served: ServedSources): Promise<string | null> => {
    if (api === null) return null;
    await api.recompose(apiParts(parts, served));
    return api.publicSdl;
  };
  await parts.sources.start(apply, api?.publicSdl ?? null);
}

function engineOf(parts: HubParts, queues: HintQueues | null, accept: AcceptPartnerRecords): ExchangeEngine {
  const { caller, channels, log, database } = parts;
  const forget = personForgetter(database);
  return new ExchangeEngine({ caller, accept, forget, queues, log, random: Math.random, channels });
}

function schedulesOf(hubParts: HubParts, queues: HintQueues | null): ScheduleEngine {
  const parts = () => {
    const { catalogue, database, hub, log, secret, caller } = hubParts;
    return { catalogue, database, hub, log, secret, clock: systemClock, signer: caller.signer };
  };
  return new ScheduleEngine({ parts, connectors: () => hubParts.connectors, queues });
}

/** What a hub does by itself: it exchanges, and runs connectors when they are due. */
function workOf(parts: HubParts, queues: HintQueues | null, accept: AcceptPartnerRecords) {
  const [schedules, engine] = [schedulesOf(parts, queues), engineOf(parts, queues, accept)];
  return {
    start(): void {
      engine.start();
      schedules.start();
    },
    async stop(): Promise<void> {
      await schedules.stop();
      await engine.stop();
    },
  };
}

/** Keeps keys and terms current in a process without a query interface, which looks for itself. */
function watchRights(parts: HubParts, readHubFile: () => HubFile | null): AccessWatch {
  const { caller, hub, publicUrl, log } = parts;
  const access = new Access({ caller, hub, publicUrl });
  const watch = new AccessWatch({ access, caller, readHubFile, log }, new RunningRequests());
  watch.start();
  return watch;
}

/** What was opened keeps a process alive: one that cannot start would neither serve nor end. */
async function orClose<T>(opening: Promise<T>, close: () => Promise<unknown>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Starts the named parts of a hub in this process.
 *
 * @param more.remote subgraphs that other processes serve, for the query interface
 * @param more.sandbox marks every answer and the status page: these records are made up
 * @throws every code of `openHub`; PORT_IN_USE, REDIS_POLICY, COMPOSITION_FAILED
 */
export async function startHub(
  config: Config,
  roles: readonly Role[],
  more: { readonly remote?: RemoteSubgraphs | undefined; readonly sandbox?: boolean } = {},
): Promise<RunningHub> {
  const { remote, sandbox = false } = more;
  const readHubFile = hubFileReader(config.hubFile);
  const parts = await openHub(config);
  const queues = await orClose(openQueues(parts), () => parts.close());
  const closeStores = async () => {
    await queues?.close();
    await parts.close();
  };
  const { caller, log, publicUrl } = parts;
  const accept = acceptanceOf(parts);
  const started: { api: Api | null } = { api: null };
  const app = makeApp(parts, queues, () => (started.api?.hubFileIsFaulty === true ? ['hub-file'] : []));
  if (roles.includes('exchange')) app.use('/exchange/v1', exchangeRouter({ caller, accept, publicUrl, log }));
  const apiOptions = { publicUrl, sandbox, readHubFile, sharedBuckets: queues };
  const starting = () =>
    startApi({ ...apiParts(parts), ...apiOptions, ...(remote === undefined ? {} : { remote }) });
  const api = roles.includes('query') ? await orClose(starting(), closeStores) : null;
  started.api = api;
  if (api !== null) app.use(api.router);
  const graphiql = api !== null && (sandbox || config.mode === 'development');
  const now = () => parts.database.clock.now();
  app.use(
    makePages({ sandbox, graphiql, now, schema: api, readStatus: () => readStatusView(parts, queues) }),
  );
  const watch = api === null ? watchRights(parts, readHubFile) : null;
  const engine = roles.includes('worker') ? workOf(parts, queues, accept) : null;
  const closeParts = async () => {
    watch?.close();
    await api?.close();
    await closeStores();
  };
  const serve = () => listen(app, { host: config.host, port: config.port });
  const server = await orClose(follow(parts, api).then(serve), closeParts);
  engine?.start();
  log.info(
    { port: server.port, roles, settings: redactConfig(config), mongodb: parts.database.server },
    'hub started',
  );
  return {
    port: server.port,
    parts,
    async close() {
      await parts.sources.stop();
      await server.close();
      await engine?.stop();
      await closeParts();
      log.info('hub stopped');
    },
  };
}
