import type { CalendarDay } from '../../domain/calendar/index.ts';
import { personFieldOf, type CodeValues } from '../../domain/catalogue/index.ts';
import type { Finding } from '../../domain/finding.ts';
import { contentHash, isTombstone, recordKey } from '../../domain/record/index.ts';
import { hasCodeException } from '../../domain/register/index.ts';
import { finding } from '../../domain/rules.ts';
import { assessUscc, isSoleTrader, looksLikePersonName, redactText } from '../../domain/subject/index.ts';
import type { Dataset } from '../../contracts/manifests/index.ts';
import type { WireRecord } from '../../contracts/messages/index.ts';
import { assessValues } from '../validation/index.ts';

/** What a partner's record is judged against. */
export type RecordRules = {
  readonly codes: CodeValues;
  readonly today: CalendarDay;
  readonly soleTraders: 'on' | 'off';
  /** Codes that the subject register, or two persons, hold right although a check fails. */
  readonly confirmed: ReadonlySet<string>;
  findDataset(reference: string): Dataset | null;
};

/** What speaks against a record: about a person, so that nothing of it is kept; or wrong, with every finding. */
export type RecordJudgement = { readonly person: Finding | null; readonly rejects: readonly Finding[] };

/** Members of a withdrawal's statement; any other would travel and be kept unread. */
const TOMBSTONE_MEMBERS = ['withdrawn', 'reason', 'replacedBy'];

/** The code of a record's subject. An entry of a subject register may say why it is right although a check fails. */
function assessCodeOf({ subject, kind, statement }: WireRecord, rules: RecordRules) {
  const confirmed = hasCodeException(kind, statement) || rules.confirmed.has(subject.uscc);
  return assessUscc(subject.uscc, { field: 'subject.uscc', confirmed });
}

/** The same guard as for a department's row, before anything else is looked at. */
function guardSubject(record: WireRecord, rules: RecordRules): Finding | null {
  const { soleTraders } = rules;
  const { uscc, name } = record.subject;
  const code = assessCodeOf(record, rules);
  const number = code.findings.find((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
  if (number !== undefined) return number;
  const trader = isSoleTrader(uscc);
  const person =
    (trader && soleTraders === 'off') || (!trader && looksLikePersonName(name)) || redactText(name).hits > 0;
  if (person) return finding('NATURAL_PERSON_SUBJECT', 'subject.name');
  const field = Object.keys(record.statement).find((it) => personFieldOf(it) === 'refuse');
  return field === undefined ? null : finding('NATURAL_PERSON_SUBJECT', null);
}

/** Whether key and statement belong together. */
function keyFits(record: WireRecord, identity: readonly string[]): boolean {
  const fields = identity.map((it) => [it, record.statement[it]] as const);
  if (fields.some(([, value]) => typeof value !== 'string' || value === '')) return false;
  const { kind, producer, subject } = record;
  const named = Object.fromEntries(fields) as Record<string, string>;
  return recordKey({ kind, producer: producer.uscc, subject: subject.uscc, identity: named }) === record.key;
}

/** Texts beside the statement are kept too. */
function assessEnvelopeTexts(record: WireRecord): Finding[] {
  const { producer, disclosure, provenance } = record;
  const { document, article } = provenance.legalBasis;
  const { source, run, ruleVersion } = provenance;
  const texts = [producer.name, disclosure.reason ?? '', document, article, source, run, ruleVersion];
  texts.push(record.itemCode);
  return texts.some((it) => redactText(it).hits > 0) ? [finding('UNMASKED_PERSONAL_DATA', null)] : [];
}

/** A withdrawal passes without the dataset's fields, and carries nothing but itself. */
function assessTombstone({ statement }: WireRecord): Finding[] {
  const { replacedBy } = statement;
  const plain =
    isTombstone(statement) &&
    Object.keys(statement).every((it) => TOMBSTONE_MEMBERS.includes(it)) &&
    (replacedBy === null || (typeof replacedBy === 'string' && /^[0-9a-f]{64}$/.test(replacedBy)));
  return plain ? [] : [finding('BAD_TYPE', null)];
}

function assessStatementOf(record: WireRecord, dataset: Dataset, rules: RecordRules): readonly Finding[] {
  const code = assessCodeOf(record, rules);
  const { name } = record.subject;
  const about = { uscc: code.uscc, name, values: record.statement };
  const findings = [...code.findings, ...assessValues(about, dataset, rules)];
  const known = new Set(dataset.fields.map((it) => it.name));
  const strange = Object.keys(record.statement).some((it) => !known.has(it));
  const unprintable = Object.entries(record.statement).find(([, it]) =>
    JSON.stringify(it).includes('\\u0000'),
  );
  return [
    ...findings,
    ...(unprintable === undefined ? [] : [finding('BAD_TYPE', unprintable[0])]),
    ...(strange ? [finding('NOT_IN_CATALOGUE', null)] : []),
    ...(keyFits(record, dataset.identity) ? [] : [finding('HASH_MISMATCH', 'key')]),
  ];
}

/**
 * Judges one record of a partner: person guard first, then content hash, dataset and every check of a department's
 * row. Nothing is mended here, since a changed text would have another hash.
 */
export function judgeRecord(record: WireRecord, rules: RecordRules): RecordJudgement {
  const person = guardSubject(record, rules);
  if (person !== null) return { person, rejects: [] };
  const dataset = rules.findDataset(record.dataset);
  const findings: Finding[] = assessEnvelopeTexts(record);
  if (contentHash(record.statement) !== record.hash) findings.push(finding('HASH_MISMATCH', null));
  if (dataset?.recordKind !== record.kind) findings.push(finding('NOT_IN_CATALOGUE', null));
  else if (record.operation === 'WITHDRAW') findings.push(...assessTombstone(record));
  else findings.push(...assessStatementOf(record, dataset, rules));
  return {
    person: findings.find((it) => it.rule === 'NATURAL_PERSON_SUBJECT') ?? null,
    rejects: findings.filter((it) => it.severity === 'reject'),
  };
}
