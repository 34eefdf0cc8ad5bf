import type { Dataset, DatasetField, Mapping } from '../../contracts/manifests/index.ts';
import { personFieldOf } from '../../domain/catalogue/index.ts';
import type { Finding } from '../../domain/finding.ts';
import type { JsonValue } from '../../domain/record/index.ts';
import { finding } from '../../domain/rules.ts';
import { parseExpression, type Evaluation } from '../../infra/expressions/index.ts';
import type { Catalogue, CodeList } from '../../registry/catalogue/index.ts';
import { SUBJECT_TARGETS, type LoadedConnector, type SubjectTarget } from '../connectors/index.ts';
import { compileSteps, runSteps, stepsOfType, trimCell, type CellStep } from './cell-steps.ts';
import { lookupCodes } from './lookup-codes.ts';
import { SUBJECT_ALIASES } from './subject-aliases.ts';

/** A row in the dataset's own words. Fields that the source leaves empty are absent. */
export type MappedRow = {
  readonly values: Record<string, JsonValue>;
  /** What the row says of its subject; empty where it says nothing. */
  readonly subject: Readonly<Record<SubjectTarget, string>>;
  readonly findings: readonly Finding[];
};

/** A mapping made ready for one order of columns. */
export type RowMapper = {
  /** Place of the column that feeds each target; targets without one are absent. */
  readonly places: ReadonlyMap<string, number>;
  /** Places of the columns that expressions read. */
  readonly derivedFrom: readonly number[];
  /** Words of the code list that a column is looked up in, by the column's place. */
  readonly words: ReadonlyMap<number, ReadonlySet<string>>;
  /** Columns that nothing knows: not read, and told once a run. */
  readonly unknownColumns: readonly string[];
  /** Mandatory targets whose column is not there. */
  readonly missingTargets: readonly string[];
  /** @param derived what the expressions of the manifest came to, in the order of its keys */
  map(cells: readonly string[], derived?: readonly Evaluation[]): MappedRow;
};

type SourceRow = { readonly cells: readonly string[]; readonly derived: readonly Evaluation[] };

type FieldMapper = (
  source: SourceRow,
  row: { values: Record<string, JsonValue>; findings: Finding[] },
) => void;

type Context = {
  readonly connector: LoadedConnector;
  readonly dataset: Dataset;
  readonly catalogue: Catalogue;
  readonly excelSerial: boolean;
  /** Place by folded column name. */
  readonly columns: ReadonlyMap<string, number>;
};

const fold = (column: string): string => column.normalize('NFKC').trim().toLowerCase();

const isSubjectTarget = (target: string): target is SubjectTarget =>
  (SUBJECT_TARGETS as readonly string[]).includes(target);

const aliasesOf = (target: string, dataset: Dataset): readonly string[] =>
  isSubjectTarget(target)
    ? SUBJECT_ALIASES[target]
    : (dataset.fields.find((it) => it.name === target)?.aliases ?? []);

const fromOf = (mapping: Mapping): string | null =>
  typeof mapping === 'string' ? mapping : 'from' in mapping ? mapping.from : null;

function placeOf(column: string, target: string, context: Context): number | null {
  const own = context.columns.get(fold(column));
  if (own !== undefined) return own;
  const alias = aliasesOf(target, context.dataset).find((it) => context.columns.has(fold(it)));
  return alias === undefined ? null : (context.columns.get(fold(alias)) ?? null);
}

const TRUE_WORDS = ['1', '是', 'y', 'yes', 'true', '有'];
const FALSE_WORDS = ['0', '否', 'n', 'no', 'false', '无'];

