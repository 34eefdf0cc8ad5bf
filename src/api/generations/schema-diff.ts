import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLNamedType,
} from 'graphql';

/** What one public schema has beyond another, and what that does to those who ask. */
export type SchemaDiff = {
  /** Coordinates such as `CreditSubject.licences(first:)`, ascending. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Sentences on changes that end queries which ran before. */
  readonly breaking: readonly string[];
  /** Sentences on changes that may surprise an asker. */
  readonly dangerous: readonly string[];
};

function coordinatesOf(type: GraphQLNamedType): string[] {
  const { name } = type;
  if (isEnumType(type)) return [name, ...type.getValues().map((it) => `${name}.${it.name}`)];
  if (isInputObjectType(type)) return [name, ...Object.keys(type.getFields()).map((it) => `${name}.${it}`)];
  if (!isObjectType(type) && !isInterfaceType(type)) return [name];
  const fields = Object.values(type.getFields()).flatMap((field) => [
    `${name}.${field.name}`,
    ...field.args.map((it) => `${name}.${field.name}(${it.name}:)`),
  ]);
  return [name, ...fields];
}

const build = (sdl: string) => buildSchema(sdl, { assumeValidSDL: true });

/**
 * Compares two public schemas.
 *
 * @see https://spec.graphql.org/draft/#sec-Schema-Coordinates
 */
export function diffSchemas(before: string, after: string): SchemaDiff {
  const [older, newer] = [build(before), build(after)];
  const [had, has] = [older, newer].map(
    (schema) => new Set(Object.values(schema.getTypeMap()).flatMap(coordinatesOf)),
  ) as [Set<string>, Set<string>];
  const said = (changes: readonly { description: string }[]) => changes.map((it) => it.description).sort();
  return {
    added: [...has.difference(had)].sort(),
    removed: [...had.difference(has)].sort(),
    breaking: said(findBreakingChanges(older, newer)),
    dangerous: said(findDangerousChanges(older, newer)),
  };
}
