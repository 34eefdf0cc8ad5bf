import { isCalendarDay } from '../calendar/index.ts';
import type { Finding } from '../finding.ts';
import { isWanYuan } from '../record/index.ts';
import { finding } from '../rules.ts';
import { assessUscc, isMaskedName } from '../subject/index.ts';
import type { FieldSpec } from './field-spec.ts';

/** The codes of a list by its name, or null when the list is not known here and its values are not judged. */
export type CodeValues = (codeList: string) => ReadonlySet<string> | null;

const isAbsent = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0);

const detail = (field: FieldSpec): { zh: string; en: string } => ({ zh: field.zh, en: field.en });

const fault = (rule: string, field: FieldSpec): Finding[] => [finding(rule, field.name, detail(field))];

function assessCodes(field: FieldSpec, values: readonly unknown[], codes: CodeValues): Finding[] {
  if (!values.every((it) => typeof it === 'string')) return fault('BAD_TYPE', field);
  const known = field.codeList === undefined ? null : codes(field.codeList);
  return known === null || values.every((it) => known.has(it)) ? [] : fault('UNKNOWN_CODE_VALUE', field);
}

function assessText(field: FieldSpec, value: string, codes: CodeValues): Finding[] {
  switch (field.type) {
    case 'date':
      return isCalendarDay(value) ? [] : fault('BAD_DATE', field);
    case 'money':
      return isWanYuan(value) ? [] : fault('BAD_AMOUNT', field);
    case 'uscc':
      return assessUscc(value, { field: field.name }).findings;
    case 'code':
      return assessCodes(field, [value], codes);
    case 'text':
      return [];
    case 'boolean':
    case 'integer':
    case 'codes':
      return fault('BAD_TYPE', field);
  }
}

function assessType(field: FieldSpec, value: unknown, codes: CodeValues): Finding[] {
  if (typeof value === 'string') return assessText(field, value, codes);
  if (field.type === 'boolean' && typeof value === 'boolean') return [];
  if (field.type === 'integer' && Number.isSafeInteger(value)) return [];
  if (field.type === 'codes' && Array.isArray(value)) return assessCodes(field, value, codes);
  return fault('BAD_TYPE', field);
}

/** A field about a person that should have been dropped, refused or masked before. */
function assessPerson(field: FieldSpec, value: unknown): Finding[] {
  if (field.personField === 'refuse') return fault('NATURAL_PERSON_SUBJECT', field);
  if (field.personField === 'drop') return fault('UNMASKED_PERSONAL_DATA', field);
  const masked = field.personField === undefined || (typeof value === 'string' && isMaskedName(value));
  return masked ? [] : fault('UNMASKED_PERSONAL_DATA', field);
}

function assessField(field: FieldSpec, value: unknown, codes: CodeValues): Finding[] {
  if (isAbsent(value)) return field.required ? fault('MISSING_FIELD', field) : [];
  const { maxLength } = field;
  const tooLong =
    maxLength !== undefined && typeof value === 'string' && Array.from(value).length > maxLength;
  return [
    ...(tooLong ? fault('TOO_LONG', field) : []),
    ...assessType(field, value, codes),
    ...assessPerson(field, value),
  ];
}

/**
 * Assesses canonical values against the fields of their dataset: presence, length, type, code lists and masking.
 * Values that no field names are not looked at.
 *
 * @param values by canonical field name: days as YYYY-MM-DD, money as 万元 with six places, lists as arrays
 * @param codes where the values of code lists are found; without it they are not judged
 */
export function assessStatement(
  fields: readonly FieldSpec[],
  values: Readonly<Record<string, unknown>>,
  codes: CodeValues = () => null,
): Finding[] {
  return fields.flatMap((it) =>
    assessField(it, Object.hasOwn(values, it.name) ? values[it.name] : null, codes),
  );
}
