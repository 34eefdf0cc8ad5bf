import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
} from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { Kind, OperationTypeNode, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import type { HubGateway } from './hub-gateway.ts';
import type { DoorContext } from './request-context.ts';

/** Stands in for a refused document: nothing runs, the refusal answers before execution. */
const REFUSED_DOCUMENT: DocumentNode = {
  kind: Kind.DOCUMENT,
  definitions: [
    {
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.QUERY,
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
      },
    },
  ],
};

/** Hands admitted documents to Apollo, which looks them up by their hash right after they were admitted. */
class AdmittedDocuments {
  readonly #byHash = new Map<string, DocumentNode>();

  put(hash: string, document: DocumentNode): void {
    this.#byHash.delete(hash);
    this.#byHash.set(hash, document);
    if (this.#byHash.size <= 2_000) return;
    const [oldest] = this.#byHash.keys();
    if (oldest !== undefined) this.#byHash.delete(oldest);
  }

  get(key: string): Promise<DocumentNode | undefined> {
    return Promise.resolve(this.#byHash.get(key.slice(-64)));
  }

  set(): Promise<void> {
    return Promise.resolve();
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }
}

/** Whether the asker reads the newer media type, in which a refused document is a 4xx. */
function readsResponseJson(accept: string | undefined): boolean {
  return accept?.includes('application/graphql-response+json') ?? false;
}

/**
 * Admission as an Apollo plugin. A refused document is answered with 200 to those who ask for `application/json` and
 * with 400 to those who read `application/graphql-response+json`.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes
 */
function admissionPlugin(gateway: HubGateway, documents: AdmittedDocuments): ApolloServerPlugin<DoorContext> {
  const listener: GraphQLRequestListener<DoorContext> = {
    didResolveSource: ({ schema, request, source, queryHash, contextValue }) => {
      const { api } = contextValue;
      const admission = gateway.generationOf(schema).desk.admit({
        source,
        operationName: request.operationName ?? null,
        variables: request.variables ?? {},
        asker: api.asker,
        ownOnly: api.ownOnly,
        traceId: api.traceId,
      });
      contextValue.admission = admission;
      documents.put(queryHash, admission.admitted?.document ?? REFUSED_DOCUMENT);
      return Promise.resolve();
    },
    responseForOperation: ({ request, contextValue }) => {
      const refused = contextValue.admission?.refused;
      if (refused == null) return Promise.resolve(null);
      const status = readsResponseJson(request.http?.headers.get('accept')) ? 400 : 200;
      return Promise.resolve({
        http: { status, headers: new HeaderMap() },
        body: {
          kind: 'single' as const,
          singleResult: {
            errors: refused,
            extensions: { traceId: contextValue.api.traceId },
          },
        },
      });
    },
  };
  return { requestDidStart: () => Promise.resolve(listener) };
}

/** An error Apollo itself makes, in our words; ours pass as they are. */
function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const extensions = Object.fromEntries(
    Object.entries(formatted.extensions ?? {}).filter(([name]) => name !== 'stacktrace'),
  );
  if (extensions['code'] === 'INTERNAL_SERVER_ERROR' || extensions['code'] === undefined) {
    return {
      message: 'something failed inside: quote the trace id to the operator',
      extensions: { retryable: false, ...extensions, code: 'INTERNAL' },
    };
  }
  return { ...formatted, extensions: { retryable: false, ...extensions } };
}

/** Makes and starts Apollo Server over the gateway. */
export async function startApollo(gateway: HubGateway): Promise<ApolloServer<DoorContext>> {
  const documents = new AdmittedDocuments();
  const server = new ApolloServer<DoorContext>({
    gateway,
    documentStore: documents,
    csrfPrevention: true,
    persistedQueries: false,
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      admissionPlugin(gateway, documents),
    ],
  });
  await server.start();
  return server;
}
