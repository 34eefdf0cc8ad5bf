import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  valueFromASTUntyped,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Most cost of one request by channel. */
export const COST_LIMITS = { PUBLIC: 2_000, PARTNER: 20_000, OWN: 200_000 } as const;

/** What asking each dataset costs, by its field on CreditSubject: with and without other hubs. */
export type CostPolicy = ReadonlyMap<
  string,
  { readonly dataset: string; readonly own: number; readonly all: number }
>;

/** What cost is measured against. */
export type Costed = {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
  readonly policy: CostPolicy;
  /** Asked by a hub: other hubs are not asked. */
  readonly ownOnly: boolean;
};

/** What an operation costs and which datasets it asks for. */
export type Measured = { readonly requested: number; readonly datasets: ReadonlySet<string> };

function isLeftOut(selection: SelectionNode, variables: Record<string, unknown>): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return false;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.['if'] === true || include?.['if'] === false;
}

/** Walks one operation with its variables. */
class CostMeter {
  readonly #costed: Costed;
  readonly datasets = new Set<string>();

  constructor(costed: Costed) {
    this.#costed = costed;
  }

  /** Size of a list argument, or the number an argument gives; null where it is absent. */
  #sizeOf(field: FieldNode, name: string): number | null {
    const argument = field.arguments?.find((it) => it.name.value === name);
    if (argument === undefined) return null;
    const value: unknown = valueFromASTUntyped(argument.value, this.#costed.variables);
    if (Array.isArray(value)) return value.length;
    return typeof value === 'number' ? value : null;
  }

  /** How many objects a field may hand to what is selected below it; lists inside a record cost nothing more. */
  #childrenOf(field: FieldNode): number {
    const usccs = this.#sizeOf(field, 'usccs');
    if (usccs !== null) return usccs;
    return field.name.value === 'changes' ? (this.#sizeOf(field, 'first') ?? 50) : 1;
  }

  #field(field: FieldNode, times: number): number {
    const weight = this.#costed.policy.get(field.name.value);
    if (weight !== undefined) {
      this.datasets.add(weight.dataset);
      return times * (this.#costed.ownOnly ? weight.own : weight.all);
    }
    if (field.selectionSet === undefined) return 0;
    return times + this.measure(field.selectionSet, times * this.#childrenOf(field));
  }

  measure(selectionSet: SelectionSetNode, times: number): number {
    let total = 0;
    for (const selection of selectionSet.selections) {
      if (isLeftOut(selection, this.#costed.variables)) continue;
      if (selection.kind === Kind.FIELD) total += this.#field(selection, times);
      else if (selection.kind === Kind.INLINE_FRAGMENT) total += this.measure(selection.selectionSet, times);
      else {
        const fragment = this.#costed.fragments.get(selection.name.value);
        if (fragment !== undefined) total += this.measure(fragment.selectionSet, times);
      }
    }
    return total;
  }
}

/**
 * Static cost of an operation: a dataset field costs subjects × the weights of the sources it may ask (registry 1,
 * live 5, another hub 10); any other field with fields below it costs 1 a time.
 */
export function measureCost(costed: Costed): Measured {
  const meter = new CostMeter(costed);
  const requested = meter.measure(costed.operation.selectionSet, 1);
  return { requested, datasets: meter.datasets };
}
