import {
  GraphQLError,
  getVariableValues,
  Kind,
  OperationTypeNode,
  parse,
  separateOperations,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { findTooMany } from '../subjects/index.ts';
import { fragmentsOf, refusalOf, type Asker, type PublicError } from '../shared/index.ts';
import { compileShape, type Shape } from './complete-data.ts';
import { KeptDocuments } from './kept-documents.ts';
import { cheaperThan, COST_LIMITS, measureCost, type CostPolicy, type Measured } from './cost.ts';
import { checkLimits, DOCUMENT_LIMITS } from './limits.ts';

/** What is asked, as it arrived at any door. */
export type Question = {
  readonly source: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly asker: Asker;
  readonly ownOnly: boolean;
  readonly traceId: string;
};

/** One operation of an admitted document; what is known of it without its variables. */
type Prepared = {
  /** The whole document, with the operations that were not asked for. */
  readonly whole: DocumentNode;
  /** The operation with its own fragments alone: a planner or runtime never sees a neighbour. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Whether it looks at the schema only. */
  readonly introspects: boolean;
  readonly shape: Shape;
};

/** A question that may run. */
export type Admitted = Prepared & {
  readonly schema: GraphQLSchema;
  readonly source: string;
  readonly variables: Record<string, unknown>;
  readonly cost: { readonly requested: number; readonly limit: number };
  /** What it costs, and the datasets it asks for: each must stand in the coverage of the answer. */
  readonly measured: Measured;
};

/** The word of `admit`. */
export type Admission =
  | { readonly admitted: Admitted; readonly refused: null }
  | { readonly admitted: null; readonly refused: readonly PublicError[] };

/** What admission is decided against; one for each generation of the schema. */
export type AdmissionPolicy = {
  readonly schema: GraphQLSchema;
  readonly costs: CostPolicy;
  /** Types to look into after execution; null: all. */
  readonly joined: ReadonlySet<string> | null;
};

/**
 * Parses a source. Places are left out: a document that is kept would hold every token of its source, comments too.
 *
 * @param places whether errors must be able to say where
 */
function parseSource(source: string, places: boolean): DocumentNode {
  const bytes = Buffer.byteLength(source, 'utf8');
  if (bytes > DOCUMENT_LIMITS.bytes) {
    throw new HubError(
      'DOCUMENT_TOO_LARGE',
      'refused',
      `a document has at most ${DOCUMENT_LIMITS.bytes} bytes`,
      {
        details: { limit: DOCUMENT_LIMITS.bytes, actual: bytes, hint: 'send values as variables' },
      },
    );
  }
  try {
    return parse(source, { maxTokens: DOCUMENT_LIMITS.tokens, noLocation: !places });
  } catch (error) {
    const message = error instanceof GraphQLError ? error.message : '';
    if (/tokens\. Parsing aborted/.test(message)) {
      throw new HubError('DOCUMENT_TOO_LARGE', 'refused', 'the document has too many tokens', {
        details: { limit: DOCUMENT_LIMITS.tokens, hint: 'send values as variables' },
      });
    }
    throw new HubError('GRAPHQL_PARSE_FAILED', 'refused', withoutValues(message));
  }
}

/** A message of the validator without suggestions and without what the asker wrote as a value. */
function withoutValues(message: string): string {
  return message
    .replace(/ ?Did you mean .+\?$/s, '')
    .replace(/, found .*?(; |$)/s, '$1')
    .replace(/got invalid value .*?(; |$)/s, 'has a wrong value$1')
    .replace(/String cannot represent a non string value: .*$/s, 'a text is needed')
    .replace(/cannot represent non-integer value: .*$/s, 'cannot represent this value');
}

function validationRefusals(errors: readonly GraphQLError[], traceId: string): PublicError[] {
  return errors.map((error) => {
    const message = error.originalError instanceof HubError ? error.originalError.message : error.message;
    const refusal = new HubError('GRAPHQL_VALIDATION_FAILED', 'refused', withoutValues(message));
    return {
      ...refusalOf(refusal, traceId),
      ...(error.locations === undefined ? {} : { locations: error.locations }),
    };
  });
}

/** Names of the root fields of an operation, through fragments. */
function rootFields(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  const walk = (set: OperationDefinitionNode['selectionSet']): string[] =>
    set.selections.flatMap((it): string[] => {
      if (it.kind === Kind.FIELD) return [it.name.value];
      if (it.kind === Kind.INLINE_FRAGMENT) return walk(it.selectionSet);
      const fragment = fragments.get(it.name.value);
      return fragment === undefined ? [] : walk(fragment.selectionSet);
    });
  return walk(operation.selectionSet);
}

/**
 * Whether an operation looks at the schema only. One that does both is refused: the runtime would answer its data
 * with null and no error, a false "no record".
 *
 * @throws MIXED_INTROSPECTION
 */
function introspects(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): boolean {
  const names = rootFields(operation, fragments);
  const schemaFields = names.filter((it) => it === '__schema' || it === '__type');
  const dataFields = names.filter((it) => !it.startsWith('__'));
  if (schemaFields.length > 0 && dataFields.length > 0) {
    throw new HubError(
      'MIXED_INTROSPECTION',
      'refused',
      'one operation asks for data or for the schema, not for both',
      {
        details: { hint: 'send two requests' },
      },
    );
  }
  return dataFields.length === 0;
}

function prepare(document: DocumentNode, whole: DocumentNode, policy: AdmissionPolicy): Prepared {
  const operation = document.definitions.find((it) => it.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new HubError('NO_OPERATION', 'refused', 'the document has no operation');
  if (operation.operation !== OperationTypeNode.QUERY) {
    throw new HubError(
      'OPERATION_NOT_SUPPORTED',
      'refused',
      `this hub answers queries, no ${operation.operation}`,
    );
  }
  const fragments = fragmentsOf(document);
  return {
    whole,
    document,
    operation,
    fragments,
    introspects: introspects(operation, fragments),
    shape: compileShape(operation, fragments, policy),
  };
}

function coerceVariables(
  policy: AdmissionPolicy,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result = getVariableValues(policy.schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 3,
  });
  if (result.errors === undefined) return result.coerced;
  const [first] = result.errors;
  const said = first?.originalError instanceof HubError ? `; ${first.originalError.message}` : '';
  const message = (first?.message ?? '').replace(
    /got invalid value .*?( at "[^"]*")?; /s,
    'has a wrong value$1; ',
  );
  throw new HubError(
    'BAD_USER_INPUT',
    'refused',
    said === '' ? withoutValues(message) : namePlace(message) + said,
  );
}

/** The part of a coercion message that names variable and place, never the value. */
function namePlace(message: string): string {
  return (
    /^Variable "\$\w+" has a wrong value( at "[^"]*")?/.exec(message)?.[0] ?? 'a variable has a wrong value'
  );
}

/** The refusal of a query that costs more than there can be. */
export function costTooHigh(measured: Measured, limit: number): HubError {
  const { requested } = measured;
  return new HubError('COST_TOO_HIGH', 'refused', `the query costs ${requested}, the limit is ${limit}`, {
    details: { limit, actual: requested, hint: cheaperThan(measured, limit) },
  });
}

/** The operation a document is asked for by name; the only one where none is named. */
function pick(operations: ReadonlyMap<string, Prepared>, name: string | null): Prepared {
  const only = operations.size === 1 ? [...operations.values()][0] : undefined;
  const prepared = name === null || name === '' ? only : operations.get(name);
  if (prepared !== undefined) return prepared;
  throw new HubError(
    'NO_OPERATION',
    'refused',
    'the document has no such operation: name one of its operations',
  );
}

/**
 * Stands before every execution at every door: size and tokens → parse → depth, aliases, directives, duplicates,
 * cycles → validate → variables → cost. Documents that passed are kept, so that a known one costs its variables only.
 */
export class AdmissionDesk {
  readonly policy: AdmissionPolicy;
  readonly #documents = new KeptDocuments<ReadonlyMap<string, Prepared>>();

  constructor(policy: AdmissionPolicy) {
    this.policy = policy;
  }

  /** Decides whether a question may run. Never throws. */
  admit(question: Question): Admission {
    try {
      const operations = this.#documents.get(question.source) ?? this.#study(question);
      if (operations instanceof Array) return { admitted: null, refused: operations };
      return { admitted: this.#measure(pick(operations, question.operationName), question), refused: null };
    } catch (error) {
      return { admitted: null, refused: [refusalOf(toHubError(error), question.traceId)] };
    }
  }

  /** Forgets a document, and with it the plan that hangs on it. */
  forget(source: string): void {
    this.#documents.delete(source);
  }

  #study(question: Question): ReadonlyMap<string, Prepared> | PublicError[] {
    const { source, traceId } = question;
    const { schema } = this.policy;
    const document = parseSource(source, false);
    checkLimits(document);
    const limits = { maxErrors: 10 };
    if (validate(schema, document, undefined, limits).length > 0) {
      return validationRefusals(validate(schema, parseSource(source, true), undefined, limits), traceId);
    }
    const operations = new Map(
      Object.entries(separateOperations(document)).map(([name, it]) => [
        name,
        prepare(it, document, this.policy),
      ]),
    );
    this.#documents.keep(source, operations, source.length);
    return operations;
  }

  #measure(prepared: Prepared, question: Question): Admitted {
    const variables = coerceVariables(this.policy, prepared.operation, question.variables);
    const measured = measureCost({
      ...prepared,
      variables,
      policy: this.policy.costs,
      ownOnly: question.ownOnly,
    });
    const tooMany = findTooMany(measured.subjects);
    if (tooMany !== null) throw tooMany;
    const { requested } = measured;
    const limit = COST_LIMITS[question.asker.channel];
    if (requested > limit) {
      throw costTooHigh(measured, limit);
    }
    const { schema } = this.policy;
    return { ...prepared, schema, source: question.source, variables, cost: { requested, limit }, measured };
  }
}
