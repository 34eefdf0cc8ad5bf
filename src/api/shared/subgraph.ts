import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { isTypeDefinitionNode, type DocumentNode, type GraphQLSchema } from 'graphql';
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
 * @param resolvers by type and field; where they are written they have the types that codegen made of the schema
 */
export function makeSubgraph(name: string, typeDefs: DocumentNode, resolvers: object): Subgraph {
  const declared = new Set(typeDefs.definitions.filter(isTypeDefinitionNode).map((it) => it.name.value));
  const map: GraphQLResolverMap<ApiContext> = { ...scalarsAmong(declared), ...resolvers };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: map }]);
  return { name, typeDefs, schema };
}
