import type { Finding } from '../finding.ts';
import { HubError } from '../hub-error.ts';
import { finding } from '../rules.ts';
import { assessCode, type CodeContext } from './assess-code.ts';

/** The parts of a unified social credit code. */
export type UsccParts = {
  /** Registration authority, place 1. */
  readonly authority: string;
  /** Institution category, place 2. */
  readonly category: string;
  /** GB/T 2260 region of the registering authority, places 3–8. */
  readonly regionCode: string;
  /** Organisation code (GB 11714) with its check character, places 9–17. */
  readonly orgCode: string;
};

/** Kinds of subject; a natural person is none. */
export const SUBJECT_KINDS = ['LEGAL_PERSON', 'OTHER_ORGANISATION', 'SOLE_TRADER'] as const;
/** One word of {@link SUBJECT_KINDS}. */
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

const KIND_WORDS: Readonly<Record<string, { zh: string; en: string }>> = {
  REGISTRATION_NO: { zh: '填写的是工商注册号', en: 'this is a registration number' },
  ORGANISATION_CODE: { zh: '填写的是组织机构代码', en: 'this is an organisation code' },
  TAX_NO: { zh: '填写的是税务登记号', en: 'this is a tax registration number' },
};
/** Rules that keep their own id in record validation; every other fault of the code is `BAD_USCC`. */
const OWN_RULES = ['NATURAL_PERSON_SUBJECT', 'DAMAGED_CODE', 'MISSING_FIELD'];

/**
 * Assesses a text as the unified social credit code of a record's subject or authority.
 *
 * @returns the code when nothing speaks against it, else null; findings that reject carry the rule `BAD_USCC`,
 *   `NATURAL_PERSON_SUBJECT`, `DAMAGED_CODE` or `MISSING_FIELD`
 * @see GB 32100-2015
 */
export function assessUscc(
  text: string,
  context: CodeContext = {},
): { uscc: string | null; findings: Finding[] } {
  const field = context.field ?? null;
  const { code, kind, valid, findings } = assessCode(text, context);
  if (kind === 'USCC' && valid) return { uscc: code, findings };
  const rejects = findings.filter((it) => it.severity === 'reject');
  if (rejects.some((it) => OWN_RULES.includes(it.rule))) return { uscc: null, findings: rejects };
  const detail = KIND_WORDS[kind] ?? {
    zh: rejects.map((it) => it.zh).join('；'),
    en: rejects.map((it) => it.en).join('; '),
  };
  return { uscc: null, findings: [finding('BAD_USCC', field, detail)] };
}

/**
 * Parses a text into a unified social credit code, 18 characters in upper case.
 *
 * @throws BAD_USCC when form, check characters or province are wrong, or a spreadsheet damaged it
 * @throws NATURAL_PERSON_SUBJECT when it is a person's number
 */
export function parseUscc(text: string, context: CodeContext = {}): string {
  const { uscc, findings } = assessUscc(text, context);
  if (uscc !== null) return uscc;
  const person = findings.some((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
  const why = findings.map((it) => it.en).join('; ');
  throw new HubError(person ? 'NATURAL_PERSON_SUBJECT' : 'BAD_USCC', 'refused', why, {
    details: { rules: findings.map((it) => it.rule) },
  });
}

/** Cuts a unified social credit code into its parts; it is not checked again. */
export function usccParts(uscc: string): UsccParts {
  return {
    authority: uscc.slice(0, 1),
    category: uscc.slice(1, 2),
    regionCode: uscc.slice(2, 8),
    orgCode: organisationCodeOf(uscc),
  };
}

/** The organisation code inside a unified social credit code, 9 characters without hyphen. @see GB 32100-2015, 4.2 */
export function organisationCodeOf(uscc: string): string {
  return uscc.slice(8, 17);
}

/** Whether the code is that of a sole trader (个体工商户): it begins with 92. */
export function isSoleTrader(uscc: string): boolean {
  return uscc.startsWith('92');
}

/**
 * The kind of subject a code names, by places 1 and 2: bodies that are legal persons by their registration,
 * sole traders, and everything that may or may not be one.
 */
export function subjectKindOf(uscc: string): SubjectKind {
  if (isSoleTrader(uscc)) return 'SOLE_TRADER';
  return /^(?:11|12|13|5[13]|81|9[13]|N[123])/.test(uscc) ? 'LEGAL_PERSON' : 'OTHER_ORGANISATION';
}
