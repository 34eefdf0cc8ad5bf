import { Kind, OperationTypeNode, parse, type DocumentNode } from 'graphql';
import type { Connector } from '../../contracts/manifests/index.ts';
import { parameterNames } from '../../infra/sql/index.ts';

/** How a source is asked: for a list of codes at once, or for one code. */
export type LiveParameter = 'codes' | 'code';

function parameterAmong(names: readonly string[]): LiveParameter | null {
  const [name, ...more] = names;
  return more.length === 0 && (name === 'codes' || name === 'code') ? name : null;
}

/** Names of the variables of a document that is one query; null for any other document. */
function variablesOf(document: string): string[] | null {
  let parsed: DocumentNode;
  try {
    parsed = parse(document, { noLocation: true });
  } catch {
    return null;
  }
  const [operation, ...more] = parsed.definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation !== OperationTypeNode.QUERY || more.length > 0) return null;
  return (operation.variableDefinitions ?? []).map((it) => it.variable.name.value);
}

/** Placeholders that stand as whole texts in a template. */
function placeholdersIn(template: unknown): string[] {
  if (template === ':codes' || template === ':code') return [template.slice(1)];
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(placeholdersIn);
}

/** What a live source is asked with; null where its manifest does not say so, or says it in two ways. */
export function liveParameterOf({ source, live }: Pick<Connector, 'source' | 'live'>): LiveParameter | null {
  if (live === undefined) return null;
  const { lookup, request } = live;
  if (source.type === 'rest')
    return request === undefined || lookup !== undefined
      ? null
      : parameterAmong([...new Set([...placeholdersIn(request.query), ...placeholdersIn(request.body)])]);
  if (lookup === undefined || request !== undefined) return null;
  if (source.type === 'sql') return parameterAmong(parameterNames(lookup));
  return source.type === 'graphql' ? parameterAmong(variablesOf(lookup) ?? []) : null;
}
