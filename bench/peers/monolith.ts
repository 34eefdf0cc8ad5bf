import {
  buildSchema,
  execute,
  isInterfaceType,
  isObjectType,
  isScalarType,
  type GraphQLSchema,
} from 'graphql';
import { AdmissionDesk } from '../../src/api/gateway/admit.ts';
import { composeSupergraph, IN_PROCESS } from '../../src/api/gateway/compose.ts';
import { hubSubgraphs } from '../../src/api/gateway/hub-subgraphs.ts';
import type { ApiParts } from '../../src/api/gateway/index.ts';
import { armScalars, SCALARS, type Subgraph } from '../../src/api/shared/index.ts';
import { makePeer, type Answerer } from './peer.ts';

/** Gives every field and interface of the one schema the resolver that some subgraph has for it. */
function resolveBy(schema: GraphQLSchema, subgraphs: readonly Subgraph[]): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    const parts = subgraphs.flatMap((it) => it.schema.getType(type.name) ?? []);
    if (isScalarType(type)) type.serialize = SCALARS[type.name]?.serialize ?? type.serialize;
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const part of parts) {
      if (isInterfaceType(type) && isInterfaceType(part)) type.resolveType ??= part.resolveType;
      if (!isObjectType(type) || !isObjectType(part)) continue;
      const theirs = part.getFields();
      for (const field of Object.values(type.getFields())) {
        const resolve = theirs[field.name]?.resolve;
        if (resolve !== undefined) field.resolve = resolve;
      }
    }
  }
  return schema;
}

/**
 * The same schema in one piece: one executable schema of graphql-js over the very resolvers, stores, disclosure, cost
 * and read log of the hub. What it lacks is federation: no plan, no fetches, no joining.
 */
export function monolithPeer(parts: ApiParts): Answerer {
  const { subgraphs, costs } = hubSubgraphs(parts);
  const { publicSdl } = composeSupergraph(subgraphs.map((it) => ({ ...it, url: IN_PROCESS })));
  const schema = resolveBy(armScalars(buildSchema(publicSdl, { assumeValidSDL: true })), subgraphs);
  return makePeer({
    database: parts.database,
    desk: new AdmissionDesk({ schema, costs, joined: new Set() }),
    engine: ({ document, variables }, context) =>
      execute({ schema, document, variableValues: variables, contextValue: context }),
  });
}
