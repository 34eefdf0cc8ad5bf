import { ApolloServer, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import express from 'express';
import {
  buildASTSchema,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  print,
  separateOperations,
  type ConstDirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { callHttp } from '../../infra/http/index.ts';
import { fragmentsOf } from '../shared/index.ts';
import { compileShape, completeData, withTypenames } from './complete-data.ts';
import { openRuntime, type PlannedFetch } from './runtime.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

const SUBGRAPH_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1_048_576;

function argumentOf(directive: ConstDirectiveNode, name: string): string | null {
  const value = directive.arguments?.find((it) => it.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}

/** Addresses of the subgraphs by name, as the supergraph gives them. @throws SUPERGRAPH_UNREADABLE */
function addressesIn(supergraph: DocumentNode): Map<string, string> {
  const graphs = supergraph.definitions.find(
    (it) => it.kind === Kind.ENUM_TYPE_DEFINITION && it.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  const found = values.flatMap((value) => {
    const graph = value.directives?.find((it) => it.name.value === 'join__graph');
    if (graph === undefined) return [];
    const [name, url] = [argumentOf(graph, 'name'), argumentOf(graph, 'url')];
    return name === null || url === null || !/^https?:/.test(url) ? [] : [[name, url] as const];
  });
  if (found.length > 0) return new Map(found);
  throw new HubError(
    'SUPERGRAPH_UNREADABLE',
    'config',
    'the file is no supergraph with HTTP subgraphs: it has no join__Graph with http addresses',
  );
}

/** Asks one subgraph; it answers errors and never throws. */
async function fetchFrom(url: string, { document, variables }: PlannedFetch): Promise<ExecutionResult> {
  try {
    const answer = await callHttp({
      method: 'POST',
      url,
      body: JSON.stringify({ query: print(document), variables }),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      timeoutMs: SUBGRAPH_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    return JSON.parse(answer.body.toString('utf8')) as ExecutionResult;
  } catch (cause) {
    const { code } = toHubError(cause);
    return {
      data: null,
      errors: [new GraphQLError('a subgraph did not answer', { extensions: { code, retryable: true } })],
    };
  }
}

/** One operation with its own fragments alone, as it was asked and as it is planned. */
type Separated = { readonly asked: DocumentNode; readonly planned: DocumentNode };

/** Operations of a document that Apollo keeps, so that the planner sees the same one again and keeps its plan. */
const separated = new WeakMap<DocumentNode, ReadonlyMap<string, Separated>>();

/** The operation that is asked for; the planner never sees a neighbour. */
function onlyOperation(
  document: DocumentNode,
  name: string | undefined,
  schema: GraphQLSchema,
): Separated | undefined {
  const known = separated.get(document);
  const operations =
    known ??
    new Map(
      Object.entries(separateOperations(document)).map(([key, asked]) => [
        key,
        { asked, planned: withTypenames(asked, schema) },
      ]),
    );
  separated.set(document, operations);
  const [first = ''] = operations.keys();
  return operations.get(name ?? first);
}

/** A gateway over any supergraph: planning, fetching and completion, and nothing else of a hub's. */
async function openGateway(sdl: string): Promise<GatewayInterface> {
  const supergraph = parse(sdl);
  const addresses = addressesIn(supergraph);
  const runtime = await openRuntime(sdl, (name, fetched) => fetchFrom(addresses.get(name) ?? '', fetched));
  const apiSchema = buildASTSchema(transformSupergraphToPublicSchema(supergraph), { assumeValidSDL: true });
  return {
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema, coreSupergraphSdl: sdl });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: async ({ document: whole, operation, operationName, request }) => {
          const only = onlyOperation(whole, operationName ?? undefined, apiSchema);
          const { asked, planned } = only ?? { asked: whole, planned: whole };
          const variables = getVariableValues(
            apiSchema,
            operation.variableDefinitions ?? [],
            request.variables ?? {},
          );
          if (variables.errors !== undefined) return { errors: variables.errors };
          const shape = compileShape(operation, fragmentsOf(asked), { schema: apiSchema, joined: null });
          const result = await runtime({
            document: planned,
            operationName: operation.name?.value,
            operationType: operation.operation,
            variables: variables.coerced,
            context: {},
          });
          return { ...result, data: completeData(result.data, shape) };
        },
      }),
    stop: () => Promise.resolve(),
  };
}

/**
 * Serves any supergraph with HTTP subgraphs at `/graphql` and `/` by our planning and execution alone: no access control,
 * no limits, no disclosure. For audits of the gateway, never for records.
 *
 * @throws SUPERGRAPH_UNREADABLE
 */
export async function openSupergraph(
  sdl: string,
): Promise<{ router: express.Router; close(): Promise<void> }> {
  const server = new ApolloServer({
    gateway: await openGateway(sdl),
    csrfPrevention: false,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
  });
  await server.start();
  const router = express.Router();
  router.use(['/graphql', '/'], express.json({ limit: '1mb' }), expressMiddleware(server));
  return { router, close: () => server.stop() };
}
