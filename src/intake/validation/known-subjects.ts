import type { Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import {
  assessCode,
  assessUscc,
  findSourceCode,
  mayBeConfirmed,
  mayBePersons,
  normaliseName,
  type SourceCode,
} from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  conversionId,
  resolveCodes,
  type ConversionMet,
  type Resolution,
} from '../../registry/conversions/index.ts';
import { findIdentities, isConfirmed, namesOf, type SubjectIdentity } from '../../registry/subjects/index.ts';
import type { MappedRow } from '../mapping/index.ts';

const FIELD = 'subject.uscc';

/** The subject of a row as its source names it. */
export type RowSubject = {
  readonly subject: MappedRow['subject'];
  /** What its unified code is by itself. */
  readonly plain: { readonly uscc: string | null; readonly findings: readonly Finding[] };
  /** Its unified code in one written form, sound or not. Never to be logged or stored: it may be a person's number. */
  readonly code: string;
  /** The code by which the row names its subject, where that is no sound unified code. */
  readonly source: SourceCode | null;
};

/** Reads how a row names its subject. */
export function rowSubjectOf(subject: MappedRow['subject']): RowSubject {
  const uscc = subject[FIELD];
  const plain = assessUscc(uscc, { field: FIELD });
  if (plain.uscc !== null) return { subject, plain, code: plain.uscc, source: null };
  const source = findSourceCode({
    uscc,
    registrationNo: subject['subject.registrationNo'],
    orgCode: subject['subject.orgCode'],
    taxNo: subject['subject.taxNo'],
  });
  return { subject, plain, code: assessCode(uscc, { confirmed: true }).code, source };
}

/** What the registry knows of the subjects that a page of rows names. */
export type KnownSubjects = {
  readonly identities: ReadonlyMap<string, SubjectIdentity>;
  /** Where codes that are no sound unified codes lead, by the id of their conversion. */
  readonly resolutions: ReadonlyMap<string, Resolution>;
};

/** Asks the registry for the subjects of a page of rows. */
export type FindSubjects = (rows: readonly RowSubject[]) => Promise<KnownSubjects>;

/** Subjects that one judge remembers: a department's rows are about the same ones again and again. */
const MAX_REMEMBERED = 20_000;

/**
 * Asks a hub's registry for one judge, each subject once as far as memory allows: the subjects of a run are noted after
 * all its rows were judged. A number that can only be a person's is not asked for.
 */
export function subjectFinder(database: HubDatabase): FindSubjects {
  const remembered = new Map<string, SubjectIdentity | null>();
  const identitiesOf = async (codes: readonly string[]): Promise<Map<string, SubjectIdentity>> => {
    if (remembered.size > MAX_REMEMBERED) remembered.clear();
    const unknown = codes.filter((it) => !remembered.has(it));
    const found = await findIdentities(database, unknown);
    for (const it of unknown) remembered.set(it, found.get(it) ?? null);
    return new Map(
      codes.flatMap((it) => {
        const held = remembered.get(it) ?? null;
        return held === null ? [] : [[it, held] as const];
      }),
    );
  };
  return async (rows) => {
    const sources = rows.flatMap((it) => it.source ?? []).filter((it) => mayBeConfirmed(it.code));
    const distinct = [...new Map(sources.map((it) => [conversionId(it), it])).values()];
    const resolutions = await resolveCodes(database, distinct);
    const asked = rows.filter((it) => it.plain.uscc !== null || mayBeConfirmed(it.code));
    const identities = await identitiesOf([...new Set(asked.map((it) => it.code))]);
    for (const { candidates } of resolutions.values())
      for (const it of candidates) identities.set(it._id, it);
    return { identities, resolutions };
  };
}

/** What a row's subject code comes to. */
export type SubjectCode = {
  readonly uscc: string | null;
  readonly findings: readonly Finding[];
  /** The code of another kind, or that fails its check, and where it leads. */
  readonly met: { readonly source: SourceCode; readonly resolution: Resolution | null } | null;
};

/** Whether the registry holds this unified code right, whatever its checks say. */
export function isHeldRight(uscc: string, known: KnownSubjects | null): boolean {
  const identity = known?.identities.get(uscc);
  return identity !== undefined && isConfirmed(identity);
}