/** The canonical value of a text, by the field's type; a text that does not fit stays, and validation says so. */
function typedValue(text: string, field: DatasetField | undefined): JsonValue {
  if (field?.type === 'boolean') {
    const word = text.toLowerCase();
    return TRUE_WORDS.includes(word) ? true : FALSE_WORDS.includes(word) ? false : text;
  }
  return field?.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

type Compiled = {
  readonly target: string;
  readonly field: DatasetField | undefined;
  /** The text that the steps begin with; empty where the row says nothing, null where its expression failed. */
  readonly textOf: (source: SourceRow) => string | null;
  readonly steps: readonly CellStep[];
  readonly list: CodeList | null;
  readonly onMiss: 'reject' | 'warn' | 'keep';
  readonly fallback: string;
};

function labelled(rule: string, { field, target }: Compiled): Finding {
  return finding(rule, target, field === undefined ? undefined : { zh: field.zh, en: field.en });
}

function readList(pieces: readonly string[], it: Compiled, findings: Finding[]): JsonValue | null {
  if (it.list === null) return pieces.filter((word, place) => place % 2 === 0 && word !== '');
  const { codes, missed } = lookupCodes(pieces, it.list);
  if (missed && it.onMiss !== 'keep') {
    const miss = labelled('UNKNOWN_CODE_VALUE', it);
    findings.push(it.onMiss === 'warn' ? { ...miss, severity: 'warn' } : miss);
  }
  if (missed && it.onMiss === 'keep') return pieces.join('');
  const [first] = codes;
  if (first === undefined) return null;
  return it.field?.type === 'codes' ? [...codes] : first;
}

/** Turns one cell into its field's value; what goes wrong becomes a finding and leaves the field empty. */
function fieldMapper(it: Compiled): FieldMapper {
  return (source, { values, findings }) => {
    const cell = it.textOf(source);
    if (cell === null) findings.push(labelled('EXPRESSION_FAILED', it));
    const text = cell === '' ? it.fallback : (cell ?? '');
    if (text === '') return;
    const result = runSteps(it.steps, text);
    if (result.fault !== undefined) {
      findings.push(labelled(result.fault, it));
      return;
    }
    const pieces = result.list ?? (it.list === null ? null : [result.text]);
    const value = pieces === null ? typedValue(result.text ?? '', it.field) : readList(pieces, it, findings);
    if (value !== null && value !== '') values[it.target] = value;
  };
}

function cellText(place: number | null): (source: SourceRow) => string {
  return ({ cells }) => (place === null ? '' : trimCell(cells[place] ?? ''));
}

/** The targets of a manifest that expressions feed, in the order of its keys. */
export function derivedTargets(map: Readonly<Record<string, Mapping>>): { target: string; expr: string }[] {
  return Object.entries(map).flatMap(([target, it]) =>
    typeof it === 'object' && 'expr' in it ? [{ target, expr: it.expr }] : [],
  );
}

/** What an expression came to, as the text of a cell; a structure is none. */
function derivedText(target: string, context: Context): (source: SourceRow) => string | null {
  const place = derivedTargets(context.connector.map).findIndex((it) => it.target === target);
  return ({ derived }) => {
    const result = derived[place];
    if (result === undefined || 'fault' in result) return null;
    const { value } = result;
    if (value === undefined) return '';
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain ? trimCell(String(value)) : null;
  };
}

function compileField(target: string, mapping: Mapping, context: Context): FieldMapper {
  if (typeof mapping === 'object' && 'const' in mapping) {
    return (_source, { values }) => {
      values[target] = mapping.const;
    };
  }
  const spec = typeof mapping === 'string' ? { from: mapping, do: [], onMiss: 'reject' as const } : mapping;
  const field = context.dataset.fields.find((it) => it.name === target);
  return fieldMapper({
    target,
    field,
    textOf: 'expr' in spec ? derivedText(target, context) : cellText(placeOf(spec.from, target, context)),
    steps: [
      ...compileSteps(spec.do, context.excelSerial),
      ...stepsOfType(field, spec.do, context.excelSerial),
    ],
    list: listOf(target, mapping, context),
    onMiss: spec.onMiss,
    fallback: 'default' in spec ? (spec.default ?? '') : '',
  });
}

const EMPTY_SUBJECT = Object.fromEntries(SUBJECT_TARGETS.map((it) => [it, ''])) as Record<
  SubjectTarget,
  string
>;

function placesOf(context: Context): Map<string, number> {
  const { map } = context.connector;
  const places = new Map<string, number>();
  for (const [target, mapping] of Object.entries(map)) {
    const column = fromOf(mapping);
    const place = column === null ? null : placeOf(column, target, context);
    if (place !== null) places.set(target, place);
  }
  // What a source says of its subject is looked at even where the manifest does not take it: it may be a person.
  for (const target of SUBJECT_TARGETS) {
    if (Object.hasOwn(map, target)) continue;
    const place = placeOf('', target, context);
    if (place !== null) places.set(target, place);
  }
  return places;
}

/** Columns that the expressions of a manifest read. */
export function namesInExpressions(map: Readonly<Record<string, Mapping>>): string[] {
  return derivedTargets(map).flatMap(({ expr }) => {
    const parsed = parseExpression(expr);
    return parsed.fault === null ? parsed.names : [];
  });
}

function unknownColumns(columns: readonly string[], context: Context): string[] {
  const { connector, dataset } = context;
  const { sync, map } = connector;
  const known = new Set(
    [
      ...dataset.fields.flatMap((it) => [it.name, ...it.aliases]),
      ...Object.values(SUBJECT_ALIASES).flat(),
      ...Object.values(map).flatMap((it) => fromOf(it) ?? []),
      ...namesInExpressions(map),
      ...connector.keep,
      ...(sync.key ?? []),
      ...(sync.cursor ?? []),
      ...(sync.deletes === undefined ? [] : [sync.deletes.column]),
    ].map(fold),
  );
  return columns.filter((it) => it !== '' && !known.has(fold(it)) && personFieldOf(it) === null);
}

/** Takes the subject's facts out of the mapped values, and those that only the columns hold. */
function subjectReader(
  context: Context,
  places: ReadonlyMap<string, number>,
): (values: Record<string, JsonValue>, cells: readonly string[]) => MappedRow['subject'] {
  const extras = SUBJECT_TARGETS.filter((it) => !Object.hasOwn(context.connector.map, it) && places.has(it));
  return (values, cells) => {
    const subject: Record<SubjectTarget, string> = { ...EMPTY_SUBJECT };
    for (const target of SUBJECT_TARGETS) {
      const value = values[target];
      if (typeof value === 'string') subject[target] = value;
      if (value !== undefined) Reflect.deleteProperty(values, target);
    }
    for (const target of extras) subject[target] = trimCell(cells[places.get(target) ?? -1] ?? '');
    return subject;
  };
}

/** The code list of a target: its mapping's own, else its field's. */
function listOf(target: string, mapping: Mapping, { dataset, catalogue }: Context): CodeList | null {
  const own = typeof mapping === 'object' && 'lookup' in mapping ? mapping.lookup : undefined;
  const list = own ?? dataset.fields.find((it) => it.name === target)?.codeList;
  return list === undefined ? null : catalogue.getCodeList(list);
}

function wordsOf(context: Context, places: ReadonlyMap<string, number>): RowMapper['words'] {
  return new Map(
    Object.entries(context.connector.map).flatMap(([target, mapping]) => {
      const place = places.get(target);
      const list = listOf(target, mapping, context);
      return place === undefined || list === null ? [] : [[place, new Set(list.codes.keys())] as const];
    }),
  );
}

/** Mandatory targets that no column feeds. */
function missingTargets(context: Context, places: ReadonlyMap<string, number>): string[] {
  const required = new Set(context.dataset.fields.filter((it) => it.required).map((it) => it.name));
  return Object.entries(context.connector.map)
    .filter(([target, mapping]) => fromOf(mapping) !== null && !places.has(target))
    .map(([target]) => target)
    .filter((it) => required.has(it) || it === 'subject.uscc' || it === 'subject.name');
}

/**
 * Makes a manifest's mapping ready for one order of columns: columns by name, then by the dataset's aliases, both
 * without regard to case. A mapper is pure and keeps no row.
 *
 * @throws UNKNOWN_CODE_LIST
 */
export function compileMapping(
  parts: { readonly connector: LoadedConnector; readonly dataset: Dataset; readonly catalogue: Catalogue },
  columns: readonly string[],
): RowMapper {
  const { connector } = parts;
  const byName = new Map(columns.map((it, place) => [fold(it), place] as const).reverse());
  const excelSerial = connector.source.type === 'file' && connector.source.format === 'xlsx';
  const context: Context = { ...parts, excelSerial, columns: byName };
  const places = placesOf(context);
  const fields = Object.entries(connector.map).map(([target, mapping]) =>
    compileField(target, mapping, context),
  );
  const readSubject = subjectReader(context, places);
  return {
    places,
    words: wordsOf(context, places),
    derivedFrom: namesInExpressions(connector.map).flatMap((it) => byName.get(fold(it)) ?? []),
    unknownColumns: unknownColumns(columns, context),
    missingTargets: missingTargets(context, places),
    map(cells, derived = []) {
      const values: Record<string, JsonValue> = {};
      const findings: Finding[] = [];
      for (const field of fields) field({ cells, derived }, { values, findings });
      return { values, subject: readSubject(values, cells), findings };
    },
  };
}
