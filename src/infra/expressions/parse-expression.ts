import jsonata from 'jsonata';

/** What a JSONata text says, or where it is wrong. */
export type ParsedExpression =
  | {
      readonly fault: null;
      /** Members of the input that it reads, without those of members. */
      readonly names: readonly string[];
      /** Functions and variables that it uses, without `$`. */
      readonly variables: readonly string[];
    }
  | { readonly fault: string };

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Names and variables of a syntax tree. The first step of a path reads the input; the later ones read its members. */
function collect(node: unknown, names: Set<string>, variables: Set<string>): void {
  if (Array.isArray(node)) {
    for (const it of node as unknown[]) collect(it, names, variables);
    return;
  }
  if (!isNode(node)) return;
  if (node.type === 'name') names.add(String(node.value));
  if (node.type === 'variable') variables.add(String(node.value));
  if (node.type === 'wildcard' || node.type === 'descendant') names.add('*');
  for (const [key, value] of Object.entries(node)) {
    if (node.type === 'path' && key === 'steps' && Array.isArray(value)) {
      const [first, ...rest] = value as unknown[];
      collect(first, names, variables);
      for (const step of rest) collectInside(step, names, variables);
    } else if (key !== 'type' && key !== 'value') collect(value, names, variables);
  }
}

/** A later step of a path: its own name is a member's, what stands in its predicates may read anything. */
function collectInside(step: unknown, names: Set<string>, variables: Set<string>): void {
  if (isNode(step) && step.type === 'name') collect({ ...step, type: 'member' }, names, variables);
  else collect(step, names, variables);
}

/** Parses a JSONata text without running it. */
export function parseExpression(text: string): ParsedExpression {
  try {
    const names = new Set<string>();
    const variables = new Set<string>();
    collect(jsonata(text).ast(), names, variables);
    return { fault: null, names: [...names], variables: [...variables] };
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    const where = position === undefined ? '' : ` at character ${position}`;
    return { fault: `${message ?? 'not a JSONata expression'}${where}` };
  }
}
