import {
  defaultFieldResolver,
  isObjectType,
  Kind,
  type ConstValueNode,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { ApiContext } from './api-context.ts';
import { hasScope, scopeMissing, type Asker } from './asker.ts';
import { fieldError } from './graphql-error.ts';

/** Sets of scopes as `@requiresScopes` gives them: all of one set are needed. */
export type ScopeSets = readonly (readonly string[])[];

function textsIn(value: ConstValueNode): string[] {
  if (value.kind === Kind.STRING) return [value.value];
  return value.kind === Kind.LIST ? value.values.flatMap(textsIn) : [];
}

/** The scopes a field is declared with, or null. @see https://specs.apollo.dev/federation/v2.9, @requiresScopes */
export function scopesOf(field: Pick<GraphQLField<unknown, unknown>, 'astNode'>): ScopeSets | null {
  const directive = field.astNode?.directives?.find((it) => it.name.value === 'requiresScopes');
  const sets = directive?.arguments?.find((it) => it.name.value === 'scopes')?.value;
  return sets?.kind === Kind.LIST ? sets.values.map(textsIn) : null;
}

/** Whether an asker has all scopes of one set. */
export function hasOneSet(asker: Asker, sets: ScopeSets): boolean {
  return sets.some((set) => set.every((it) => hasScope(asker, it)));
}

/**
 * Lets only those through to a field declared with `@requiresScopes` who have them; others get null and SCOPE_MISSING.
 * It is the one place where the directive is kept, inside each subgraph, so that any gateway before it leaks nothing.
 *
 * @param whenMissing told of each refusal, such as for coverage
 */
export function guardFields(
  schema: GraphQLSchema,
  whenMissing: (field: string, context: ApiContext) => void,
): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const [name, field] of Object.entries(type.getFields())) {
      const sets = scopesOf(field);
      if (sets === null) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: ApiContext, info) => {
        if (hasOneSet(context.asker, sets)) return resolve(source, args, context, info);
        whenMissing(name, context);
        throw fieldError(scopeMissing(sets[0]?.join(' ') ?? ''));
      };
    }
  }
}