/** Where a registration, organisation or tax number leads. */
function convert(
  { subject, source }: RowSubject & { source: SourceCode },
  known: KnownSubjects | null,
): SubjectCode {
  const resolution = known?.resolutions.get(conversionId(source)) ?? null;
  const met = { source, resolution };
  const [only, ...others] = resolution?.candidates ?? [];
  if (resolution === null || only === undefined) {
    const unasked = { zh: '此处未查主体库', en: 'not checked: no registry is asked here' };
    const missing = finding('CODE_NOT_CONVERTED', FIELD, resolution === null ? unasked : undefined);
    return { uscc: null, findings: [missing], met };
  }
  const agrees = resolution.decided || bearsName(only, normaliseName(subject['subject.name']), null);
  return others.length === 0 && agrees
    ? { uscc: only._id, findings: [finding('CODE_CONVERTED', FIELD)], met }
    : { uscc: null, findings: [finding('CODE_CONFLICT', FIELD)], met };
}

/**
 * Finds the unified code of a row: its own, where it is sound or confirmed, else the one that its registration,
 * organisation or tax number leads to.
 *
 * @param known null: no registry is asked, and nothing is converted
 * @param exception the row is an entry of a subject register that gives a reason why its code fails a check
 */
export function resolveSubject(
  about: RowSubject,
  known: KnownSubjects | null,
  exception: boolean,
): SubjectCode {
  const { subject, plain, code, source } = about;
  if (source !== null && source.kind !== 'USCC') return convert({ ...about, source }, known);
  const confirmed = plain.uscc === null && (exception || isHeldRight(code, known));
  const { uscc, findings } = confirmed ? assessUscc(subject[FIELD], { field: FIELD, confirmed }) : plain;
  if (source === null || exception) return { uscc, findings, met: null };
  const resolution = known?.resolutions.get(conversionId(source)) ?? null;
  return { uscc, findings, met: { source, resolution } };
}

/** How a code of a row stands in the conversion queue; null where it is none of the queue's. */
export function conversionOf({ uscc, met }: SubjectCode, name: string): ConversionMet | null {
  if (met?.resolution === null || met?.resolution === undefined) return null;
  const { source, resolution } = met;
  const candidates = resolution.candidates.map((it) => it._id);
  if (uscc !== null) return { source, name, state: 'converted', uscc, candidates };
  // In doubt it is a person's, and nothing is kept.
  if (mayBePersons(source)) return null;
  return { source, name, state: candidates.length === 0 ? 'waiting' : 'conflict', uscc: null, candidates };
}

/** Whether a subject bears one of two names, both normalised. */
function bearsName(subject: SubjectIdentity, name: string, formerName: string | null): boolean {
  return namesOf(subject).some((it) => it === name || it === formerName);
}

/** A row whose subject is known by its unified code. */
export type NamedRow = {
  readonly uscc: string | null;
  readonly name: string;
  readonly formerName: string | null;
  readonly decidedOn: string | null;
  /** Name and code were compared when the code was found, or two persons decided. */
  readonly isCompared: boolean;
};

/**
 * Compares a row with what the registry knows of its subject: name against code, and whether the subject was still
 * there. A reject only where the subject register gave the name, since what other departments wrote proves nothing. A
 * name that the row itself calls the former one is no contradiction.
 *
 * @see requirement IDN-01; rejection 1001 of a city platform
 */
export function assessIdentity(row: NamedRow, known: KnownSubjects): Finding[] {
  const held = known.identities.get(row.uscc ?? '');
  if (held === undefined) return [];
  const { register } = held;
  const findings: Finding[] = [];
  if (!row.isCompared && row.name !== '' && !bearsName(held, row.name, row.formerName)) {
    const mismatch = finding('SUBJECT_MISMATCH', 'subject.name');
    findings.push(register === null ? { ...mismatch, severity: 'warn' } : mismatch);
  }
  if (register === null) return findings;
  const isLater = row.decidedOn !== null && row.decidedOn > register.changedOn;
  if (register.status !== 'ACTIVE' && isLater) findings.push(finding('SUBJECT_NOT_ACTIVE', 'subject.uscc'));
  if (register.mergedInto !== null && isLater) findings.push(finding('SUBJECT_MERGED', 'subject.uscc'));
  return findings;
}
