import type { Finding } from '../finding.ts';
import { hasReject } from '../finding.ts';
import { finding } from '../rules.ts';
import { assessUsccForm } from './assess-uscc-form.ts';
import { hasUsccChecks, isOrganisationCode, isRegistrationNo } from './check-characters.ts';
import { findDamagedNumber } from './damaged-number.ts';
import { bareCode, normaliseCode } from './fold-text.ts';
import { detectPersonNumber, hasOldResidentShape } from './person-number.ts';
import { holdsPersonNumber } from './redact-text.ts';
import { isKnownProvince } from './regions.ts';

/** Kinds of code that sources write where an organisation's code belongs. */
export const CODE_KINDS = [
  'USCC',
  'REGISTRATION_NO',
  'ORGANISATION_CODE',
  'TAX_NO',
  'PERSON_NUMBER',
  'UNKNOWN',
] as const;
/** One word of {@link CODE_KINDS}. */
export type CodeKind = (typeof CODE_KINDS)[number];

/** What is known of a code by itself, without a registry. */
export type CodeAssessment = {
  /** Half width, upper case, without separators where the kind has none. Never to be logged or stored: it may be a person's. */
  readonly code: string;
  /** Its own checks are right and it is not a person's number. Warnings do not make it invalid. */
  readonly valid: boolean;
  readonly kind: CodeKind;
  readonly findings: Finding[];
};

/** What the caller knows beside the code. */
export type CodeContext = {
  /** The subject registry holds this very code, or the row's other fields prove it: it is no person's, and a check may fail. */
  readonly confirmed?: boolean | undefined;
  /** Field the findings name; null by default. */
  readonly field?: string | null | undefined;
};

const assessed = (code: string, kind: CodeKind, findings: Finding[]): CodeAssessment => ({
  code,
  kind,
  findings,
  valid: !hasReject(findings),
});

function assessOrganisationCode(bare: string, field: string | null): CodeAssessment {
  const ok = isOrganisationCode(bare);
  const findings = ok ? [] : [finding('BAD_ORG_CODE_CHECK', field)];
  if (ok && /^[A-Z]\d{8}$/.test(bare)) findings.push(finding('POSSIBLE_PERSON_NUMBER', field));
  return assessed(bare, 'ORGANISATION_CODE', findings);
}

function provinceFinding(bare: string, field: string | null): Finding[] {
  const known = bare.startsWith('100000') || isKnownProvince(bare.slice(0, 2));
  return known ? [] : [finding('UNKNOWN_COUNTY', field)];
}

/** 15 places: registration number, tax number, or a registration number with letters that nothing can check. */
function assess15(bare: string, field: string | null): CodeAssessment {
  const doubts = provinceFinding(bare, field);
  if (hasOldResidentShape(bare)) doubts.push(finding('POSSIBLE_PERSON_NUMBER', field));
  if (isRegistrationNo(bare)) return assessed(bare, 'REGISTRATION_NO', doubts);
  if (isOrganisationCode(bare.slice(6))) return assessed(bare, 'TAX_NO', doubts);
  if (/^\d{6}NA\d{6}[\dX]$/.test(bare)) {
    return assessed(bare, 'REGISTRATION_NO', [...doubts, finding('UNVERIFIABLE_CODE', field)]);
  }
  return /^\d{15}$/.test(bare)
    ? assessed(bare, 'REGISTRATION_NO', [finding('BAD_REGISTRATION_NO', field)])
    : assessed(bare, 'TAX_NO', [finding('BAD_TAX_NO', field)]);
}

function assessOrganisation(code: string, context: CodeContext): CodeAssessment {
  const field = context.field ?? null;
  const bare = bareCode(code);
  const damaged = findDamagedNumber(code) !== null && context.confirmed !== true;
  if (damaged && !hasUsccChecks(bare)) {
    return assessed(code, 'UNKNOWN', [finding('DAMAGED_CODE', field)]);
  }
  if (/^[0-9A-Z]{18}$/.test(bare)) {
    const findings = assessUsccForm(bare, field);
    if (damaged) findings.push({ ...finding('DAMAGED_CODE', field), severity: 'warn' });
    const checksOnly = findings.every((it) => it.rule !== 'BAD_USCC_FORM' && it.rule !== 'UNKNOWN_PROVINCE');
    const override = context.confirmed === true && checksOnly;
    return assessed(
      bare,
      'USCC',
      override ? findings.map((it) => ({ ...it, severity: 'warn' as const })) : findings,
    );
  }
  if (/^\d{6}[0-9A-Z]{9}$/.test(bare)) return assess15(bare, field);
  if (/^\d{13,15}A$/.test(bare)) {
    return assessed(bare, 'REGISTRATION_NO', [finding('UNVERIFIABLE_CODE', field)]);
  }
  if (/^[0-9A-Z]{9}$/.test(bare)) return assessOrganisationCode(bare, field);
  return assessed(code, 'UNKNOWN', [finding(code === '' ? 'MISSING_FIELD' : 'UNKNOWN_CODE_FORM', field)]);
}

/**
 * Assesses a code of any kind by itself. A unified social credit code is valid when it is well-formed, both check
 * characters are right and its province exists; other kinds by their own check; a person's number never.
 *
 * @param text as a source wrote it
 * @see GB 32100-2015, GB 11714-1997, GS 15-2006
 */
export function assessCode(text: string, context: CodeContext = {}): CodeAssessment {
  const code = normaliseCode(text);
  const person = detectPersonNumber(code, { confirmed: context.confirmed, codeField: true });
  const found = person === null ? assessOrganisation(code, context) : null;
  if (found?.valid === true) return found;
  if (person !== null || holdsPersonNumber(text)) {
    const findings = [finding('NATURAL_PERSON_SUBJECT', context.field ?? null)];
    return assessed(code, 'PERSON_NUMBER', findings);
  }
  return found ?? assessed(code, 'UNKNOWN', [finding('UNKNOWN_CODE_FORM', context.field ?? null)]);
}
