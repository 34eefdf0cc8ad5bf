import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';
import { findRevocation } from '../access/index.ts';
import type { RateDesk } from '../rates/index.ts';
import {
  fieldError,
  publicErrorOf,
  refusalOf,
  type ApiContext,
  type PublicError,
  type ReadLog,
} from '../shared/index.ts';
import type { Admitted } from './admit.ts';
import { actualCost, type Generation, type GatewayAnswer } from './generation.ts';
import type { DoorContext } from './request-context.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<DoorContext>['gateway'];
type Listener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0];

/** A public error as Apollo passes it through. */
export function asGraphqlError(error: PublicError): GraphQLError {
  return new GraphQLError(error.message, {
    extensions: error.extensions,
    ...(error.path === undefined ? {} : { path: error.path }),
  });
}

/**
 * The thin gateway Apollo Server runs on. Each request stays with the generation of the schema it was admitted by,
 * so that a new generation never runs a document validated on the old one.
 */
export class HubGateway implements GatewayInterface {
  #current: Generation;
  readonly #bySchema = new WeakMap<GraphQLSchema, Generation>();
  readonly #listeners = new Set<Listener>();
  readonly #readLog: ReadLog;
  readonly #rates: RateDesk;

  constructor(first: Generation, parts: { readLog: ReadLog; rates: RateDesk }) {
    this.#current = first;
    this.#readLog = parts.readLog;
    this.#rates = parts.rates;
    this.#bySchema.set(first.schema, first);
  }

  /** The generation in use. */
  get current(): Generation {
    return this.#current;
  }

  /** The generation a request's schema belongs to. */
  generationOf(schema: GraphQLSchema): Generation {
    return this.#bySchema.get(schema) ?? this.#current;
  }

  /** Serves a new generation from now on; requests under way end on theirs. */
  swap(next: Generation): void {
    this.#current = next;
    this.#bySchema.set(next.schema, next);
    for (const listener of this.#listeners) this.#tell(listener);
  }

  /** Runs an admitted question; what a partner read is noted before the answer goes out, or it does not go out. */
  async answer(admitted: Admitted, context: ApiContext): Promise<GatewayAnswer> {
    const answer = await this.#executed(admitted, context);
    const revocation = findRevocation(context.signal);
    if (revocation !== null)
      return { ...answer, data: null, errors: [refusalOf(revocation, context.traceId)] };
    try {
      await this.#readLog.commit(context.reads, context.asker, context.traceId);
      return answer;
    } catch (error) {
      return { ...answer, data: null, errors: [unnoted(error, context.traceId)] };
    }
  }

  /** The answer, or its refusal as soon as the right to it ends: what still runs is left behind. */
  #executed(admitted: Admitted, context: ApiContext): Promise<GatewayAnswer> {
    const { signal } = context;
    return new Promise((resolve, reject) => {
      const end = () => {
        if (findRevocation(signal) !== null) resolve({ data: null, errors: [], extensions: {} });
      };
      signal.addEventListener('abort', end, { once: true });
      end();
      this.generationOf(admitted.schema)
        .execute(admitted, context)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', end));
    });
  }

  onSchemaLoadOrUpdate(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  load(): ReturnType<GatewayInterface['load']> {
    for (const listener of this.#listeners) this.#tell(listener);
    return Promise.resolve({
      executor: async (request) => {
        const context = request.context as DoorContext;
        const admitted = context.admission?.admitted;
        if (admitted == null)
          throw fieldError(new HubError('INTERNAL', 'defect', 'a request was not admitted'));
        const answer = await this.answer(admitted, context.api);
        const { asker } = context.api;
        const unused = admitted.cost.requested - actualCost(admitted, context.api);
        this.#rates.giveBack({ asker, addressClass: context.addressClass }, unused);
        return executionResultOf(answer);
      },
    });
  }

  stop(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  #tell(listener: Listener): void {
    listener({ apiSchema: this.#current.schema, coreSupergraphSdl: this.#current.supergraph.sdl });
  }
}

function executionResultOf(answer: GatewayAnswer): {
  data?: Record<string, unknown> | null;
  errors?: GraphQLError[];
  extensions: Record<string, unknown>;
} {
  return {
    ...(answer.data === undefined ? {} : { data: answer.data }),
    ...(answer.errors.length === 0 ? {} : { errors: answer.errors.map(asGraphqlError) }),
    extensions: { ...answer.extensions },
  };
}

/** The error of an answer that was made and could not be noted: it does not go out. */
export function unnoted(cause: unknown, traceId: string): PublicError {
  const error = new HubError('READ_NOT_LOGGED', 'transient', 'the read could not be noted', { cause });
  return publicErrorOf(fieldError(error), traceId);
}
