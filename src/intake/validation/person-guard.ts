import { personFieldOf, type PersonField } from '../../domain/catalogue/index.ts';
import type { Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import {
  assessSubjectCategory,
  detectPersonNumber,
  holdsResidentNumber,
  isSoleTrader,
  looksLikePersonName,
  organisationCodeOf,
  redactText,
} from '../../domain/subject/index.ts';
import type { MappedRow } from '../mapping/index.ts';

const treatments = new Map<string, PersonField | null>();
const MAX_COLUMNS = 10_000;

/** What is done with a column by its name; remembered, because the same few columns come with every row. */
export function treatmentOf(column: string): PersonField | null {
  const known = treatments.get(column);
  if (known !== undefined) return known;
  const found = personFieldOf(column);
  if (treatments.size < MAX_COLUMNS) treatments.set(column, found);
  return found;
}

/** The cells of one row, in the order of their columns. */
export type RowCells = { readonly columns: readonly string[]; readonly cells: readonly string[] };

/** Fields for codes of other kinds, where a person's number may stand as well. */
const OTHER_CODES = ['subject.registrationNo', 'subject.orgCode', 'subject.taxNo'] as const;

/** The row's own code proves a tax number or an organisation code that repeats its organisation code. */
function isPersonCode(value: string, uscc: string): boolean {
  if (value === '') return false;
  const orgCode = uscc.length === 18 ? organisationCodeOf(uscc) : null;
  const confirmed = orgCode !== null && value.replaceAll('-', '').endsWith(orgCode);
  return (
    detectPersonNumber(value, { codeField: true, confirmed }) !== null ||
    (!confirmed && holdsResidentNumber(value))
  );
}

const refusal = (field: string | null): Finding => finding('NATURAL_PERSON_SUBJECT', field);

/** The same for what a row declares of an earlier name or code. */
function guardFormer(subject: MappedRow['subject'], soleTraders: 'on' | 'off'): Finding | null {
  const { 'subject.formerUscc': code, 'subject.formerName': name, 'subject.uscc': uscc } = subject;
  if (code !== '' && (detectPersonNumber(code) !== null || holdsResidentNumber(code)))
    return refusal('subject.formerUscc');
  if (isSoleTrader(code) && soleTraders === 'off') return refusal('subject.formerUscc');
  const person = redactText(name).hits > 0 || (!isSoleTrader(uscc) && looksLikePersonName(name));
  return person ? refusal('subject.formerName') : null;
}

/**
 * Whether a row is about a natural person. Runs before anything of the row is stored or logged; when in doubt it
 * refuses. The finding names the field, never its value.
 *
 * @param more.soleTraders `off` refuses sole traders as a group
 * @param more.confirmed the row's code stands in the subject register: that it also reads like a person's is chance
 * @returns the finding that refuses the row, or null
 */
export function guardPersons(
  row: RowCells,
  subject: MappedRow['subject'],
  more: { readonly soleTraders: 'on' | 'off'; readonly confirmed?: boolean },
): Finding | null {
  const { soleTraders, confirmed = false } = more;
  const paper = row.columns.find(
    (column, place) => treatmentOf(column) === 'refuse' && (row.cells[place] ?? '').trim() !== '',
  );
  if (paper !== undefined) return refusal(paper);
  const { 'subject.uscc': uscc, 'subject.name': name, 'subject.category': category } = subject;
  if (category !== '') {
    const about = assessSubjectCategory(category, 'subject.category');
    const person = about.find((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
    if (person !== undefined) return person;
  }
  if (uscc !== '' && detectPersonNumber(uscc, { confirmed }) !== null) return refusal('subject.uscc');
  if (redactText(name).hits > 0) return refusal('subject.name');
  const other = OTHER_CODES.find((it) => isPersonCode(subject[it], uscc));
  if (other !== undefined) return refusal(other);
  const trader = isSoleTrader(uscc);
  if (trader && soleTraders === 'off') return refusal('subject.uscc');
  if (!trader && looksLikePersonName(name)) return refusal('subject.name');
  return guardFormer(subject, soleTraders);
}
