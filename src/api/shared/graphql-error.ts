import { GraphQLError } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';
import { hubErrorOf } from '../../infra/mongo/index.ts';
import type { ApiContext } from './api-context.ts';
import { hasScope, scopeMissing } from './asker.ts';

/** An error as it may leave the hub: a stable code, whether to retry, and the trace to quote. */
export type PublicError = {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>> & {
    readonly code: string;
    readonly retryable: boolean;
  };
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
};

const INTERNAL = 'something failed inside: quote the trace id to the operator';
const KEPT = ['limit', 'actual', 'hint', 'resetAt', 'coverage'] as const;

/** What passes with time and is no failure of a part: its message is meant for the asker. */
const OWN_WORDS: ReadonlySet<string> = new Set(['RATE_LIMITED']);

/** What a HubError says to the outside; a defect or a wrong setting says nothing of itself. */
function outsideOf(error: HubError): { code: string; message: string; retryable: boolean } {
  if (error.kind === 'refused') return { code: error.code, message: error.message, retryable: false };
  if (error.kind === 'transient') {
    const message = OWN_WORDS.has(error.code) ? error.message : 'a part did not answer: try again';
    return { code: error.code, message, retryable: true };
  }
  return { code: 'INTERNAL', message: INTERNAL, retryable: false };
}

function extensionsOf(error: HubError, traceId: string): PublicError['extensions'] {
  const { code, retryable } = outsideOf(error);
  const kept = Object.fromEntries(
    KEPT.filter((name) => name in error.details).map((name) => [name, error.details[name]]),
  );
  return { code, retryable, traceId, ...kept };
}

/** The HubError behind a GraphQL error, however deep; one that carries a code of ours from elsewhere counts. */
function hubErrorBehind(error: GraphQLError): HubError | null {
  let inner: unknown = error;
  for (let depth = 0; depth < 5 && inner instanceof GraphQLError; depth += 1) inner = inner.originalError;
  if (inner instanceof HubError) return inner;
  const { code, retryable } = error.extensions;
  if (error.extensions['xinqiao'] === true && typeof code === 'string') {
    return new HubError(code, retryable === true ? 'transient' : 'refused', error.message);
  }
  return inner === undefined || inner === null ? null : hubErrorOf(inner);
}

/** An error of one field, thrown by a resolver. */
export function fieldError(error: HubError): GraphQLError {
  return new GraphQLError(outsideOf(error).message, { originalError: error });
}

/**
 * An execution error as it may leave the hub. Whatever is not one of ours becomes INTERNAL: no address, no stack,
 * no name of a database.
 */
export function publicErrorOf(error: GraphQLError, traceId: string): PublicError {
  const hubError = hubErrorBehind(error) ?? new HubError('INTERNAL', 'defect', INTERNAL);
  return {
    message: outsideOf(hubError).message,
    extensions: extensionsOf(hubError, traceId),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
  };
}

/** A refusal of a whole request as it may leave the hub. */
export function refusalOf(error: HubError, traceId: string): PublicError {
  return { message: outsideOf(error).message, extensions: extensionsOf(error, traceId) };
}

/** Lets only those pass who have a scope. @throws SCOPE_MISSING */
export function demandScope(scope: string, context: ApiContext): void {
  if (!hasScope(context.asker, scope)) throw fieldError(scopeMissing(scope));
}
