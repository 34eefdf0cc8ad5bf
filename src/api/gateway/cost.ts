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
import type { Quota } from '../shared/index.ts';

/** Most cost of one request by channel. */
export const COST_LIMITS = { PUBLIC: 2_000, PARTNER: 20_000, OWN: 200_000 } as const;

/** Lists at the root that page by `first`. */
const PAGED: ReadonlySet<string> = new Set(['changes', 'reads']);

/** What asking each source of a dataset costs for one subject, by the dataset's field on CreditSubject. */
export type CostPolicy = ReadonlyMap<
  string,
  {
    readonly dataset: string;
    readonly weights: readonly { readonly name: string; readonly weight: number; readonly isHub: boolean }[];
  }
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
export type Measured = {
  readonly requested: number;
  /** The part of it that sources of datasets are. */
  readonly ofSources: number;
  /** Most subjects that one list names. */
  readonly subjects: number;
  readonly datasets: ReadonlySet<string>;
};

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
  ofSources = 0;
  subjects = 1;

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

  /** What the sources cost that a dataset field may ask: those it names, other hubs only for whoever is none. */
  #weightOf(field: FieldNode, weights: readonly { name: string; weight: number; isHub: boolean }[]): number {
    const argument = field.arguments?.find((it) => it.name.value === 'sources');
    const value: unknown =
      argument === undefined ? null : valueFromASTUntyped(argument.value, this.#costed.variables);
    const named = Array.isArray(value) ? value : null;
    const asked = weights.filter(
      (it) => (named === null || named.includes(it.name)) && !(it.isHub && this.#costed.ownOnly),
    );
    return asked.reduce((total, it) => total + it.weight, 0);
  }

  /** How many objects a field may hand to what is selected below it; lists inside a record cost nothing more. */
  #childrenOf(field: FieldNode): number {
    const usccs = this.#sizeOf(field, 'usccs');
    if (usccs !== null) {
      this.subjects = Math.max(this.subjects, usccs);
      return usccs;
    }
    return PAGED.has(field.name.value) ? (this.#sizeOf(field, 'first') ?? 50) : 1;
  }

  #field(field: FieldNode, times: number): number {
    const policy = this.#costed.policy.get(field.name.value);
    if (policy !== undefined) {
      this.datasets.add(policy.dataset);
      const units = times * this.#weightOf(field, policy.weights);
      this.ofSources += units;
      return units;
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
  const { datasets, ofSources, subjects } = meter;
  return { requested, ofSources, subjects, datasets };
}

/** A cheaper way to ask the same, for a refusal to name. @param limit units there are */
export function cheaperThan(measured: Measured, limit: number): string {
  const { requested, subjects, datasets } = measured;
  const fits = Math.floor((subjects * limit) / Math.max(1, requested));
  const fewer =
    fits >= 1 && fits < subjects
      ? `ask for ${fits} subjects a request`
      : datasets.size > 1
        ? `ask for one dataset a request instead of ${datasets.size}`
        : 'ask for fewer fields';
  return `${fewer}; sources: ["registry"] asks no department and no other hub`;
}

/** What every reply says of cost: of the request, and what is left of the asker's quota where there is one. */
export function costExtension(
  cost: { requested: number; actual: number; limit: number },
  quota: Quota | null,
): Record<string, unknown> {
  if (quota === null) return cost;
  const remaining = Math.min(quota.limit, quota.remaining + Math.max(0, cost.requested - cost.actual));
  return { ...cost, remaining, resetAt: quota.resetAt.toISOString() };
}
