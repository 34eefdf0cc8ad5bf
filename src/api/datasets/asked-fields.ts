import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';
import type { Dataset } from '../../contracts/manifests/index.ts';
import { ownFieldsOf } from './dataset-sdl.ts';

type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

function fieldsIn(set: SelectionSetNode | undefined, fragments: Selected['fragments']): FieldNode[] {
  return (set?.selections ?? []).flatMap((it): FieldNode[] => {
    if (it.kind === Kind.FIELD) return [it];
    if (it.kind === Kind.INLINE_FRAGMENT) return fieldsIn(it.selectionSet, fragments);
    return fieldsIn(fragments[it.name.value]?.selectionSet, fragments);
  });
}

/** All subjects of one list come with the same selection. */
const known = new WeakMap<Selected['fieldNodes'], ReadonlySet<string>>();

/**
 * Names of the fields that a connection's selection asks of each record, under whatever alias, fragment or directive.
 * What is switched off by a directive counts as asked.
 */
export function askedFields({ fieldNodes, fragments }: Selected): ReadonlySet<string> {
  const cached = known.get(fieldNodes);
  if (cached !== undefined) return cached;
  const below = (nodes: readonly FieldNode[], name: string) =>
    nodes.filter((it) => it.name.value === name).flatMap((it) => fieldsIn(it.selectionSet, fragments));
  const connection = fieldNodes.flatMap((it) => fieldsIn(it.selectionSet, fragments));
  const asked = new Set(below(below(connection, 'edges'), 'node').map((it) => it.name.value));
  known.set(fieldNodes, asked);
  return asked;
}

/** A dataset's own fields among those asked for; null: all, where recognition looks into the statement. */
export function fieldsAmong(
  dataset: Dataset,
  asked: readonly ReadonlySet<string>[],
): readonly string[] | null {
  const each = [...new Set(asked)];
  if (each.some((it) => it.has('recognition'))) return null;
  return ownFieldsOf(dataset)
    .map((it) => it.name)
    .filter((name) => each.some((it) => it.has(name)));
}
