import { assessStatement, type CodeValues } from '../../domain/catalogue/index.ts';
import { isUnlimited, type CalendarDay } from '../../domain/calendar/index.ts';
import type { Dataset } from '../../contracts/manifests/index.ts';
import type { Finding } from '../../domain/finding.ts';
import type { JsonValue } from '../../domain/record/index.ts';
import { assessRegisterEntry, REGISTER_CODE_FIELDS } from '../../domain/register/index.ts';
import { finding } from '../../domain/rules.ts';
import {
  detectPersonNumber,
  holdsResidentNumber,
  normaliseName,
  redactText,
} from '../../domain/subject/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';

/** Amounts above this many 万元 (ten billion yuan) are asked about: 元 may have been written as 万元. */
const PLAUSIBLE_WAN_YUAN = 1_000_000;

/** Values by canonical field name. */
export type Values = Readonly<Record<string, JsonValue>>;

/** Makes the lookup that the generic checks ask for codes. */
export function codeValuesOf(catalogue: Catalogue): CodeValues {
  const known = new Map<string, ReadonlySet<string>>();
  return (reference) => {
    const found = known.get(reference) ?? new Set(catalogue.getCodeList(reference).labels.keys());
    known.set(reference, found);
    return found;
  };
}

function assessDays(dataset: Dataset, values: Values, today: CalendarDay): Finding[] {
  const { decidedOn, validFrom } = values;
  const until = values[dataset.expiresOn];
  const findings: Finding[] = [];
  if (typeof decidedOn === 'string' && decidedOn > today) findings.push(finding('FUTURE_DATE', 'decidedOn'));
  if (typeof until !== 'string') return [...findings, finding('NO_EXPIRY', dataset.expiresOn)];
  if (isUnlimited(until) && !dataset.unlimitedAllowed) findings.push(finding('NO_EXPIRY', dataset.expiresOn));
  const from = typeof validFrom === 'string' ? validFrom : decidedOn;
  if (typeof from === 'string' && from > until) findings.push(finding('DATE_ORDER', dataset.expiresOn));
  return findings;
}

/** Whether a field holds codes of an entry of a subject register: each is judged as a code, and refused as a person's. */
export function isRegisterCode({ recordKind }: Pick<Dataset, 'recordKind'>, field: string): boolean {
  return recordKind === 'REGISTRATION' && Object.hasOwn(REGISTER_CODE_FIELDS, field);
}

function assessTexts(dataset: Dataset, values: Values): Finding[] {
  return dataset.fields.flatMap((field) => {
    const value = values[field.name];
    if (field.type !== 'text' || typeof value !== 'string' || field.personField !== undefined) return [];
    if (isRegisterCode(dataset, field.name)) return [];
    if (dataset.identity.includes(field.name)) {
      const isPerson = detectPersonNumber(value) !== null || holdsResidentNumber(value);
      return isPerson ? [finding('NATURAL_PERSON_SUBJECT', field.name)] : [];
    }
    return redactText(value).hits === 0 ? [] : [finding('UNMASKED_PERSONAL_DATA', field.name)];
  });
}

function assessAmounts(dataset: Dataset, values: Values): Finding[] {
  return dataset.fields.flatMap((field) => {
    const value = values[field.name];
    if (field.type !== 'money' || typeof value !== 'string' || Number(value) <= PLAUSIBLE_WAN_YUAN) return [];
    const detail = { zh: '金额大得不合常理，请确认单位', en: 'implausibly large: check the unit' };
    return [{ ...finding('BAD_AMOUNT', field.name, detail), severity: 'warn' as const }];
  });
}

/** A penalty without its legal basis lacks more than a field. */
function named(it: Finding): Finding {
  return it.rule === 'MISSING_FIELD' && it.field === 'basis' ? finding('NO_LEGAL_BASIS', 'basis') : it;
}

/** What is assessed: the values of one statement, and its subject, whose code was looked at before. */
export type Assessed = {
  /** Null: the code is not sound. */
  readonly uscc: string | null;
  readonly name: string;
  readonly values: Values;
};

/**
 * Assesses the values of one dataset: every finding, not the first. The same checks serve a department's row, a
 * partner's record and a live source's row.
 */
export function assessValues(
  row: Assessed,
  dataset: Dataset,
  against: { readonly codes: CodeValues; readonly today: CalendarDay },
): Finding[] {
  const expiry = dataset.expiresOn;
  const general = assessStatement(dataset.fields, row.values, against.codes);
  return [
    ...(normaliseName(row.name) === '' ? [finding('MISSING_FIELD', 'subject.name')] : []),
    ...general.filter((it) => it.rule !== 'MISSING_FIELD' || it.field !== expiry).map(named),
    ...assessDays(dataset, row.values, against.today),
    ...assessTexts(dataset, row.values),
    ...assessAmounts(dataset, row.values),
    ...(dataset.recordKind === 'REGISTRATION' ? assessRegisterEntry(row.uscc, row.values) : []),
  ];
}
