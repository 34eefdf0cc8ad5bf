import { readFileSync } from 'node:fs';
import { parse, print, visit, Kind, type DefinitionNode, type DocumentNode } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';

/** Version 2.9 is the first with `@cost` and `@listSize`. @see https://specs.apollo.dev/federation/v2.9 */
const LINK = `extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@requires", "@external", "@shareable", "@cost", "@listSize", "@requiresScopes"]
  )
`;

/** Folder of the committed schema. */
const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

/** One file of the committed schema, as text. @throws FILE_MISSING */
export function readSchemaFile(name: string): string {
  try {
    return readFileSync(new URL(`${name}.graphql`, SCHEMA_FOLDER), 'utf8');
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `schema/${name}.graphql cannot be read`, { cause });
  }
}

function nameOf(definition: DefinitionNode): string | null {
  return 'name' in definition ? definition.name.value : null;
}

function namesUsedBy(node: DefinitionNode): Set<string> {
  const names = new Set<string>();
  visit(node, { [Kind.NAMED_TYPE]: (named) => void names.add(named.name.value) });
  return names;
}

/** The shared definitions that a subgraph's own definitions reach, in the order of `common.graphql`. */
function sharedFor(own: DocumentNode, shared: DocumentNode): DefinitionNode[] {
  const byName = new Map(shared.definitions.map((it) => [nameOf(it), it] as const));
  const wanted = new Set<string>();
  const queue = own.definitions.flatMap((it) => [...namesUsedBy(it)]);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const definition = byName.get(name);
    if (definition === undefined || wanted.has(name)) continue;
    wanted.add(name);
    queue.push(...namesUsedBy(definition));
  }
  return shared.definitions.filter((it) => wanted.has(nameOf(it) ?? ''));
}

/**
 * A subgraph's whole schema: the link to federation, its own definitions, and the shared ones it reaches.
 *
 * @param own its own definitions, one file below `schema/`
 */
export function subgraphDocument(own: string): DocumentNode {
  const ownDocument = parse(own);
  const shared = parse(readSchemaFile('common'));
  return {
    kind: Kind.DOCUMENT,
    definitions: [...parse(LINK).definitions, ...ownDocument.definitions, ...sharedFor(ownDocument, shared)],
  };
}

/** The same as text. */
export function subgraphText(own: string): string {
  return print(subgraphDocument(own));
}
