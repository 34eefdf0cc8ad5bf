import { personFieldOf } from '../../domain/catalogue/index.ts';
import { Evaluator, type Evaluation } from '../../infra/expressions/index.ts';
import type { LoadedConnector, RawRow } from '../connectors/index.ts';
import { derivedTargets } from '../mapping/index.ts';
import { ruleTexts } from './own-rules.ts';

/** The expressions of one manifest, each in the thread that runs them all. */
export class ConnectorExpressions {
  readonly #evaluator: Evaluator;
  readonly #derived: readonly number[];
  readonly #rules: readonly number[];

  constructor(connector: Pick<LoadedConnector, 'map' | 'rules'>) {
    const derived = derivedTargets(connector.map).map((it) => it.expr);
    const rules = ruleTexts(connector);
    this.#derived = derived.map((_, place) => place);
    this.#rules = rules.map((_, place) => derived.length + place);
    this.#evaluator = new Evaluator([...derived, ...rules]);
  }

  /** What feeds the derived targets of each row. Columns about persons are not shown to an expression. */
  derive(columns: readonly string[], rows: readonly RawRow[], today: string): Promise<Evaluation[][]> {
    if (this.#derived.length === 0) return Promise.resolve(rows.map(() => []));
    const shown = [...columns.entries()].filter(([, it]) => it !== '' && personFieldOf(it) === null);
    const inputs = rows.map(({ cells }) =>
      Object.fromEntries(shown.map(([place, column]) => [column, (cells[place] ?? '').trim()])),
    );
    return this.#evaluator.evaluate(inputs, this.#derived, { today });
  }

  /** What the rules come to on each mapped row. */
  judge(inputs: readonly object[], today: string): Promise<Evaluation[][]> {
    return this.#evaluator.evaluate(inputs, this.#rules, { today });
  }
}

const known = new WeakMap<object, ConnectorExpressions>();

/** The expressions of a manifest; one thread serves every run and question of it. */
export function expressionsOf(connector: LoadedConnector): ConnectorExpressions {
  const found = known.get(connector) ?? new ConnectorExpressions(connector);
  known.set(connector, found);
  return found;
}
