import type { GraphQLFormattedError } from 'graphql';
import type { AdmissionDesk, Admitted } from '../../src/api/gateway/admit.ts';
import { costIn } from '../../src/api/gateway/generation.ts';
import { isComplete, ReadLog, type ApiContext, type Asker } from '../../src/api/shared/index.ts';
import type { HubDatabase } from '../../src/infra/mongo/index.ts';
import { requestContext } from '../bench-hub.ts';

/** What an execution gives back, by whatever engine. */
export type Executed = {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly { toJSON?: () => GraphQLFormattedError; readonly message: string }[] | undefined;
};

/** How a peer runs an admitted question. */
export type Engine = (admitted: Admitted, context: ApiContext) => Promise<Executed> | Executed;

/** Answers a question with the text that goes out. */
export type Answerer = (source: string, variables: Record<string, unknown>, asker: Asker) => Promise<string>;

/**
 * A peer of the hub: the same admission with its cost, the same coverage, the same read log before the answer goes
 * out, and an engine of its own between them.
 */
export function makePeer(parts: { database: HubDatabase; desk: AdmissionDesk; engine: Engine }): Answerer {
  const { database, desk, engine } = parts;
  const readLog = new ReadLog(database);
  return async (source, variables, asker) => {
    const context = requestContext(database, asker);
    const { traceId } = context;
    const { admitted, refused } = desk.admit({
      source,
      operationName: null,
      variables,
      asker,
      ownOnly: false,
      traceId,
    });
    if (admitted === null) throw new Error(`a peer refused the question: ${JSON.stringify(refused)}`);
    const { data, errors = [] } = await engine(admitted, context);
    await readLog.commit(context.reads, asker, traceId);
    const coverage = context.coverage.list();
    const extensions = { traceId, cost: costIn(admitted, context), coverage, complete: isComplete(coverage) };
    return JSON.stringify({ data, errors, extensions });
  };
}
