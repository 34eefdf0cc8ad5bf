import { randomUUID } from 'node:crypto';
import type express from 'express';
import { HubError } from '../../domain/hub-error.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import { Access, AccessWatch, RunningRequests } from '../access/index.ts';
import { RateDesk, type SharedBuckets } from '../rates/index.ts';
import { subgraphNameOf } from '../datasets/index.ts';
import { contextOf, ReadLog, type Asker, type Subgraph } from '../shared/index.ts';
import { startApollo } from './apollo.ts';
import { IN_PROCESS } from './compose.ts';
import { Composer } from './composer.ts';
import { makeDoors } from './doors.ts';
import { makeGeneration, type GatewayAnswer, type Generation } from './generation.ts';
import { HubGateway } from './hub-gateway.ts';
import { hubSubgraphs, type ApiParts } from './hub-subgraphs.ts';
import { makeSubgraphDoor } from './subgraph-door.ts';
import { httpExecutor, inProcessExecutor, type SubgraphExecutor } from './subgraph-executor.ts';

/** What the query interface needs of the program that starts it. */
export type ApiOptions = ApiParts & {
  /** Base URL partners reach this hub by, without a trailing slash; signatures cover it. */
  readonly publicUrl: string;
  /** Says in every answer that its records are made up. */
  readonly sandbox?: boolean;
  /**
   * The hub file where it was changed since the last call, or null. Given, keys, terms and revocations are looked at
   * twice a second and end requests that run; without it they are looked at with each request.
   */
  readonly readHubFile?: () => HubFile | null;
  /** Quotas over all processes of the hub; without it, and while it does not answer, each process counts for itself. */
  readonly sharedBuckets?: SharedBuckets | null;
  /** Subgraphs that run in other processes: the address of each door by subgraph name, and the shared secret. */
  readonly remote?: { readonly subgraphs: Readonly<Record<string, string>>; readonly secret: string };
};

/** A question from inside the program: the command line, a bench, a test. It passes `admit` like any other. */
export type InnerQuestion = {
  readonly source: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly asker: Asker;
  readonly timeoutMs?: number;
};

/** A started query interface. */
export type Api = {
  /** Both doors: `/graphql` and `/partner/v1/graphql`; mount it at the root. */
  readonly router: express.Router;
  /** The supergraph in use, as another router would serve it. */
  readonly supergraphSdl: string;
  /** The schema in use as an asker sees it, without what joins subgraphs. */
  readonly publicSdl: string;
  /** Answers a question from inside the program. */
  ask(question: InnerQuestion): Promise<GatewayAnswer>;
  /** Whether a changed hub file could not be taken: the former terms stand. */
  readonly hubFileIsFaulty: boolean;
  /** Whether the last request was counted over all processes of the hub. */
  readonly quotasAreShared: boolean;
  /**
   * Composes anew, in a thread of its own, and serves the result from the next request on; requests under way end on
   * what they began with. What does not compose changes nothing.
   *
   * @param parts what is served from now on; absent: the same parts
   * @throws COMPOSITION_FAILED, COMPOSITION_TIMEOUT
   */
  recompose(parts?: ApiParts): Promise<void>;
  close(): Promise<void>;
};

const INNER_TIMEOUT_MS = 30_000;

function executorsOf(subgraphs: readonly Subgraph[], options: ApiOptions): Map<string, SubgraphExecutor> {
  const { remote, hub } = options;
  return new Map(
    subgraphs.map((subgraph) => {
      const url = remote?.subgraphs[subgraph.name];
      const executor =
        remote === undefined || url === undefined
          ? inProcessExecutor(subgraph)
          : httpExecutor({
              name: subgraph.name,
              url,
              secret: remote.secret,
              place: { source: `${hub.id}/${subgraph.name}`, region: hub.region },
            });
      return [subgraph.name, executor];
    }),
  );
}

