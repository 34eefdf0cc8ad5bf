import type { Dataset } from '../../contracts/manifests/index.ts';
import type { Finding } from '../../domain/finding.ts';
import type { JsonValue } from '../../domain/record/index.ts';
import { finding } from '../../domain/rules.ts';
import { assessUscc, maskName, normaliseName, redactText } from '../../domain/subject/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import type { RawRow } from '../connectors/index.ts';
import type { MappedRow } from '../mapping/index.ts';
import { isRegisterCode, type Values } from './assess-values.ts';

/** What a reader found wrong with a row, as findings. */
export function readerFindings({ fault, notes = [] }: RawRow): Finding[] {
  const shape = fault === null ? [] : [finding(fault === 'ROW_SHAPE' ? 'BAD_TYPE' : fault, null)];
  return [...shape, ...notes.map((it) => finding(it.rule, it.column))];
}

/** Characters that have no place in a text: control characters but tab and line ends, and what decoding failed on. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const UNREADABLE = /[\ufffd\ue000-\uf8ff]/;

/** Characters that make a row unreadable, wherever they stand. */
export function cellFindings(cells: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  if (cells.some((it) => CONTROL.test(it))) findings.push(finding('CONTROL_CHARACTER', null));
  if (cells.some((it) => UNREADABLE.test(it))) findings.push(finding('BAD_ENCODING', null));
  return findings;
}

/** The values of the key columns, or the row's place in its file. */
export function rowIdOf(row: RawRow, columns: readonly string[], key: readonly string[] | undefined): string {
  if (key === undefined) return row.row;
  return key
    .map((name) => row.cells[columns.findIndex((it) => it.toUpperCase() === name.toUpperCase())] ?? '')
    .join('/');
}

/** For each coded field the words that name a measure against a person. */
export function personWordsOf(dataset: Dataset, catalogue: Catalogue): Map<string, ReadonlySet<string>> {
  const coded = dataset.fields.flatMap((it) =>
    it.codeList === undefined ? [] : [[it.name, catalogue.getCodeList(it.codeList).aboutPersons] as const],
  );
  return new Map(coded.filter(([, words]) => words.size > 0));
}

/**
 * Masks a representative's name and takes numbers of persons out of free text, before anything is hashed or kept.
 * Fields that identify the record stay as they are: a person's number there refuses the row.
 */
export function withoutPersons(
  dataset: Dataset,
  values: Values,
): { values: Record<string, JsonValue>; findings: Finding[] } {
  const kept: Record<string, JsonValue> = { ...values };
  const findings: Finding[] = [];
  for (const field of dataset.fields) {
    const value = kept[field.name];
    if (field.type !== 'text' || typeof value !== 'string' || isRegisterCode(dataset, field.name)) continue;
    if (field.personField === 'mask') kept[field.name] = maskName(value);
    else if (!dataset.identity.includes(field.name)) {
      const { text, hits } = redactText(value);
      if (hits === 0) continue;
      kept[field.name] = text;
      const detail = { zh: `${field.zh}中的个人号码已替换`, en: `numbers in ${field.en} were replaced` };
      findings.push({ ...finding('UNMASKED_PERSONAL_DATA', field.name, detail), severity: 'warn' });
    }
  }
  return { values: kept, findings };
}

/** What a row declares of an earlier name or code of its subject; a code must be as right as the one in use. */
export function formerOf(
  subject: MappedRow['subject'],
  uscc: string | null,
): { facts: Pick<Candidate['subject'], 'formerName' | 'formerUscc'>; findings: readonly Finding[] } {
  const name = normaliseName(subject['subject.formerName']);
  const text = subject['subject.formerUscc'];
  const code = text === '' ? null : assessUscc(text, { field: 'subject.formerUscc' });
  const formerUscc = code?.uscc ?? null;
  return {
    facts: {
      ...(name === '' || name === normaliseName(subject['subject.name']) ? {} : { formerName: name }),
      ...(formerUscc === null || formerUscc === uscc ? {} : { formerUscc }),
    },
    findings: code?.findings ?? [],
  };
}
