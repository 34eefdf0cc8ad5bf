import type { Constraints, Dataset, DatasetField, RuleSpec } from '../../contracts/manifests/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { Finding } from '../../domain/finding.ts';
import { canonicalJson, sha256Hex, type JsonValue } from '../../domain/record/index.ts';
import { finding } from '../../domain/rules.ts';
import { assessUscc } from '../../domain/subject/index.ts';
import type { Evaluation } from '../../infra/expressions/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import type { Values } from './assess-values.ts';

/** A mapped row, and what the manifest's rules in JSONata came to on it. */
export type RuledRow = {
  readonly values: Values;
  readonly today: CalendarDay;
  /** In the order of {@link ruleTexts}. */
  readonly results: readonly Evaluation[];
};

/** One rule, ready to look at the rows of one run. */
type RuleCheck = (row: RuledRow) => Finding[];

type Labelled = Pick<DatasetField, 'name' | 'zh' | 'en'>;

const PREFIX = 24;

const found = (rule: string, field: Labelled): Finding =>
  finding(rule, field.name, { zh: field.zh, en: field.en });

/** Text of a pattern as a JSONata expression over a field. */
const patternText = (field: string, pattern: string): string =>
  `$contains(${field}, /^(?:${pattern.replaceAll('/', String.raw`\/`)})$/)`;

const constraintsOf = (map: LoadedConnector['map']): [string, Constraints][] =>
  Object.entries(map).flatMap(([target, it]) =>
    typeof it === 'object' && 'constraints' in it && it.constraints !== undefined
      ? [[target, it.constraints] as [string, Constraints]]
      : [],
  );

/** The expressions that a manifest's rules and patterns run over a mapped row, in order. */
export function ruleTexts(connector: Pick<LoadedConnector, 'rules' | 'map'>): string[] {
  return [
    ...connector.rules.flatMap((it) => ('expr' in it ? [it.expr] : [])),
    ...constraintsOf(connector.map).flatMap(([field, { pattern }]) =>
      pattern === undefined ? [] : [patternText(field, pattern)],
    ),
  ];
}

/** Whether a value was met before in this run; a digest suffices. */
function seenBefore(): (value: JsonValue) => boolean {
  const met = new Set<string>();
  return (value) => {
    const digest = sha256Hex(canonicalJson(value)).slice(0, PREFIX);
    const known = met.has(digest);
    met.add(digest);
    return known;
  };
}

/** An absent field breaks no rule here: where it must not be absent, that is a rule of its own. */
function ownRule(rule: Extract<RuleSpec, { id: string }>, place: number): RuleCheck {
  const { id, severity, say } = rule;
  if ('unique' in rule) {
    const isKnown = seenBefore();
    const [field = null] = rule.unique;
    const en = `not unique in the run: ${rule.unique.join(', ')}`;
    return ({ values }) => {
      const parts = rule.unique.map((it) => values[it] ?? null);
      if (parts.includes(null) || !isKnown(parts)) return [];
      return [{ rule: id, field, severity, zh: say, en }];
    };
  }
  const field = rule.on ?? null;
  const broken: Finding = { rule: id, field, severity, zh: say, en: rule.sayEn ?? `must hold: ${rule.expr}` };
  return ({ results }) => {
    const result = results[place];
    const value = result === undefined || 'fault' in result ? null : result.value;
    if (value === true || value === undefined) return [];
    return value === false ? [broken] : [finding('EXPRESSION_FAILED', field, { zh: say, en: id })];
  };
}

function builtIn(rule: Extract<RuleSpec, { test: string }>): RuleCheck {
  const withSeverity = (findings: readonly Finding[]): Finding[] =>
    findings.map((it) => ({ ...it, severity: rule.severity }));
  return ({ values, today }) => {
    const value = values[rule.on];
    if (typeof value !== 'string' || value === '') return [];
    if (rule.test === 'notFuture')
      return withSeverity(value > today ? [finding('FUTURE_DATE', rule.on)] : []);
    return withSeverity(assessUscc(value, { field: rule.on }).findings);
  };
}

const textOf = (value: JsonValue): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Money is a text of six decimals, a day a text that sorts. */
const isBelow = (value: JsonValue, limit: string | number, type: DatasetField['type']): boolean =>
  type === 'date' ? textOf(value) < String(limit) : Number(value) < Number(limit);

function lengthFindings(value: string, { minLength, maxLength }: Constraints, field: Labelled): Finding[] {
  const length = Array.from(value).length;
  if (minLength !== undefined && length < minLength) return [found('TOO_SHORT', field)];
  return maxLength !== undefined && length > maxLength ? [found('TOO_LONG', field)] : [];
}

function rangeFindings(value: JsonValue, { minimum, maximum }: Constraints, field: DatasetField): Finding[] {
  const low = minimum !== undefined && isBelow(value, minimum, field.type);
  const high = maximum !== undefined && isBelow(maximum, textOf(value), field.type);
  return low || high ? [found('OUT_OF_RANGE', field)] : [];
}

function constraintCheck(field: DatasetField, constraints: Constraints, patternPlace: number): RuleCheck {
  const isKnown = seenBefore();
  const { required, unique, pattern, enum: words } = constraints;
  return ({ values, results }) => {
    const value = values[field.name];
    if (value === undefined || value === null || value === '')
      return required === true && !field.required ? [found('MISSING_FIELD', field)] : [];
    const matched = pattern === undefined ? undefined : results[patternPlace];
    const failed = matched !== undefined && 'fault' in matched;
    return [
      ...(typeof value === 'string' ? lengthFindings(value, constraints, field) : []),
      ...rangeFindings(value, constraints, field),
      ...(failed ? [found('EXPRESSION_FAILED', field)] : []),
      ...(matched !== undefined && !failed && matched.value !== true ? [found('BAD_FORM', field)] : []),
      ...(words === undefined || words.includes(textOf(value)) ? [] : [found('UNKNOWN_CODE_VALUE', field)]),
      ...(unique === true && isKnown(value) ? [found('NOT_UNIQUE', field)] : []),
    ];
  };
}

/**
 * Makes a manifest's own rules and constraints ready for the rows of one run; what must be unique is remembered from
 * row to row. Every finding of a row is given, one for each rule and field.
 */
export function compileOwnRules(
  connector: Pick<LoadedConnector, 'rules' | 'map'>,
  dataset: Dataset,
): (row: RuledRow) => Finding[] {
  let place = -1;
  const rules = connector.rules.map((it) => {
    if ('test' in it) return builtIn(it);
    if ('expr' in it) place += 1;
    return ownRule(it, place);
  });
  const constraints = constraintsOf(connector.map).flatMap(([target, it]) => {
    const field = dataset.fields.find(({ name }) => name === target);
    if (it.pattern !== undefined) place += 1;
    return field === undefined ? [] : [constraintCheck(field, it, place)];
  });
  const checks = [...rules, ...constraints];
  return (row) => checks.flatMap((check) => check(row));
}
