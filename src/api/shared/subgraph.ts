import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { isTypeDefinitionNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { guardFields } from './required-scopes.ts';
import { scalarsAmong } from './scalars.ts';
import type { ApiContext } from './api-context.ts';

/** One subgraph, ready to be composed and executed. */
export type Subgraph = {
  readonly name: string;
  readonly typeDefs: DocumentNode;
  readonly schema: GraphQLSchema;
};

/**
 * Makes a subgraph of its schema and resolvers; the scalars it declares bring their checks.
 *
 * @param parts.resolvers by type and field; where they are written they have the types that codegen made of the schema
 * @param parts.whenScopeMissing told of each field that was refused for want of a scope
 */
export function makeSubgraph(
  name: string,
  typeDefs: DocumentNode,
  parts: { resolvers: object; whenScopeMissing?: (field: string, context: ApiContext) => void },
): Subgraph {
  const declared = new Set(typeDefs.definitions.filter(isTypeDefinitionNode).map((it) => it.name.value));
  const map: GraphQLResolverMap<ApiContext> = { ...scalarsAmong(declared), ...parts.resolvers };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: map }]);
  guardFields(schema, parts.whenScopeMissing ?? (() => undefined));
  return { name, typeDefs, schema };
}
