import type { Connector, Constraints, Dataset, DatasetField } from '../../contracts/manifests/index.ts';
import { personFieldOf } from '../../domain/catalogue/index.ts';
import { findRule, RULE_CATALOGUE } from '../../domain/rules.ts';
import { parseExpression } from '../../infra/expressions/index.ts';
import { SUBJECT_TARGETS } from './loaded-connector.ts';
import { suggest, type ManifestFault } from './manifest-fault.ts';

/** The same row must come to the same verdict today and tomorrow, and an expression may not make expressions. */
const FORBIDDEN = ['now', 'millis', 'random', 'shuffle', 'eval'];

type Names = (name: string) => string | null;

/** What is wrong with an expression, or with what it reads. */
function checkExpression(text: string, path: readonly string[], faultOf: Names): ManifestFault[] {
  const parsed = parseExpression(text);
  if (parsed.fault !== null) return [{ path, message: parsed.fault }];
  const forbidden = parsed.variables.filter((it) => FORBIDDEN.includes(it));
  return [
    ...forbidden.map((it) => ({
      path,
      message: `$${it} gives another answer each time and may not be used`,
    })),
    ...parsed.names.flatMap((it) => {
      const message = faultOf(it);
      return message === null ? [] : [{ path, message }];
    }),
  ];
}

const ofColumns: Names = (name) => {
  if (name === '*') return 'an expression names each column that it reads';
  return personFieldOf(name) === null ? null : `column ${name} is about a person and may not be read`;
};

function ofFields(fields: readonly string[]): Names {
  const known = [...fields, 'subject'];
  return (name) => (known.includes(name) ? null : `"${name}" is no field${suggest(name, known)}`);
}

function checkOwnRules({ rules, metadata }: Connector, fields: readonly string[]): ManifestFault[] {
  const met = new Set<string>();
  return rules.flatMap((rule, place): ManifestFault[] => {
    const path = ['rules', String(place)];
    const faults: ManifestFault[] = [];
    const named = 'unique' in rule ? rule.unique : rule.on === undefined ? [] : [rule.on];
    for (const field of named.filter((it) => !fields.includes(it)))
      faults.push({ path, message: `"${field}" is no field${suggest(field, fields)}` });
    if (!('id' in rule)) return faults;
    if (!rule.id.startsWith(`${metadata.id}/`))
      faults.push({
        path: [...path, 'id'],
        message: `own rules begin with the connector's id: ${metadata.id}/R001`,
      });
    if (met.has(rule.id)) faults.push({ path: [...path, 'id'], message: `${rule.id} stands twice` });
    met.add(rule.id);
    if ('expr' in rule) faults.push(...checkExpression(rule.expr, [...path, 'expr'], ofFields(fields)));
    return faults;
  });
}

/** Types that each constraint can be asked of. */
const FITS: Readonly<Partial<Record<keyof Constraints, readonly DatasetField['type'][]>>> = {
  minLength: ['text', 'uscc'],
  maxLength: ['text', 'uscc'],
  pattern: ['text', 'uscc'],
  minimum: ['date', 'money', 'integer'],
  maximum: ['date', 'money', 'integer'],
  enum: ['text', 'code', 'integer'],
};

const patternFault = (pattern: string | undefined): string | null => {
  try {
    if (pattern !== undefined) new RegExp(`^(?:${pattern})$`);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'no regular expression';
  }
};

function checkConstraints(
  target: string,
  constraints: Constraints,
  field: DatasetField | null,
): ManifestFault[] {
  const path = ['map', target, 'constraints'];
  if (field === null)
    return [{ path, message: `constraints are asked of the dataset's fields, not of ${target}` }];
  const faults = Object.keys(constraints).flatMap((key) => {
    const types = FITS[key as keyof Constraints];
    if (types === undefined || types.includes(field.type)) return [];
    return [{ path: [...path, key], message: `${key} says nothing of a ${field.type}` }];
  });
  const message = patternFault(constraints.pattern);
  if (message !== null) faults.push({ path: [...path, 'pattern'], message });
  return faults;
}

function checkMapped({ map }: Connector, dataset: Dataset): ManifestFault[] {
  return Object.entries(map).flatMap(([target, mapping]): ManifestFault[] => {
    if (typeof mapping === 'string') return [];
    const field = dataset.fields.find((it) => it.name === target) ?? null;
    const read = 'expr' in mapping ? checkExpression(mapping.expr, ['map', target, 'expr'], ofColumns) : [];
    const constraints = 'constraints' in mapping ? mapping.constraints : undefined;
    return [...read, ...(constraints === undefined ? [] : checkConstraints(target, constraints, field))];
  });
}

function checkTests({ tests, rules }: Connector, fields: readonly string[]): ManifestFault[] {
  const own = rules.flatMap((it) => ('id' in it ? [it.id] : []));
  const targets = [...fields, ...SUBJECT_TARGETS];
  return tests.flatMap(({ expect }, place): ManifestFault[] => {
    const path = ['tests', String(place), 'expect'];
    if ('accept' in expect) {
      const strange = Object.keys(expect.accept).filter((it) => !targets.includes(it));
      return strange.map((it) => ({ path, message: `"${it}" is no field${suggest(it, targets)}` }));
    }
    const named = 'reject' in expect ? expect.reject : 'warn' in expect ? expect.warn : [];
    const known = [...RULE_CATALOGUE.map((it) => it.rule), ...own];
    return named
      .filter((it) => findRule(it) === null && !own.includes(it))
      .map((it) => ({ path, message: `there is no rule ${it}${suggest(it, known)}` }));
  });
}

/** What a manifest's expressions, own rules, constraints, producers and tests get wrong beyond their form. */
export function checkRules(manifest: Connector, dataset: Dataset): ManifestFault[] {
  const fields = dataset.fields.map((it) => it.name);
  const { owner } = manifest.metadata;
  const again = manifest.producers.flatMap((it, place): ManifestFault[] =>
    it.uscc === owner.uscc
      ? [{ path: ['producers', String(place)], message: 'the owner speaks for itself already' }]
      : [],
  );
  return [
    ...again,
    ...checkMapped(manifest, dataset),
    ...checkOwnRules(manifest, fields),
    ...checkTests(manifest, fields),
  ];
}
