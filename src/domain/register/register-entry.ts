import type { Finding } from '../finding.ts';
import type { JsonValue, RecordKind } from '../record/index.ts';
import { finding } from '../rules.ts';
import {
  assessCode,
  isSoleTrader,
  looksLikePersonName,
  normaliseName,
  type CodeKind,
} from '../subject/index.ts';

/** States of an organisation in its register: 存续, 吊销, 注销. */
export const REGISTER_STATUSES = ['ACTIVE', 'REVOKED', 'CANCELLED'] as const;
/** One word of {@link REGISTER_STATUSES}. */
export type RegisterStatus = (typeof REGISTER_STATUSES)[number];

/** What an entry of a subject register (登记注册) says of an organisation beside its code and name. */
export type RegisterEntry = {
  readonly status: RegisterStatus;
  /** Registration number, 15 places. @see GS 15-2006 */
  readonly registrationNo: string | null;
  /** Tax number of the time before unified codes, 15 places. */
  readonly taxNo: string | null;
  /** Names given up, normalised. */
  readonly formerNames: readonly string[];
  /** Unified codes given up. */
  readonly formerCodes: readonly string[];
  /** Numbers of other kinds given up: registration, organisation and tax numbers. */
  readonly formerNumbers: readonly string[];
  /** Unified code of the organisation that carries this one on after a merger. */
  readonly mergedInto: string | null;
  /** Why the code is right although a check of it fails. */
  readonly codeException: string | null;
};

type Values = Readonly<Record<string, JsonValue>>;

const textOf = (values: Values, field: string): string => {
  const value = values[field];
  return typeof value === 'string' ? value.trim() : '';
};

const splitNames = (text: string): string[] =>
  text
    .split(/[;；|]/u)
    .map(normaliseName)
    .filter((it) => it !== '');

const splitCodes = (text: string): string[] => text.split(/[\s;；|,，、]+/u).filter((it) => it !== '');

/** Kinds of code that each field of an entry may hold; such a field is no free text, and its numbers stay. */
export const REGISTER_CODE_FIELDS: Readonly<Record<string, readonly CodeKind[]>> = {
  registrationNo: ['REGISTRATION_NO'],
  taxNo: ['TAX_NO', 'USCC'],
  formerCodes: ['USCC', 'REGISTRATION_NO', 'ORGANISATION_CODE', 'TAX_NO'],
};

function assessNumbers(values: Values, field: string): Finding[] {
  const text = textOf(values, field);
  const numbers = field === 'formerCodes' ? splitCodes(text) : splitCodes(text).slice(0, 1);
  return numbers.flatMap((it) => {
    const { kind, valid, findings } = assessCode(it, { field });
    if (!valid) return findings.filter((one) => one.severity === 'reject');
    return REGISTER_CODE_FIELDS[field]?.includes(kind) === true ? [] : [finding('UNKNOWN_CODE_FORM', field)];
  });
}

/**
 * Assesses what an entry says beside code and name; each field by itself is assessed with its dataset.
 *
 * @param uscc the entry's own code, null where it is not sound
 * @param values by the fields of dataset `subject_register`
 * @returns NATURAL_PERSON_SUBJECT, CODE_CONFLICT and the rules of codes
 */
export function assessRegisterEntry(uscc: string | null, values: Values): Finding[] {
  const names = splitNames(textOf(values, 'formerNames'));
  const isPerson = uscc !== null && !isSoleTrader(uscc) && names.some(looksLikePersonName);
  const merged = textOf(values, 'mergedInto');
  const detail = { zh: '不能并入自身', en: 'an organisation is not merged into itself' };
  return [
    ...Object.keys(REGISTER_CODE_FIELDS).flatMap((field) => assessNumbers(values, field)),
    ...(isPerson ? [finding('NATURAL_PERSON_SUBJECT', 'formerNames')] : []),
    ...(merged !== '' && merged === uscc ? [finding('CODE_CONFLICT', 'mergedInto', detail)] : []),
  ];
}

/** Whether a statement is an entry of a subject register that says why its code is right although a check fails. */
export function hasCodeException(kind: RecordKind, values: Values): boolean {
  return kind === 'REGISTRATION' && textOf(values, 'codeException') !== '';
}

/** Reads an entry that was accepted. @param values by the fields of dataset `subject_register` */
export function readRegisterEntry(values: Values): RegisterEntry {
  const optional = (field: string): string | null => textOf(values, field) || null;
  const status = REGISTER_STATUSES.find((it) => it === values['status']);
  const codes = splitCodes(textOf(values, 'formerCodes')).map((it) => assessCode(it));
  const taxNo = optional('taxNo');
  return {
    status: status ?? 'ACTIVE',
    registrationNo: optional('registrationNo'),
    // Since the unified code a tax number repeats it, and says nothing new.
    taxNo: taxNo?.length === 18 ? null : taxNo,
    formerNames: splitNames(textOf(values, 'formerNames')),
    formerCodes: codes.filter((it) => it.kind === 'USCC').map((it) => it.code),
    formerNumbers: codes.filter((it) => it.kind !== 'USCC').map((it) => it.code),
    mergedInto: optional('mergedInto'),
    codeException: optional('codeException'),
  };
}
