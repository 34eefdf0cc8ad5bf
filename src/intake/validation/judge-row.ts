import { addWorkingDays, type CalendarDay } from '../../domain/calendar/index.ts';
import type { CodeValues } from '../../domain/catalogue/index.ts';
import type { Dataset, HubFile } from '../../contracts/manifests/index.ts';
import { hasReject, type Finding } from '../../domain/finding.ts';
import { hasCodeException } from '../../domain/register/index.ts';
import { finding } from '../../domain/rules.ts';
import {
  detectPersonNumber,
  holdsPersonNumber,
  looksLikePersonName,
  normaliseName,
} from '../../domain/subject/index.ts';
import type { Evaluation } from '../../infra/expressions/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { ConversionMet } from '../../registry/conversions/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import type { LoadedConnector, RawRow } from '../connectors/index.ts';
import { compileMapping, type MappedRow, type RowMapper } from '../mapping/index.ts';
import { assessValues, codeValuesOf, type Values } from './assess-values.ts';
import { expressionsOf, type ConnectorExpressions } from './expressions.ts';
import { makeCandidate, producerOf, PRODUCER_FIELD } from './make-candidate.ts';
import { compileOwnRules, type RuledRow } from './own-rules.ts';
import { guardPersons, type RowCells } from './person-guard.ts';
import { shownColumns, type ShownColumns } from './redact-row.ts';
import {
  cellFindings,
  formerOf,
  personWordsOf,
  readerFindings,
  rowIdOf,
  withoutPersons,
} from './row-checks.ts';
import {
  assessIdentity,
  conversionOf,
  isHeldRight,
  resolveSubject,
  rowSubjectOf,
  type FindSubjects,
  type KnownSubjects,
  type RowSubject,
  type SubjectCode,
} from './known-subjects.ts';

/** Working days from decision to publication. @see 临兰政办发〔2018〕8号 (一)3 */
const PUBLICATION_WORKING_DAYS = 7;

/** What a row says that is about no person, beside what becomes of it. */
type Told = {
  readonly findings: readonly Finding[];
  /** How the code by which the row names its subject stands in the conversion queue; null: it is none of the queue's. */
  readonly conversion: ConversionMet | null;
};

/** What became of a row before its record is looked at. */
export type Verdict =
  | (Told & { readonly verdict: 'candidate'; readonly candidate: Candidate })
  | (Told & { readonly verdict: 'quarantined'; readonly values: Values })
  | { readonly verdict: 'refused'; readonly findings: readonly Finding[] };

/** What judging the rows of one connector needs. */
export type JudgeParts = {
  readonly connector: LoadedConnector;
  readonly catalogue: Catalogue;
  readonly hub: Pick<HubFile, 'id' | 'soleTraders'>;
  readonly run: string;
  readonly today: CalendarDay;
  /** What the registry knows of subjects; without it nothing is compared or converted. */
  readonly findSubjects?: FindSubjects;
  /** Rules that two persons set aside for the row that is judged: they warn instead of rejecting. */
  readonly overridden?: ReadonlySet<string>;
};

/** Revision of everything that judges a row: the manifest's text and the dataset. */
export function ruleVersionOf(connector: Pick<LoadedConnector, 'revision'>, dataset: Dataset): string {
  return `${connector.revision}+${dataset.name}@${dataset.version}`;
}

/** A row that is not about a person, with every finding so far. */
type OpenRow = {
  readonly raw: RawRow;
  readonly row: RowCells;
  readonly values: Values;
  readonly subject: MappedRow['subject'];
  readonly code: SubjectCode;
  readonly name: string;
  readonly former: ReturnType<typeof formerOf>;
  readonly findings: readonly Finding[];
};

/** A row that was mapped, and how it names its subject. */
type MappedRaw = { readonly raw: RawRow; readonly mapped: MappedRow; readonly about: RowSubject };

type ReadRow = { readonly refused: Finding } | { readonly open: OpenRow };

/** Two checks may find the same: once is enough. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, field }) => {
    const id = `${rule} ${field ?? ''}`;
    return !seen.has(id) && seen.add(id);
  });
}

/** Judges the rows of one connector: person guard, mapping, every check, and what a sound row becomes. */
export class RowJudge {
  readonly dataset: Dataset;
  readonly ruleVersion: string;
  readonly #dueDays = new Map<CalendarDay, CalendarDay>();
  readonly #mappers = new WeakMap<readonly string[], RowMapper>();
  readonly #personWords: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #parts: JudgeParts;
  readonly #codes: CodeValues;
  readonly #expressions: ConnectorExpressions;
  readonly #ownRules: (row: RuledRow) => Finding[];

