import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  print,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../../api/shared/index.ts';
import { HubError } from '../../domain/hub-error.ts';

/** One list of records that a document asks for, such as `penalties`. */
export type BulkList = {
  /** Its name in the answer. */
  readonly key: string;
  readonly edgesKey: string;
  readonly nodeKey: string;
  /** Dotted paths of a record's values. */
  readonly paths: readonly string[];
  /** The document that asks for this list alone, on from `$xqAfter`. */
  readonly pageSource: string;
};

/** A document made ready for many codes. */
export type BulkDocument = {
  readonly source: string;
  /** Name of the root field in the answer. */
  readonly rootKey: string;
  /** Name of the variable that takes the codes. */
  readonly codesVariable: string;
  /** Dotted paths of a subject's own values, outside its lists. */
  readonly subjectPaths: readonly string[];
  readonly lists: readonly BulkList[];
};

const MAX_PAGE = '100';
const PAGING = ['after', 'before', 'last'];

function unfit(why: string): HubError {
  return new HubError('DOCUMENT_NOT_FOR_EACH', 'refused', why);
}

const keyOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    throw unfit(error instanceof GraphQLError ? error.message : 'the document is not GraphQL');
  }
}

/** Puts fragments in the place of their names, so that each selection shows what it asks for. */
function spread(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  within: readonly string[] = [],
): SelectionSetNode {
  const selections = set.selections.flatMap((it): readonly SelectionNode[] => {
    if (it.kind === Kind.FIELD) {
      return it.selectionSet === undefined
        ? [it]
        : [{ ...it, selectionSet: spread(it.selectionSet, fragments, within) }];
    }
    if (it.kind === Kind.INLINE_FRAGMENT) return spread(it.selectionSet, fragments, within).selections;
    const name = it.name.value;
    const fragment = fragments.get(name);
    if (fragment === undefined || within.includes(name)) throw unfit(`the fragment ${name} cannot be used`);
    return spread(fragment.selectionSet, fragments, [...within, name]).selections;
  });
  return { ...set, selections };
}

function fieldsOf(set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).filter((it) => it.kind === Kind.FIELD);
}

/** Dotted paths of the values below a selection. */
function pathsOf(set: SelectionSetNode | undefined): string[] {
  return fieldsOf(set).flatMap((field) => {
    const key = keyOf(field);
    return field.selectionSet === undefined ? [key] : pathsOf(field.selectionSet).map((it) => `${key}.${it}`);
  });
}

/** Selections as text, to add to what a document asks for; the same field twice is merged. */
function selectionsOf(text: string): readonly SelectionNode[] {
  const [definition] = parse(text, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
}

const LIST_FACTS = selectionsOf(
  '{ complete coverage { source dataset status rule } pageInfo { hasNextPage endCursor } }',
);

function argumentOf(name: string, value: string): NonNullable<FieldNode['arguments']>[number] {
  const [field] = selectionsOf(`{ a(${name}: ${value}) }`);
  const [argument] = field?.kind === Kind.FIELD ? (field.arguments ?? []) : [];
  if (argument === undefined) throw new TypeError('an argument was not made');
  return argument;
}

/** A list with what paging and coverage need. */
function fullList(field: FieldNode): FieldNode {
  const given = field.arguments ?? [];
  const paging = given.find((it) => PAGING.includes(it.name.value));
  if (paging !== undefined) throw unfit(`leave ${paging.name.value} out: every page is fetched by itself`);
  const first = given.some((it) => it.name.value === 'first') ? [] : [argumentOf('first', MAX_PAGE)];
  const selections = [...(field.selectionSet?.selections ?? []), ...LIST_FACTS];
  return {
    ...field,
    arguments: [...given, ...first],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

const isList = (field: FieldNode): boolean =>
  fieldsOf(field.selectionSet).some((it) => it.name.value === 'edges');

/** An operation with another selection and without the variables that it does not use any more. */
function operationSource(operation: OperationDefinitionNode, root: FieldNode, more = ''): string {
  const used = new Set<string>();
  visit(root, { Variable: (it) => void used.add(it.name.value) });
  const variables = (operation.variableDefinitions ?? []).filter((it) => used.has(it.variable.name.value));
  const declared = [...variables.map((it) => print(it)), ...(more === '' ? [] : [more])].join(', ');
  const name = operation.name?.value ?? 'Each';
  return `query ${name}(${declared}) {\n${print(root)}\n}`;
}

function listOf(field: FieldNode, operation: OperationDefinitionNode, root: FieldNode): BulkList {
  const edges = fieldsOf(field.selectionSet).find((it) => it.name.value === 'edges');
  const node = fieldsOf(edges?.selectionSet).find((it) => it.name.value === 'node');
  if (edges === undefined || node === undefined) throw unfit(`${keyOf(field)} asks for edges without a node`);
  const next = { ...field, arguments: [...(field.arguments ?? []), argumentOf('after', '$xqAfter')] };
  const alone = { ...root, selectionSet: { kind: Kind.SELECTION_SET, selections: [next] } as const };
  return {
    key: keyOf(field),
    edgesKey: keyOf(edges),
    nodeKey: keyOf(node),
    paths: pathsOf(node.selectionSet),
    pageSource: operationSource(operation, alone, '$xqAfter: String'),
  };
}

function rootOf(operation: OperationDefinitionNode): { root: FieldNode; codesVariable: string } {
  const [root, ...others] = fieldsOf(operation.selectionSet);
  const codes = root?.arguments?.find((it) => it.name.value === 'usccs')?.value;
  if (root?.name.value !== 'subjects' || others.length > 0 || codes?.kind !== Kind.VARIABLE) {
    throw unfit(
      'the document asks for one root field: subjects(usccs: $codes), with the codes as a variable',
    );
  }
  return { root, codesVariable: codes.name.value };
}

/**
 * Makes a document ready for many codes: adds to each list what says whether it is complete and where it goes on.
 *
 * @throws DOCUMENT_NOT_FOR_EACH
 */
export function prepareDocument(text: string): BulkDocument {
  const document = parsed(text);
  const operations = document.definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION);
  const [operation, ...more] = operations;
  if (operation?.operation !== OperationTypeNode.QUERY || more.length > 0)
    throw unfit('the document has one operation, a query');
  const fragments = fragmentsOf(document);
  const whole = { ...operation, selectionSet: spread(operation.selectionSet, fragments) };
  const { root, codesVariable } = rootOf(whole);
  const fields = fieldsOf(root.selectionSet).map((it) => (isList(it) ? fullList(it) : it));
  const named = fields.some((it) => keyOf(it) === 'uscc') ? [] : selectionsOf('{ uscc }');
  const selections = [...named, ...fields];
  const full: FieldNode = { ...root, selectionSet: { kind: Kind.SELECTION_SET, selections } };
  const own = { kind: Kind.SELECTION_SET, selections: selections.filter((it) => !isListNode(it)) } as const;
  return {
    source: operationSource(whole, full),
    rootKey: keyOf(root),
    codesVariable,
    subjectPaths: pathsOf(own),
    lists: fields.filter(isList).map((it) => listOf(it, whole, full)),
  };
}

function isListNode(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && isList(node);
}
