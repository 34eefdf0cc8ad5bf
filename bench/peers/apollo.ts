import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { buildSchema, execute, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { AdmissionDesk } from '../../src/api/gateway/admit.ts';
import { composeSupergraph, IN_PROCESS } from '../../src/api/gateway/compose.ts';
import { hubSubgraphs } from '../../src/api/gateway/hub-subgraphs.ts';
import type { ApiParts } from '../../src/api/gateway/index.ts';
import { armScalars, type ApiContext } from '../../src/api/shared/index.ts';
import { makePeer, type Answerer, type Executed } from './peer.ts';

/** A request as the gateway hands it to a data source. */
type SourceRequest = {
  readonly request: { readonly query?: string; readonly variables?: Record<string, unknown> };
  readonly context: ApiContext;
};
type DataSource = { process(request: SourceRequest): Promise<Executed> };
type Executor = (request: Record<string, unknown>) => Promise<Executed>;
type Gateway = { load(): Promise<{ executor: Executor }>; stop(): Promise<void> };

/** As much of the peer's package as is used; its own types are there only once it is installed. */
type GatewayPackage = {
  readonly ApolloGateway: new (options: {
    supergraphSdl: string;
    buildService: (service: { name: string }) => DataSource;
    logger: Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void>>;
  }) => Gateway;
  readonly LocalGraphQLDataSource: new (schema: GraphQLSchema) => DataSource;
};

/** A data source that parses each document once and does not validate what the planner made. */
function cachingSource(schema: GraphQLSchema): DataSource {
  const documents = new Map<string, DocumentNode>();
  return {
    async process({ request, context }) {
      const { query = '', variables } = request;
      const document = documents.get(query) ?? parse(query, { noLocation: true });
      documents.set(query, document);
      return execute({ schema, document, variableValues: variables ?? {}, contextValue: context });
    },
  };
}

const quiet = () => undefined;
const LOGGER = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (message: string) => process.stderr.write(`@apollo/gateway: ${message}\n`),
};

/** What Apollo Server would give its gateway beside document and context. */
function serverFacts(source: string): Record<string, unknown> {
  return {
    queryHash: createHash('sha256').update(source).digest('hex'),
    metrics: {},
    logger: LOGGER,
    overallCachePolicy: { restrict: quiet },
  };
}

/**
 * `@apollo/gateway` over the same supergraph and the same subgraph schemas in this process, behind the hub's own
 * admission and read log.
 *
 * @param how `local`: its own LocalGraphQLDataSource; `tuned`: a data source that keeps parsed documents
 */
export async function apolloPeer(
  parts: ApiParts,
  how: 'local' | 'tuned',
): Promise<{ answer: Answerer; stop(): Promise<void> }> {
  const { ApolloGateway, LocalGraphQLDataSource } = createRequire(
    new URL('../package.json', import.meta.url),
  )('@apollo/gateway') as GatewayPackage;
  const { subgraphs, costs } = hubSubgraphs(parts);
  const supergraph = composeSupergraph(subgraphs.map((it) => ({ ...it, url: IN_PROCESS })));
  const schemaOf = new Map(subgraphs.map((it) => [it.name, it.schema]));
  const gateway = new ApolloGateway({
    // It refuses a supergraph with a security feature that it does not enforce; here the subgraphs do.
    supergraphSdl: supergraph.sdl.replaceAll(', for: SECURITY', ''),
    logger: LOGGER,
    buildService: ({ name }) => {
      const schema = schemaOf.get(name);
      if (schema === undefined) throw new Error(`the supergraph names an unknown subgraph ${name}`);
      return how === 'tuned' ? cachingSource(schema) : new LocalGraphQLDataSource(schema);
    },
  });
  const { executor } = await gateway.load();
  const schema = armScalars(buildSchema(supergraph.publicSdl, { assumeValidSDL: true }));
  const facts = new Map<string, Record<string, unknown>>();
  const factsOf = (source: string) => {
    const known = facts.get(source) ?? serverFacts(source);
    facts.set(source, known);
    return known;
  };
  const answer = makePeer({
    database: parts.database,
    desk: new AdmissionDesk({ schema, costs, joined: new Set() }),
    engine: ({ source, document, variables }, context) =>
      executor({ ...factsOf(source), source, document, context, request: { query: source, variables } }),
  });
  return { answer, stop: () => gateway.stop() };
}