async function generationOf(options: ApiOptions, composer: Composer): Promise<Generation> {
  const { subgraphs, costs } = hubSubgraphs(options);
  const urls = options.remote?.subgraphs ?? {};
  const planned = await composer.compose(
    subgraphs.map((it) => ({ ...it, url: urls[it.name] ?? IN_PROCESS })),
  );
  return makeGeneration({
    planned,
    executors: executorsOf(subgraphs, options),
    costs,
    place: { hub: options.hub.id, region: options.hub.region, sandbox: options.sandbox === true },
    allInProcess: Object.keys(urls).length === 0,
  });
}

async function askInside(
  gateway: HubGateway,
  question: InnerQuestion,
  options: ApiOptions,
): Promise<GatewayAnswer> {
  const { clock } = options.database;
  const context = contextOf({
    asker: question.asker,
    traceId: randomUUID(),
    signal: new AbortController().signal,
    deadlineAt: Date.now() + (question.timeoutMs ?? INNER_TIMEOUT_MS),
    via: [],
    ownOnly: false,
    now: clock.now(),
    today: clock.today(),
  });
  const admission = gateway.current.desk.admit({
    source: question.source,
    operationName: question.operationName ?? null,
    variables: question.variables ?? {},
    asker: question.asker,
    ownOnly: false,
    traceId: context.traceId,
  });
  if (admission.admitted === null) return { data: undefined, errors: admission.refused, extensions: {} };
  return gateway.answer(admission.admitted, context);
}

/**
 * Starts the query interface of a hub: composes its subgraphs, starts the gateway, and returns the doors to mount.
 *
 * @throws COMPOSITION_FAILED, FILE_MISSING, JWKS_BAD
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { caller, publicUrl, log, hub, readHubFile, sharedBuckets = null } = options;
  const rates = new RateDesk({
    clock: options.database.clock,
    rates: hub.rates,
    unitsOf: (partner) => caller.directory.find(partner)?.query?.unitsPerMinute,
    shared: sharedBuckets,
  });
  const readLog = new ReadLog(options.database);
  const composer = new Composer();
  const gateway = new HubGateway(await generationOf(options, composer), { readLog, rates });
  const server = await startApollo(gateway, rates);
  const access = new Access({ caller, hub, publicUrl });
  const running = new RunningRequests();
  const watch =
    readHubFile === undefined ? null : new AccessWatch({ access, caller, readHubFile, log }, running);
  watch?.start();
  return {
    router: makeDoors({ server, caller, access, running, log }),
    get supergraphSdl() {
      return gateway.current.supergraph.sdl;
    },
    ask: (question) => askInside(gateway, question, options),
    get publicSdl() {
      return gateway.current.supergraph.publicSdl;
    },
    async recompose(parts) {
      gateway.swap(await generationOf({ ...options, ...parts }, composer));
    },
    get quotasAreShared() {
      return rates.isShared;
    },
    get hubFileIsFaulty() {
      return watch?.fileIsFaulty ?? false;
    },
    close() {
      watch?.close();
      return server.stop();
    },
  };
}

/** Names of the subgraphs a hub has with these datasets; `apps` spreads them over processes. */
export function subgraphNames(catalogue: ApiParts['catalogue']): string[] {
  return ['subjects', 'exchange', 'recognition', 'operations', ...catalogue.datasets.map(subgraphNameOf)];
}

/**
 * Starts some of a hub's subgraphs for a gateway in another process: `POST /subgraphs/<name>`.
 *
 * @param options.secret shared with the gateway, at least 32 characters
 * @throws WEAK_SECRET
 */
export function startSubgraphs(
  options: ApiParts & { readonly names: readonly string[]; readonly secret: string },
): { readonly router: express.Router } {
  if (options.secret.length < 32) {
    throw new HubError(
      'WEAK_SECRET',
      'config',
      'the secret between gateway and subgraphs has at least 32 characters',
    );
  }
  const { subgraphs } = hubSubgraphs(options);
  const router = makeSubgraphDoor({
    subgraphs: subgraphs.filter((it) => options.names.includes(it.name)),
    secret: options.secret,
    readLog: new ReadLog(options.database),
    log: options.log,
  });
  return { router };
}
