import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
} from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { Kind, OperationTypeNode, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';
import type { Charge, RateDesk } from '../rates/index.ts';
import { refusalOf, type PublicError } from '../shared/index.ts';
import { costTooHigh, type Admission, type Admitted } from './admit.ts';
import { cheaperThan, COST_LIMITS, costExtension } from './cost.ts';
import type { HubGateway } from './hub-gateway.ts';
import { KeptDocuments } from './kept-documents.ts';
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
  readonly #byHash = new KeptDocuments<DocumentNode>();

  /**
   * Keeps a document with all its operations: others may be about to look up another one of them. A refusal never takes
   * the place of one that was admitted.
   */
  put(hash: string, admitted: Admitted | null): void {
    if (admitted !== null) this.#byHash.keep(hash, admitted.whole, admitted.source.length);
    else if (this.#byHash.get(hash) === undefined) this.#byHash.keep(hash, REFUSED_DOCUMENT, 0);
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

function rateLimited(admitted: Admitted | null, charge: Charge): HubError {
  const { quota, retryAfterSeconds } = charge;
  const { limit, remaining, windowSeconds } = quota;
  const again = `again in ${retryAfterSeconds ?? 0} s`;
  const hint =
    admitted === null ? again : `${again}, or ${cheaperThan(admitted.measured, Math.max(1, remaining))}`;
  return new HubError(
    'RATE_LIMITED',
    'transient',
    `the quota of ${limit} units in ${windowSeconds} s is used up but for ${remaining}`,
    { details: { limit, actual: admitted?.cost.requested ?? 1, resetAt: quota.resetAt.toISOString(), hint } },
  );
}

/** Charges a request to its asker's quota; what is refused anyway costs one unit, so that refusals are no free ride. */
async function charged(
  admission: Admission,
  context: DoorContext,
  rates: RateDesk,
): Promise<{ admission: Admission; charge: Charge | null }> {
  const { admitted } = admission;
  const { asker, traceId, quota } = context.api;
  const units = Math.max(1, admitted?.cost.requested ?? 1);
  const charge = await rates.charge({ asker, addressClass: context.addressClass }, units);
  quota.now = charge?.quota ?? null;
  if (charge === null || charge.retryAfterSeconds === null) return { admission, charge };
  const never = admitted !== null && units > charge.quota.limit;
  const error = never ? costTooHigh(admitted.measured, charge.quota.limit) : rateLimited(admitted, charge);
  return { admission: { admitted: null, refused: [refusalOf(error, traceId)] }, charge };
}

/** The fields that tell an asker its quota. @see draft-ietf-httpapi-ratelimit-headers */
function setQuotaFields(headers: HeaderMap, context: DoorContext): void {
  const { quota } = context.api;
  if (quota.now === null) return;
  const { policy, limit, windowSeconds, remaining, resetAt } = quota.now;
  const seconds = Math.max(0, Math.ceil((resetAt.getTime() - Date.now()) / 1_000));
  headers.set('ratelimit-policy', `"${policy}";q=${limit};w=${windowSeconds}`);
  headers.set('ratelimit', `"${policy}";r=${remaining};t=${seconds}`);
}

function statusOf(refused: readonly PublicError[], accept: string | undefined): number {
  if (refused[0]?.extensions.code === 'RATE_LIMITED') return 429;
  return readsResponseJson(accept) ? 400 : 200;
}

/**
 * Admission and quota as an Apollo plugin. A refused document is answered with 200 to those who ask for
 * `application/json` and with 400 to those who read `application/graphql-response+json`; a used-up quota with 429.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes; RFC 6585 section 4
 */
function admissionPlugin(
  gateway: HubGateway,
  documents: AdmittedDocuments,
  rates: RateDesk,
): ApolloServerPlugin<DoorContext> {
  const listener: GraphQLRequestListener<DoorContext> = {
    didResolveSource: async ({ schema, request, source, queryHash, contextValue, response }) => {
      const { api } = contextValue;
      const decided = gateway.generationOf(schema).desk.admit({
        source,
        operationName: request.operationName ?? null,
        variables: request.variables ?? {},
        asker: api.asker,
        ownOnly: api.ownOnly,
        traceId: api.traceId,
      });
      const { admission, charge } = await charged(decided, contextValue, rates);
      contextValue.admission = admission;
      contextValue.requested = decided.admitted?.cost.requested ?? 0;
      documents.put(queryHash, decided.admitted);
      if (charge !== null && charge.retryAfterSeconds !== null)
        response.http.headers.set('retry-after', String(charge.retryAfterSeconds));
    },
    responseForOperation: ({ request, contextValue }) => {
      const refused = contextValue.admission?.refused;
      if (refused == null) return Promise.resolve(null);
      const { api, requested = 0 } = contextValue;
      const cost = { requested, actual: 0, limit: COST_LIMITS[api.asker.channel] };
      return Promise.resolve({
        http: {
          status: statusOf(refused, request.http?.headers.get('accept')),
          headers: new HeaderMap(),
        },
        body: {
          kind: 'single' as const,
          singleResult: {
            errors: refused,
            extensions: { traceId: api.traceId, cost: costExtension(cost, api.quota.now) },
          },
        },
      });
    },
    willSendResponse: ({ response, contextValue }) => {
      setQuotaFields(response.http.headers, contextValue);
      return Promise.resolve();
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
export async function startApollo(gateway: HubGateway, rates: RateDesk): Promise<ApolloServer<DoorContext>> {
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
      admissionPlugin(gateway, documents, rates),
    ],
  });
  await server.start();
  return server;
}
