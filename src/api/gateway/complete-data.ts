import {
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A place that must not be null and is. */
const BROKEN = Symbol('null where the schema says non-null');

/** One field as the completion pass looks at it. */
type FieldShape = {
  readonly key: string;
  readonly type: GraphQLOutputType;
  /** A field under @skip or @include may be absent. */
  readonly conditional: boolean;
  /** What to look at below; null: nothing below needs a look. */
  readonly below: readonly FieldShape[] | null;
};

/** What the pass looks at in one operation; made once a document. */
export type Shape = readonly FieldShape[];

type Compiling = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Whether a type must be looked into. */
  readonly looksInto: (type: GraphQLObjectType) => boolean;
  /** The selection stands in a fragment under @skip or @include. */
  readonly conditional: boolean;
};

const isConditional = (node: { readonly directives?: readonly unknown[] | undefined }): boolean =>
  (node.directives?.length ?? 0) > 0;

function compileSelections(
  selectionSet: SelectionSetNode,
  type: GraphQLObjectType,
  compiling: Compiling,
): FieldShape[] {
  return selectionSet.selections.flatMap((selection): FieldShape[] => {
    const conditional = compiling.conditional || isConditional(selection);
    const within = { ...compiling, conditional };
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const fits = condition === undefined || condition === type.name;
      return fits ? compileSelections(selection.selectionSet, type, within) : [];
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = compiling.fragments.get(selection.name.value);
      return fragment?.typeCondition.name.value === type.name
        ? compileSelections(fragment.selectionSet, type, within)
        : [];
    }
    const field = type.getFields()[selection.name.value];
    if (field === undefined) return [];
    const named = getNamedType(field.type);
    const looked = isObjectType(named) && compiling.looksInto(named) && selection.selectionSet !== undefined;
    return [
      {
        key: selection.alias?.value ?? selection.name.value,
        type: field.type,
        conditional,
        below: looked
          ? compileSelections(selection.selectionSet, named, { ...compiling, conditional: false })
          : null,
      },
    ];
  });
}

/** Names of types whose objects are put together from several sources, and of those that reach such a type. */
export function joinedTypes(schema: GraphQLSchema, entities: ReadonlySet<string>): ReadonlySet<string> {
  const reach = new Set(entities);
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
  for (let grew = true; grew;) {
    grew = false;
    for (const type of objects) {
      if (reach.has(type.name)) continue;
      if (!Object.values(type.getFields()).some((it) => reach.has(getNamedType(it.type).name))) continue;
      reach.add(type.name);
      grew = true;
    }
  }
  return reach;
}

/** Compiles what the pass must look at. @param joined types to look into; null: all, where a source is not ours */
export function compileShape(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  facts: { schema: GraphQLSchema; joined: ReadonlySet<string> | null },
): Shape {
  const root = facts.schema.getRootType(operation.operation);
  if (root == null) return [];
  const { joined } = facts;
  return compileSelections(operation.selectionSet, root, {
    schema: facts.schema,
    fragments,
    looksInto: (type) => joined === null || joined.has(type.name),
    conditional: false,
  });
}

function completeValue(value: unknown, type: GraphQLOutputType, below: Shape | null): unknown {
  if (isNonNullType(type)) {
    const inner = completeValue(value, type.ofType, below);
    return inner === null ? BROKEN : inner;
  }
  if (value === null || value === undefined) return null;
  if (isListType(type)) {
    if (!Array.isArray(value)) return null;
    if (below === null && !isNonNullType(type.ofType)) return value;
    for (let place = 0; place < value.length; place += 1) {
      const item = completeValue(value[place], type.ofType, below);
      if (item === BROKEN) return null;
      value[place] = item;
    }
    return value;
  }
  return below === null ? value : completeObject(value as Record<string, unknown>, below);
}

function completeObject(object: Record<string, unknown>, shape: Shape): Record<string, unknown> | null {
  for (const field of shape) {
    const value = object[field.key];
    if (value === undefined && field.conditional) continue;
    const completed = completeValue(value, field.type, field.below);
    if (completed === BROKEN) return null;
    if (completed !== value) object[field.key] = completed;
  }
  return object;
}

/**
 * Puts right what the runtime leaves: a null in a non-null place takes the nearest nullable place above with it, and
 * a root field that no source answered is null. Looks only where answers of several sources meet; inside one source
 * its own execution has seen to it.
 *
 * @param data as the runtime gave it; undefined where nothing came back
 */
export function completeData(
  data: Record<string, unknown> | null | undefined,
  shape: Shape,
): Record<string, unknown> | null {
  return completeObject(data ?? {}, shape);
}
