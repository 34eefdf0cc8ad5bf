import { execute, GraphQLError, print, type DocumentNode, type ExecutionResult } from 'graphql';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { callHttp } from '../../infra/http/index.ts';
import {
  coverageOf,
  fieldError,
  remainingMs,
  type ApiContext,
  type SourceCoverage,
  type Subgraph,
} from '../shared/index.ts';
import { signContext } from './signed-context.ts';

/** What a gateway sends to one subgraph. */
export type SubgraphCall = {
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
  readonly context: ApiContext;
};

/** Executes one fetch of a plan at one subgraph. It answers errors and never throws. */
export type SubgraphExecutor = (call: SubgraphCall) => Promise<ExecutionResult> | ExecutionResult;

const MAX_ANSWER_BYTES = 16 * 1_048_576;

/** Executes in this process: no HTTP, no second parsing, no second validation; the planner made the document. */
export function inProcessExecutor(subgraph: Subgraph): SubgraphExecutor {
  return ({ document, variables, context }) =>
    execute({ schema: subgraph.schema, document, variableValues: variables, contextValue: context });
}

/** Text of a plan's document, printed once: a plan is kept and run often. */
const printed = new WeakMap<DocumentNode, string>();

function textOf(document: DocumentNode): string {
  const known = printed.get(document);
  if (known !== undefined) return known;
  const text = print(document);
  printed.set(document, text);
  return text;
}

type WireError = { message?: string; path?: (string | number)[]; extensions?: Record<string, unknown> };
type WireAnswer = {
  data?: Record<string, unknown> | null;
  errors?: WireError[];
  extensions?: { coverage?: SourceCoverage[]; spent?: number };
};

/** Where a subgraph runs that is not in this process. */
export type RemoteSubgraph = {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  /** What coverage says when the whole subgraph fails. */
  readonly place: Pick<SourceCoverage, 'source' | 'region'>;
};

function unavailable(remote: RemoteSubgraph, context: ApiContext, error: unknown): ExecutionResult {
  const hubError = toHubError(error);
  const late = hubError.code === 'HTTP_TIMEOUT';
  if (remote.name.startsWith('ds_')) {
    context.coverage.add([
      coverageOf({
        ...remote.place,
        dataset: remote.name.slice('ds_'.length),
        status: late ? 'TIMEOUT' : 'UNAVAILABLE',
        rule: 'SUBGRAPH',
      }),
    ]);
  }
  return {
    data: null,
    errors: [fieldError(new HubError('SUBGRAPH_UNAVAILABLE', 'transient', 'a part did not answer'))],
  };
}

/** Executes over HTTP, with the context signed for this call. */
export function httpExecutor(remote: RemoteSubgraph): SubgraphExecutor {
  return async ({ document, variables, context }) => {
    const body = JSON.stringify({ query: textOf(document), variables });
    try {
      const answer = await callHttp({
        method: 'POST',
        url: remote.url,
        body,
        headers: { 'content-type': 'application/json', ...signContext(context, body, remote.secret) },
        timeoutMs: Math.max(1, remainingMs(context)),
        maxBytes: MAX_ANSWER_BYTES,
        signal: context.signal,
      });
      if (answer.status !== 200) throw new HubError('SUBGRAPH_UNAVAILABLE', 'transient', 'a part refused');
      const parsed = JSON.parse(answer.body.toString('utf8')) as WireAnswer;
      context.coverage.add(parsed.extensions?.coverage ?? []);
      context.spent.add(parsed.extensions?.spent ?? 0);
      const errors = parsed.errors?.map(
        (it) =>
          new GraphQLError(it.message ?? '', {
            ...(it.path === undefined ? {} : { path: it.path }),
            extensions: { ...it.extensions, xinqiao: true },
          }),
      );
      return { data: parsed.data ?? null, ...(errors === undefined ? {} : { errors }) };
    } catch (error) {
      return unavailable(remote, context, error);
    }
  };
}
