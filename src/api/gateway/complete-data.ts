import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A place that must not be null and is. */
const BROKEN = Symbol('null where the schema says non-null');
const TYPENAME = '__typename';

/** One field as the completion pass looks at it. */
type FieldShape = {
  readonly key: string;
  readonly type: GraphQLOutputType;
  /** A field under @skip or @include may be absent. */
  readonly conditional: boolean;
  /** What to look at below; null: nothing below needs a look. */
  readonly below: Shape | ShapeByType | null;
};

/** What the pass looks at in one operation; made once a document. */
export type Shape = readonly FieldShape[];

/** What to look at in an object of an interface or union, by the type that came; null: of none of its types. */
type ShapeByType = (typename: string) => ObjectShape | null;

type ObjectShape = { readonly fields: Shape; readonly asksType: boolean };

type Compiling = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Whether a type must be looked into. */
  readonly looksInto: (type: GraphQLCompositeType) => boolean;
};

/** A field by its key in the answer, with everything that is selected below it anywhere. */
type Selected = { readonly name: string; conditional: boolean; readonly below: SelectionSetNode[] };

const isConditional = (node: { readonly directives?: readonly unknown[] | undefined }): boolean =>
  (node.directives?.length ?? 0) > 0;

function collect(
  selectionSet: SelectionSetNode,
  at: { type: GraphQLObjectType; conditional: boolean; into: Map<string, Selected> },
  compiling: Compiling,
): void {
  const { schema, fragments } = compiling;
  for (const selection of selectionSet.selections) {
    const conditional = at.conditional || isConditional(selection);
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const known = at.into.get(key) ?? { name: selection.name.value, conditional, below: [] };
      known.conditional &&= conditional;
      if (selection.selectionSet !== undefined) known.below.push(selection.selectionSet);
      at.into.set(key, known);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (fragment === undefined) continue;
    const condition = schema.getType(fragment.typeCondition?.name.value ?? at.type.name);
    const fits = condition === at.type || (isAbstractType(condition) && schema.isSubType(condition, at.type));
    if (fits) collect(fragment.selectionSet, { ...at, conditional }, compiling);
  }
}

function compileBelow(
  sets: readonly SelectionSetNode[],
  type: GraphQLCompositeType,
  compiling: Compiling,
): Shape | ShapeByType {
  if (isObjectType(type)) return compileObject(sets, type, compiling).fields;
  const compiled = new Map<string, ObjectShape | null>();
  return (typename) => {
    const known = compiled.get(typename);
    if (known !== undefined) return known;
    const came = compiling.schema.getType(typename);
    const fits = isObjectType(came) && compiling.schema.isSubType(type, came);
    if (!fits) return null;
    const made = compileObject(sets, came, compiling);
    compiled.set(typename, made);
    return made;
  };
}

function compileObject(
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType,
  compiling: Compiling,
): ObjectShape {
  const selected = new Map<string, Selected>();
  for (const set of sets) collect(set, { type, conditional: false, into: selected }, compiling);
  const fields = [...selected].flatMap(([key, { name, conditional, below }]): FieldShape[] => {
    const field = type.getFields()[name];
    if (field === undefined) return [];
    const named = getNamedType(field.type);
    const looked = isCompositeType(named) && compiling.looksInto(named) && below.length > 0;
    return [
      { key, type: field.type, conditional, below: looked ? compileBelow(below, named, compiling) : null },
    ];
  });
  return { fields, asksType: selected.has(TYPENAME) };
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
  return compileObject([operation.selectionSet], root, {
    schema: facts.schema,
    fragments,
    looksInto: (type) => joined === null || joined.has(type.name),
  }).fields;
}

function completeValue(value: unknown, type: GraphQLOutputType, below: FieldShape['below']): unknown {
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
  if (below === null) return value;
  const object = value as Record<string, unknown>;
  return typeof below === 'function' ? completeByType(object, below) : completeObject(object, below);
}

/** An object of an interface or union; where its type did not come with it, it is left as it is. */
function completeByType(object: Record<string, unknown>, below: ShapeByType): Record<string, unknown> | null {
  const typename = object[TYPENAME];
  const shape = typeof typename === 'string' ? below(typename) : null;
  if (shape === null) return object;
  if (!shape.asksType) delete object['__typename'];
  return completeObject(object, shape.fields);
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
 * The document with `__typename` wherever an interface or union is selected from, so that the completion pass knows which
 * type came; it takes out again what was not asked for.
 */
export function withTypenames(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const types = new TypeInfo(schema);
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: TYPENAME } };
  return visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.SELECTION_SET]: (set) =>
        isAbstractType(types.getParentType())
          ? { ...set, selections: [...set.selections, typename] }
          : undefined,
    }),
  );
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
