import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../shared/index.ts';
import { HubError } from '../../domain/hub-error.ts';

/** Bounds of a document. They hold before validation, whose rules and whose planner assume a sane document. */
export const DOCUMENT_LIMITS = {
  bytes: 32_768,
  tokens: 4_000,
  depth: 10,
  /** A document that only looks at the schema nests deeper. */
  introspectionDepth: 17,
  aliases: 30,
  directives: 8,
  duplicates: 8,
  /** Fields after fragments are spread. */
  fields: 2_000,
} as const;

const HINTS = {
  depth: 'ask for fewer levels at once, or follow an id in a second query',
  aliases: 'ask for a list (subjects) instead of one alias a subject',
  directives: 'send a smaller document instead of switching fields',
  duplicates: 'name each field once',
  fields: 'ask for fewer fields, or spread fewer fragments',
} as const;

/** What was measured of a selection, fragments spread. */
type Measure = { readonly depth: number; readonly fields: number; readonly aliases: number };

function tooMuch(what: keyof typeof HINTS, limit: number, actual: number): HubError {
  return new HubError(
    `TOO_MANY_${what.toUpperCase()}`,
    'refused',
    `the document has more ${what} than ${limit}`,
    {
      details: { limit, actual, hint: HINTS[what] },
    },
  );
}

function cyclic(name: string): HubError {
  return new HubError('CYCLIC_FRAGMENT', 'refused', `the fragment ${name} leads back to itself`, {
    details: { hint: 'a fragment must not spread itself, directly or through others' },
  });
}

/** Measures a document; each fragment once, however often it is spread. */
class DocumentMeter {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, Measure>();
  readonly #open = new Set<string>();
  duplicates = 0;
  directives = 0;

  constructor(document: DocumentNode) {
    this.#fragments = fragmentsOf(document);
  }

  #fragment(name: string): Measure {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    if (this.#open.has(name)) throw cyclic(name);
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return { depth: 0, fields: 0, aliases: 0 };
    this.#open.add(name);
    const measure = this.measure(fragment.selectionSet);
    this.#open.delete(name);
    this.#measured.set(name, measure);
    return measure;
  }

  /** Depth, fields and aliases below a selection set; a field without one has depth 1. */
  measure(selectionSet: SelectionSetNode): Measure {
    const keys = new Set<string>();
    const total = { depth: 0, fields: 0, aliases: 0 };
    for (const selection of selectionSet.selections) {
      this.directives += selection.directives?.length ?? 0;
      let inner: Measure;
      let levels = 0;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        if (keys.has(key)) this.duplicates += 1;
        keys.add(key);
        levels = 1;
        total.fields += 1;
        total.aliases += selection.alias === undefined ? 0 : 1;
        inner =
          selection.selectionSet === undefined
            ? { depth: 0, fields: 0, aliases: 0 }
            : this.measure(selection.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        inner = this.measure(selection.selectionSet);
      } else {
        inner = this.#fragment(selection.name.value);
      }
      total.depth = Math.max(total.depth, levels + inner.depth);
      total.fields += inner.fields;
      total.aliases += inner.aliases;
    }
    return total;
  }

  /** Measures every fragment, those that nothing spreads included. */
  measureFragments(): void {
    for (const name of this.#fragments.keys()) this.#fragment(name);
  }
}

function isOnlyIntrospection(selectionSet: SelectionSetNode): boolean {
  return selectionSet.selections.every((it) => it.kind === Kind.FIELD && it.name.value.startsWith('__'));
}

/**
 * Refuses a document beyond the bounds.
 *
 * @throws CYCLIC_FRAGMENT, TOO_MANY_DEPTH, TOO_MANY_ALIASES, TOO_MANY_DIRECTIVES, TOO_MANY_DUPLICATES, TOO_MANY_FIELDS
 */
export function checkLimits(document: DocumentNode): void {
  const meter = new DocumentMeter(document);
  meter.measureFragments();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, fields, aliases } = meter.measure(definition.selectionSet);
    const { introspectionDepth } = DOCUMENT_LIMITS;
    const deepest = isOnlyIntrospection(definition.selectionSet) ? introspectionDepth : DOCUMENT_LIMITS.depth;
    if (depth > deepest) throw tooMuch('depth', deepest, depth);
    if (aliases > DOCUMENT_LIMITS.aliases) throw tooMuch('aliases', DOCUMENT_LIMITS.aliases, aliases);
    if (fields > DOCUMENT_LIMITS.fields) throw tooMuch('fields', DOCUMENT_LIMITS.fields, fields);
  }
  if (meter.directives > DOCUMENT_LIMITS.directives) {
    throw tooMuch('directives', DOCUMENT_LIMITS.directives, meter.directives);
  }
  if (meter.duplicates > DOCUMENT_LIMITS.duplicates) {
    throw tooMuch('duplicates', DOCUMENT_LIMITS.duplicates, meter.duplicates);
  }
}
