import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isTypeDefinitionNode,
  isUnionType,
  Kind,
  parse,
  print,
  visit,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { hasOneSet, PUBLIC_ASKER, scopesOf } from '../shared/index.ts';
import type { Supergraph } from './compose.ts';

/** Fields that the public channel may not ask, as `Type.field`. */
function closedFields(supergraph: Supergraph): ReadonlySet<string> {
  const schema = buildSchema(supergraph.sdl, { assumeValid: true, assumeValidSDL: true });
  const closed = new Set<string>();
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const sets = scopesOf(field);
      if (sets !== null && !hasOneSet(PUBLIC_ASKER, sets)) closed.add(`${type.name}.${field.name}`);
    }
  }
  return closed;
}

function typesBelow(type: GraphQLNamedType): GraphQLNamedType[] {
  if (isUnionType(type)) return [...type.getTypes()];
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((it) => getNamedType(it.type));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const ofFields = Object.values(type.getFields()).flatMap((field) => [
    getNamedType(field.type),
    ...field.args.map((it) => getNamedType(it.type)),
  ]);
  return [...type.getInterfaces(), ...ofFields];
}

function reachable(schema: GraphQLSchema): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue: GraphQLNamedType[] = [schema.getQueryType() ?? []].flat();
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (seen.has(type.name)) continue;
    seen.add(type.name);
    queue.push(...typesBelow(type));
  }
  return seen;
}

function without(document: DocumentNode, closed: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    [Kind.OBJECT_TYPE_DEFINITION]: (type) => ({
      ...type,
      fields: type.fields?.filter((it) => !closed.has(`${type.name.value}.${it.name.value}`)),
    }),
  });
}

/**
 * The schema as the public channel sees it by introspection: what needs a scope it cannot have is not there, nor what
 * only that leads to.
 */
export function publicViewOf(supergraph: Supergraph): GraphQLSchema {
  const open = without(parse(supergraph.publicSdl), closedFields(supergraph));
  const text = print(open);
  const names = reachable(buildSchema(text, { assumeValidSDL: true }));
  const definitions = parse(text).definitions.filter(
    (it) => !isTypeDefinitionNode(it) || names.has(it.name.value),
  );
  return buildSchema(print({ kind: Kind.DOCUMENT, definitions }), { assumeValidSDL: true });
}
