import { buildSchema, execute, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';
import {
  armScalars,
  coverageOf,
  fieldError,
  isComplete,
  publicErrorOf,
  remainingMs,
  withDeadline,
  type ApiContext,
  type PublicError,
  type SourceCoverage,
} from '../shared/index.ts';
import { AdmissionDesk, type Admitted } from './admit.ts';
import { completeData, joinedTypes } from './complete-data.ts';
import type { Supergraph } from './compose.ts';
import { costExtension, type CostPolicy } from './cost.ts';
import { publicViewOf } from './public-schema.ts';
import { openRuntime, type Runtime } from './runtime.ts';
import type { SubgraphExecutor } from './subgraph-executor.ts';

/** Longest a document may take to plan, in milliseconds; the client's signal never reaches the planner. */
const PLAN_TIMEOUT_MS = 3_000;
/** Time over the request's own deadline before execution is given up; sources keep theirs before that. */
const GRACE_MS = 500;

/** An answer as it leaves the gateway. */
export type GatewayAnswer = {
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly PublicError[];
  readonly extensions: Readonly<Record<string, unknown>>;
};

/** One schema with everything that hangs on it. A request is admitted, planned and run by the same one. */
export type Generation = {
  readonly schema: GraphQLSchema;
  readonly supergraph: Supergraph;
  readonly desk: AdmissionDesk;
  execute(admitted: Admitted, context: ApiContext): Promise<GatewayAnswer>;
};

/** What the runtime hands back to us with each fetch. */
type RunContext = {
  readonly api: ApiContext;
  /** Those of the generation the request began with. */
  readonly executors: ReadonlyMap<string, SubgraphExecutor>;
  planned: () => void;
};
/** A supergraph with what hangs on it alone, shared by all generations of it. */
export type Planned = {
  readonly supergraph: Supergraph;
  readonly runtime: Runtime;
  /** The schema as the public channel sees it by introspection. */
  readonly publicView: GraphQLSchema;
};

/** Makes what hangs on a supergraph alone; each fetch goes to the executors of the generation its request began with. */
export async function planFor(supergraph: Supergraph): Promise<Planned> {
  const runtime = await openRuntime(supergraph.sdl, (name, { document, variables, context }) => {
    const run = context as RunContext;
    run.planned();
    const executor = run.executors.get(name);
    if (executor === undefined) throw new HubError('SUBGRAPH_UNAVAILABLE', 'transient', 'a part is missing');
    return executor({ document, variables, context: run.api });
  });
  return { supergraph, runtime, publicView: publicViewOf(supergraph) };
}

/** Errors that differ only in the place of a list, once: fifty subjects that lack one scope lack one scope. */
function collapse(errors: readonly PublicError[]): PublicError[] {
  const groups = Map.groupBy(errors, (error) => {
    const shape = (error.path ?? []).map((it) => (typeof it === 'number' ? '@' : it)).join('.');
    return `${error.extensions.code}|${shape}|${error.message}`;
  });
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    return [{ ...first, extensions: { ...first.extensions, places: others.length + 1 } }];
  });
}

/** Where the hub is, for coverage of what was not even asked. */
type Place = { readonly hub: string; readonly region: string; readonly sandbox?: boolean };

/**
 * Coverage of an answer. A dataset that was asked for and has no word of its own was not reached: no subject was
 * found, or a part failed before it.
 */
function coverageIn(
  admitted: Admitted,
  context: ApiContext,
  facts: { failed: boolean; place: Place },
): SourceCoverage[] {
  const { failed, place } = facts;
  const told = context.coverage.list();
  const silent = [...admitted.measured.datasets].filter(
    (dataset) => !told.some((it) => it.dataset === dataset),
  );
  const missing = silent.map((dataset) =>
    coverageOf({
      source: place.hub,
      region: place.region,
      dataset,
      status: failed ? 'UNAVAILABLE' : 'NOT_ASKED',
      rule: failed ? 'SUBGRAPH' : 'NO_SUBJECT',
    }),
  );
  return [...told, ...missing];
}

/** Units of what was really asked: sources that were left out, and subjects that were not there, cost nothing. */
export function actualCost(admitted: Admitted, context: ApiContext): number {
  const { requested, ofSources } = admitted.measured;
  return requested - ofSources + context.spent.units;
}

/** What a question cost, as its answer tells it. */
export function costIn(admitted: Admitted, context: ApiContext): Record<string, unknown> {
  const { requested, limit } = admitted.cost;
  return costExtension({ requested, actual: actualCost(admitted, context), limit }, context.quota.now);
}