  constructor(parts: JudgeParts) {
    this.#parts = parts;
    this.dataset = parts.catalogue.getDataset(parts.connector.metadata.dataset);
    this.ruleVersion = ruleVersionOf(parts.connector, this.dataset);
    this.#personWords = personWordsOf(this.dataset, parts.catalogue);
    this.#codes = codeValuesOf(parts.catalogue);
    this.#expressions = expressionsOf(parts.connector);
    this.#ownRules = compileOwnRules(parts.connector, this.dataset);
  }

  /** The manifest by which rows are judged. */
  get connector(): LoadedConnector {
    return this.#parts.connector;
  }

  #isWithdrawn(row: RowCells): boolean {
    const deletes = this.#parts.connector.sync.deletes;
    if (deletes === undefined) return false;
    const place = row.columns.findIndex((it) => it.toUpperCase() === deletes.column.toUpperCase());
    return deletes.values.includes((row.cells[place] ?? '').trim());
  }

  /** A source that names its rows must name each of them: rows without a name would pass for one another. */
  #keyFindings({ columns, cells }: RowCells): Finding[] {
    return (this.#parts.connector.sync.key ?? []).flatMap((name) => {
      const place = columns.findIndex((it) => it.toUpperCase() === name.toUpperCase());
      const value = (cells[place] ?? '').trim();
      if (value === '') return [finding('MISSING_FIELD', name, { zh: '行标识', en: 'the name of the row' })];
      // The name of a row is kept as it is, so it may be nobody's.
      const person =
        detectPersonNumber(value) !== null || holdsPersonNumber(value) || looksLikePersonName(value);
      return person ? [finding('NATURAL_PERSON_SUBJECT', name)] : [];
    });
  }

  /** A withdrawal repeats nothing of its record: only what leads to the record must be right. */
  #matters({ field, severity }: Finding): boolean {
    if (severity === 'warn' || field === null) return true;
    const { identity } = this.dataset;
    return (
      field.startsWith('subject.') ||
      identity.includes(field) ||
      this.#parts.connector.sync.key?.includes(field) === true
    );
  }

  #weigh(it: Finding): Finding {
    return this.#parts.overridden?.has(it.rule) === true ? { ...it, severity: 'warn' } : it;
  }

  #lateness(values: Values): Finding[] {
    const { decidedOn } = values;
    const { recordKind } = this.dataset;
    if (typeof decidedOn !== 'string' || (recordKind !== 'LICENCE' && recordKind !== 'PENALTY')) return [];
    // Rows are many and days are few.
    const due = this.#dueDays.get(decidedOn) ?? addWorkingDays(decidedOn, PUBLICATION_WORKING_DAYS).on;
    this.#dueDays.set(decidedOn, due);
    return due < this.#parts.today ? [finding('LATE', 'decidedOn')] : [];
  }

  /** Reads one row: guard first. A refused row is about a person, and nothing of it may be kept. */
  #read(columns: readonly string[], row: MappedRaw, known: KnownSubjects | null): ReadRow {
    const { raw, mapped, about } = row;
    const cells = { columns, cells: raw.cells };
    const { dataset } = this;
    const { values, findings: replaced } = withoutPersons(dataset, mapped.values);
    const isException = hasCodeException(dataset.recordKind, values);
    const { soleTraders } = this.#parts.hub;
    const confirmed = isException || isHeldRight(about.code, known);
    const person =
      this.#personMeasure(this.mapperFor(columns), raw.cells) ??
      guardPersons(cells, mapped.subject, { soleTraders, confirmed });
    if (person !== null) return { refused: person };
    const code = resolveSubject(about, known, isException);
    const name = normaliseName(mapped.subject['subject.name']);
    const against = { codes: this.#codes, today: this.#parts.today };
    const assessed = assessValues({ uscc: code.uscc, name, values }, dataset, against);
    const unread = new Set(mapped.findings.map((it) => it.field));
    const general = [...code.findings, ...assessed].filter((it) => !unread.has(it.field));
    const found = [...this.#keyFindings(cells), ...readerFindings(raw), ...cellFindings(raw.cells)];
    const former = formerOf(mapped.subject, code.uscc);
    const findings = [...found, ...mapped.findings, ...replaced, ...general, ...former.findings];
    if (producerOf(this.#parts.connector, values) === null)
      findings.push(finding('NOT_ENTITLED', PRODUCER_FIELD));
    const late = findings.find((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
    if (late !== undefined) return { refused: late };
    return { open: { raw, row: cells, values, subject: mapped.subject, code, name, former, findings } };
  }

  /** What the registry says against a row; an entry of the subject register is its own witness. */
  #compared({ code, name, former, values }: OpenRow, known: KnownSubjects | null): Finding[] {
    if (known === null || this.dataset.recordKind === 'REGISTRATION') return [];
    const { decidedOn } = values;
    const row = {
      uscc: code.uscc,
      name,
      formerName: former.facts.formerName ?? null,
      decidedOn: typeof decidedOn === 'string' ? decidedOn : null,
      isCompared: code.met !== null && code.met.source.kind !== 'USCC',
    };
    return assessIdentity(row, known);
  }

  /** What the manifest's own rules say, beside what is known already of a field. */
  #ruled({ values, findings }: OpenRow, results: readonly Evaluation[]): Finding[] {
    return distinct([...findings, ...this.#ownRules({ values, today: this.#parts.today, results })]);
  }

  #conclude(open: OpenRow, all: readonly Finding[]): Verdict {
    const { raw, row, values, code, name, former } = open;
    const { uscc } = code;
    const conversion = this.dataset.recordKind === 'REGISTRATION' ? null : conversionOf(code, name);
    const withdrawn = this.#isWithdrawn(row);
    const findings = (withdrawn ? all.filter((it) => this.#matters(it)) : all).map((it) => this.#weigh(it));
    if (hasReject(findings) || uscc === null) return { verdict: 'quarantined', findings, values, conversion };
    const { connector, hub, run } = this.#parts;
    const { dataset, ruleVersion } = this;
    const subject = { uscc, name, ...former.facts };
    const sound = { subject, values, rowId: rowIdOf(raw, row.columns, connector.sync.key), withdrawn };
    const candidate = makeCandidate(sound, { connector, dataset, hub, run, ruleVersion });
    const told = [...findings, ...this.#lateness(values)];
    return { verdict: 'candidate', candidate, findings: told, conversion };
  }

  /**
   * Judges rows of one order of columns; the verdicts stand in the order of the rows. Every finding of a row is
   * given, not the first.
   *
   * @throws EXPRESSION_TOO_SLOW
   */
  async judgeRows(columns: readonly string[], rows: readonly RawRow[]): Promise<Verdict[]> {
    const { today, findSubjects } = this.#parts;
    const derived = await this.#expressions.derive(columns, rows, today);
    const mapper = this.mapperFor(columns);
    const mapped = rows.map((raw, place): MappedRaw => {
      const row = mapper.map(raw.cells, derived[place] ?? []);
      return { raw, mapped: row, about: rowSubjectOf(row.subject) };
    });
    const known = findSubjects === undefined ? null : await findSubjects(mapped.map((it) => it.about));
    const read = mapped.map((it) => this.#read(columns, it, known));
    const open = read.flatMap((it) => ('open' in it ? [it.open] : []));
    const inputs = open.map(({ values, subject }) => ({
      ...values,
      subject: { uscc: subject['subject.uscc'], name: subject['subject.name'] },
    }));
    const results = await this.#expressions.judge(inputs, today);
    const ruled = open.map((it, place) => this.#ruled(it, results[place] ?? []));
    const compared = open.map((it) => this.#compared(it, known));
    let next = 0;
    return read.map((it) => {
      if ('refused' in it) return { verdict: 'refused', findings: [it.refused] };
      const place = next;
      next += 1;
      return this.#conclude(it.open, [...(ruled[place] ?? []), ...(compared[place] ?? [])]);
    });
  }

  /** The mapping for one order of columns, compiled once. */
  mapperFor(columns: readonly string[]): RowMapper {
    const known =
      this.#mappers.get(columns) ?? compileMapping({ ...this.#parts, dataset: this.dataset }, columns);
    this.#mappers.set(columns, known);
    return known;
  }

  /** Columns that may be kept of a row that waits: what is read, and what the manifest keeps. */
  mappedColumns(columns: readonly string[]): ShownColumns {
    return shownColumns(this.#parts.connector, columns, this.mapperFor(columns));
  }

  #personMeasure(mapper: RowMapper, cells: readonly string[]): Finding | null {
    for (const [field, words] of this.#personWords) {
      const cell = cells[mapper.places.get(field) ?? -1] ?? '';
      if (cell !== '' && [...words].some((it) => cell.includes(it)))
        return finding('NATURAL_PERSON_SUBJECT', field);
    }
    return null;
  }

  /** Whether the source names its rows; else a row's place in its file does. */
  get rowsAreNamed(): boolean {
    return this.#parts.connector.sync.key !== undefined;
  }

  /** The source's own name for a row. */
  rowId(columns: readonly string[], raw: RawRow): string {
    return rowIdOf(raw, columns, this.#parts.connector.sync.key);
  }
}
