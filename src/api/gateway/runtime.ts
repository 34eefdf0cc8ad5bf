import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { buildASTSchema, parse, type DocumentNode, type ExecutionResult } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';

/** One fetch of a plan. `context` is what the request was run with. */
export type PlannedFetch = {
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
  readonly context: unknown;
};

/** Plans and runs documents over one supergraph; it keeps the plan of a document as long as the document is kept. */
export type Runtime = (request: Record<string, unknown>) => Promise<ExecutionResult> | ExecutionResult;

/** Opens the runtime of a supergraph. @param ask asks one subgraph by its name */
export async function openRuntime(
  sdl: string,
  ask: (subgraph: string, fetched: PlannedFetch) => Promise<ExecutionResult> | ExecutionResult,
): Promise<Runtime> {
  const handler = await unifiedGraphHandler({
    unifiedGraph: buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true }),
    getUnifiedGraphSDL: () => sdl,
    onSubgraphExecute: (subgraph, { document, variables, context }) =>
      ask(subgraph, {
        document,
        variables: (variables ?? {}) as Record<string, unknown>,
        context,
      }) as never,
  });
  if (handler.executor === undefined)
    throw new HubError('INTERNAL', 'defect', 'the runtime gave no executor');
  return handler.executor as unknown as Runtime;
}