function nothingAnswered(): ReturnType<typeof fieldError> {
  return fieldError(new HubError('SUBGRAPH_UNAVAILABLE', 'transient', 'no part answered'));
}

/** The answer to what came back, however little. */
function answerOf(
  result: ExecutionResult,
  facts: { admitted: Admitted; context: ApiContext; place: Place },
): GatewayAnswer {
  const { admitted, context, place } = facts;
  const { traceId } = context;
  const silent = result.data === undefined && (result.errors ?? []).length === 0;
  const raw = silent ? [nothingAnswered()] : (result.errors ?? []);
  const errors = collapse(raw.map((it) => publicErrorOf(it, traceId)));
  const failed = errors.some((it) => it.extensions.retryable || it.extensions.code === 'INTERNAL');
  const coverage = coverageIn(admitted, context, { failed, place });
  return {
    data: completeData(result.data, admitted.shape),
    errors,
    extensions: {
      traceId,
      cost: costIn(admitted, context),
      coverage,
      complete: isComplete(coverage),
      ...(place.sandbox === true ? { sandbox: true } : {}),
    },
  };
}

/**
 * Runs an operation that looks at the schema only; the runtime would answer it from another schema. The public sees the
 * part it may ask, a platform the whole.
 */
function introspect(admitted: Admitted, context: ApiContext, publicView: GraphQLSchema): GatewayAnswer {
  const result = execute({
    schema: context.asker.channel === 'PUBLIC' ? publicView : admitted.schema,
    document: admitted.document,
    variableValues: admitted.variables,
  }) as ExecutionResult;
  return {
    data: result.data,
    errors: (result.errors ?? []).map((it) => publicErrorOf(it, context.traceId)),
    extensions: { traceId: context.traceId, cost: costIn(admitted, context) },
  };
}

/**
 * Plans and runs an admitted operation. Planning has a deadline of its own and no signal: the runtime keeps the plan's
 * promise for the document, and one client that goes away must not spoil it for all that come after.
 */
async function plannedRun(
  runtime: Runtime,
  admitted: Admitted,
  by: Pick<RunContext, 'api' | 'executors'>,
): Promise<ExecutionResult> {
  let planned: () => void = () => undefined;
  const planning = new Promise<void>((resolve) => (planned = resolve));
  const run: RunContext = { ...by, planned: () => planned() };
  const execution = Promise.resolve(
    runtime({
      document: admitted.document,
      operationName: admitted.operation.name?.value,
      operationType: admitted.operation.operation,
      variables: admitted.variables,
      context: run,
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new HubError('PLAN_TIMEOUT', 'transient', 'the document takes too long to plan')),
      PLAN_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([planning, execution, late]);
  } finally {
    clearTimeout(timer);
  }
  return withDeadline(() => execution, { timeoutMs: remainingMs(by.api) + GRACE_MS });
}

/** Parts of a generation: what was composed, who executes each subgraph, what asking costs. */
export type GenerationParts = {
  readonly planned: Planned;
  readonly executors: ReadonlyMap<string, SubgraphExecutor>;
  readonly costs: CostPolicy;
  readonly place: Place;
  /** Whether every subgraph runs in this process, where its own execution keeps non-null promises. */
  readonly allInProcess: boolean;
};

/** Entities that several subgraphs put together. */
const JOINED = new Set(['CreditSubject', 'Query']);

/** Makes a generation of the schema, ready to run. */
export function makeGeneration(parts: GenerationParts): Generation {
  const { executors } = parts;
  const { supergraph, runtime, publicView } = parts.planned;
  const schema = armScalars(buildSchema(supergraph.publicSdl, { assumeValidSDL: true }));
  const desk = new AdmissionDesk({
    schema,
    costs: parts.costs,
    joined: parts.allInProcess ? joinedTypes(schema, JOINED) : null,
  });
  return {
    schema,
    supergraph,
    desk,
    async execute(admitted, context) {
      if (admitted.introspects) return introspect(admitted, context, publicView);
      const facts = { admitted, context, place: parts.place };
      try {
        return answerOf(await plannedRun(runtime, admitted, { api: context, executors }), facts);
      } catch (error) {
        desk.forget(admitted.source);
        const unplanned = new HubError('PLAN_FAILED', 'defect', 'planning failed', { cause: error });
        return answerOf({ errors: [fieldError(error instanceof HubError ? error : unplanned)] }, facts);
      }
    },
  };
}
