import express from 'express';
import { execute, GraphQLError, parse, validate, type DocumentNode } from 'graphql';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import type { Logger } from '../../infra/log/index.ts';
import { contextOf, publicErrorOf, refusalOf, type ReadLog, type Subgraph } from '../shared/index.ts';
import { verifyContext } from './signed-context.ts';

/** Where a subgraph that runs in a process of its own answers its gateway. */
export const SUBGRAPH_PATH = '/subgraphs';
const MAX_BODY_BYTES = 4 * 1_048_576;
const MAX_CACHED = 1_000;

/** What a subgraph door needs. */
export type SubgraphDoorParts = {
  readonly subgraphs: readonly Subgraph[];
  /** Shared with the gateway; signs the context of each request. */
  readonly secret: string;
  readonly readLog: ReadLog;
  readonly log: Logger;
};

type Body = { readonly query?: unknown; readonly variables?: Record<string, unknown> };

/** Documents of one subgraph, parsed and validated once. */
class KnownDocuments {
  readonly #subgraph: Subgraph;
  readonly #documents = new Map<string, DocumentNode>();

  constructor(subgraph: Subgraph) {
    this.#subgraph = subgraph;
  }

  get(query: string): DocumentNode {
    const known = this.#documents.get(query);
    if (known !== undefined) return known;
    const document = parse(query, { maxTokens: 10_000 });
    const [fault] = validate(this.#subgraph.schema, document);
    if (fault !== undefined)
      throw new HubError('GRAPHQL_VALIDATION_FAILED', 'refused', 'the document does not fit');
    if (this.#documents.size >= MAX_CACHED) this.#documents.clear();
    this.#documents.set(query, document);
    return document;
  }
}

async function answer(
  known: { subgraph: Subgraph; documents: KnownDocuments },
  arrived: { text: string; fields: express.Request['headers']; signal: AbortSignal },
  parts: SubgraphDoorParts,
): Promise<Record<string, unknown>> {
  const facts = verifyContext(arrived.fields, arrived.text, parts.secret);
  const context = contextOf({ ...facts, signal: arrived.signal });
  const { query, variables } = JSON.parse(arrived.text) as Body;
  if (typeof query !== 'string') throw new HubError('BAD_REQUEST', 'refused', 'the body has no query');
  const result = await execute({
    schema: known.subgraph.schema,
    document: known.documents.get(query),
    variableValues: variables ?? {},
    contextValue: context,
  });
  await parts.readLog.commit(context.reads, context.asker, context.traceId);
  return {
    data: result.data ?? null,
    ...(result.errors === undefined
      ? {}
      : { errors: result.errors.map((it) => publicErrorOf(it, context.traceId)) }),
    extensions: { coverage: context.coverage.list(), spent: context.spent.units },
  };
}

/**
 * Serves subgraphs to gateways in other processes, ours or another federation gateway that a proxy signs for. Without
 * a signed context nothing is answered: disclosure and the read log are kept here, not at the gateway.
 */
export function makeSubgraphDoor(parts: SubgraphDoorParts): express.Router {
  const router = express.Router();
  const known = new Map(
    parts.subgraphs.map((it) => [it.name, { subgraph: it, documents: new KnownDocuments(it) }] as const),
  );
  router.post(
    `${SUBGRAPH_PATH}/:name`,
    express.text({ type: () => true, limit: MAX_BODY_BYTES }),
    async (request, response) => {
      const name = request.params['name'];
      const subgraph = known.get(typeof name === 'string' ? name : '');
      const controller = new AbortController();
      response.once('close', () => controller.abort());
      try {
        if (subgraph === undefined) throw new HubError('CONTEXT_REFUSED', 'refused', 'no such subgraph');
        const text = typeof request.body === 'string' ? request.body : '';
        const { headers } = request;
        response.json(await answer(subgraph, { text, fields: headers, signal: controller.signal }, parts));
      } catch (error) {
        const hubError =
          error instanceof GraphQLError || error instanceof SyntaxError
            ? new HubError('BAD_REQUEST', 'refused', 'the body is no GraphQL request')
            : toHubError(error);
        parts.log.warn({ code: hubError.code, subgraph: name }, 'subgraph request refused');
        const status = hubError.code === 'CONTEXT_REFUSED' ? 401 : hubError.kind === 'refused' ? 400 : 503;
        response.status(status).json({ errors: [refusalOf(hubError, '')] });
      }
    },
  );
  return router;
}
