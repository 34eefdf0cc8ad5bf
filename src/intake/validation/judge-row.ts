import { addWorkingDays, type CalendarDay } from '../../domain/calendar/index.ts';
import type { CodeValues } from '../../domain/catalogue/index.ts';
import type { Dataset, HubFile } from '../../contracts/manifests/index.ts';
import { hasReject, type Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import { detectPersonNumber, holdsResidentNumber } from '../../domain/subject/index.ts';
import type { Evaluation } from '../../infra/expressions/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import type { LoadedConnector, RawRow } from '../connectors/index.ts';
import { compileMapping, type MappedRow, type RowMapper } from '../mapping/index.ts';
import { assessValues, codeValuesOf, type Values } from './assess-values.ts';
import { expressionsOf, type ConnectorExpressions } from './expressions.ts';
import { makeCandidate, producerOf, PRODUCER_FIELD } from './make-candidate.ts';
import { compileOwnRules, type RuledRow } from './own-rules.ts';
import { guardPersons, type RowCells } from './person-guard.ts';
import {
  cellFindings,
  formerOf,
  personWordsOf,
  readerFindings,
  rowIdOf,
  withoutPersons,
} from './row-checks.ts';
import { assessNames, type FindKnownNames } from './known-names.ts';

/** Working days from decision to publication. @see 临兰政办发〔2018〕8号 (一)3 */
const PUBLICATION_WORKING_DAYS = 7;

/** What became of a row before the registry is asked. */
export type Verdict =
  | { readonly verdict: 'candidate'; readonly candidate: Candidate; readonly findings: readonly Finding[] }
  | { readonly verdict: 'quarantined'; readonly findings: readonly Finding[]; readonly values: Values }
  | { readonly verdict: 'refused'; readonly findings: readonly Finding[] };

/** What judging the rows of one connector needs. */
export type JudgeParts = {
  readonly connector: LoadedConnector;
  readonly catalogue: Catalogue;
  readonly hub: Pick<HubFile, 'id' | 'soleTraders'>;
  readonly run: string;
  readonly today: CalendarDay;
  /** Names that the registry knows of codes; without it name and code are not compared. */
  readonly findKnownNames?: FindKnownNames;
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
  readonly uscc: string | null;
  readonly name: string;
  readonly former: ReturnType<typeof formerOf>;
  readonly findings: readonly Finding[];
};

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
      const isPerson = detectPersonNumber(value) !== null || holdsResidentNumber(value);
      return isPerson ? [finding('NATURAL_PERSON_SUBJECT', name)] : [];
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
  #read(columns: readonly string[], raw: RawRow, derived: readonly Evaluation[]): ReadRow {
    const row = { columns, cells: raw.cells };
    const mapper = this.mapperFor(columns);
    const mapped = mapper.map(raw.cells, derived);
    const person =
      this.#personMeasure(mapper, raw.cells) ??
      guardPersons(row, mapped.subject, this.#parts.hub.soleTraders);
    if (person !== null) return { refused: person };
    const { dataset } = this;
    const { values, findings: replaced } = withoutPersons(dataset, mapped.values);
    const { 'subject.uscc': code, 'subject.name': said } = mapped.subject;
    const against = { codes: this.#codes, today: this.#parts.today };
    const assessed = assessValues({ uscc: code, name: said, values }, dataset, against);
    const { uscc, name } = assessed;
    const unread = new Set(mapped.findings.map((it) => it.field));
    const general = assessed.findings.filter((it) => !unread.has(it.field));
    const found = [...this.#keyFindings(row), ...readerFindings(raw), ...cellFindings(raw.cells)];
    const former = formerOf(mapped.subject, uscc);
    const findings = [...found, ...mapped.findings, ...replaced, ...general, ...former.findings];
    if (producerOf(this.#parts.connector, values) === null)
      findings.push(finding('NOT_ENTITLED', PRODUCER_FIELD));
    const about = findings.find((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
    if (about !== undefined) return { refused: about };
    return { open: { raw, row, values, subject: mapped.subject, uscc, name, former, findings } };
  }

  /** What the manifest's own rules say, beside what is known already of a field. */
  #ruled({ values, findings }: OpenRow, results: readonly Evaluation[]): Finding[] {
    return distinct([...findings, ...this.#ownRules({ values, today: this.#parts.today, results })]);
  }

  #conclude(open: OpenRow, all: readonly Finding[]): Verdict {
    const { raw, row, values, uscc, name, former } = open;
    const withdrawn = this.#isWithdrawn(row);
    const findings = withdrawn ? all.filter((it) => this.#matters(it)) : all;
    if (hasReject(findings) || uscc === null) return { verdict: 'quarantined', findings, values };
    const { connector, hub, run } = this.#parts;
    const { dataset, ruleVersion } = this;
    const subject = { uscc, name, ...former.facts };
    const sound = { subject, values, rowId: rowIdOf(raw, row.columns, connector.sync.key), withdrawn };
    const candidate = makeCandidate(sound, { connector, dataset, hub, run, ruleVersion });
    return { verdict: 'candidate', candidate, findings: [...findings, ...this.#lateness(values)] };
  }

  /**
   * Judges rows of one order of columns; the verdicts stand in the order of the rows. Every finding of a row is
   * given, not the first.
   *
   * @throws EXPRESSION_TOO_SLOW
   */
  async judgeRows(columns: readonly string[], rows: readonly RawRow[]): Promise<Verdict[]> {
    const { today, findKnownNames } = this.#parts;
    const derived = await this.#expressions.derive(columns, rows, today);
    const read = rows.map((it, place) => this.#read(columns, it, derived[place] ?? []));
    const open = read.flatMap((it) => ('open' in it ? [it.open] : []));
    const inputs = open.map(({ values, subject }) => ({
      ...values,
      subject: { uscc: subject['subject.uscc'], name: subject['subject.name'] },
    }));
    const results = await this.#expressions.judge(inputs, today);
    const ruled = open.map((it, place) => this.#ruled(it, results[place] ?? []));
    const names = await assessNames(
      open.map(({ uscc, name, former }) => ({ uscc, name, formerName: former.facts.formerName ?? null })),
      findKnownNames,
    );
    let next = 0;
    return read.map((it) => {
      if ('refused' in it) return { verdict: 'refused', findings: [it.refused] };
      const place = next;
      next += 1;
      return this.#conclude(it.open, [...(ruled[place] ?? []), ...(names[place] ?? [])]);
    });
  }

  /** The mapping for one order of columns, compiled once. */
  mapperFor(columns: readonly string[]): RowMapper {
    const known =
      this.#mappers.get(columns) ?? compileMapping({ ...this.#parts, dataset: this.dataset }, columns);
    this.#mappers.set(columns, known);
    return known;
  }

  /** Columns that some target reads, by itself or through an expression. */
  mappedColumns(columns: readonly string[]): Set<string> {
    const { places, derivedFrom } = this.mapperFor(columns);
    return new Set([...places.values(), ...derivedFrom].map((it) => columns[it] ?? ''));
  }

  #personMeasure(mapper: RowMapper, cells: readonly string[]): Finding | null {
    for (const [field, words] of this.#personWords) {
      const cell = cells[mapper.places.get(field) ?? -1] ?? '';
      if (cell !== '' && [...words].some((it) => cell.includes(it)))
        return finding('NATURAL_PERSON_SUBJECT', field);
    }
    return null;
  }

  /** The source's own name for a row. */
  rowId(columns: readonly string[], raw: RawRow): string {
    return rowIdOf(raw, columns, this.#parts.connector.sync.key);
  }
}
