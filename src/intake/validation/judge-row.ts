import { addWorkingDays, type CalendarDay } from '../../domain/calendar/index.ts';
import type { CodeValues } from '../../domain/catalogue/index.ts';
import type { Dataset, HubFile } from '../../contracts/manifests/index.ts';
import { hasReject, type Finding } from '../../domain/finding.ts';
import {
  contentHash,
  recordKey,
  tombstoneStatement,
  type JsonValue,
  type Statement,
} from '../../domain/record/index.ts';
import { finding } from '../../domain/rules.ts';
import {
  assessUscc,
  detectPersonNumber,
  holdsResidentNumber,
  maskName,
  normaliseName,
  redactText,
} from '../../domain/subject/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { LoadedConnector, RawRow } from '../connectors/index.ts';
import { compileMapping, type MappedRow, type RowMapper } from '../mapping/index.ts';
import { assessValues, codeValuesOf, type Values } from './assess-values.ts';
import { guardPersons, type RowCells } from './person-guard.ts';

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
};

/** Revision of everything that judges a row: the manifest's text and the dataset. */
export function ruleVersionOf(connector: Pick<LoadedConnector, 'revision'>, dataset: Dataset): string {
  return `${connector.revision}+${dataset.name}@${dataset.version}`;
}

/** What a reader found wrong with a row, as findings. */
function readerFindings({ fault, notes = [] }: RawRow): Finding[] {
  const shape = fault === null ? [] : [finding(fault === 'ROW_SHAPE' ? 'BAD_TYPE' : fault, null)];
  return [...shape, ...notes.map((it) => finding(it.rule, it.column))];
}

/** Characters that have no place in a text: control characters but tab and line ends, and what decoding failed on. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const UNREADABLE = /[\ufffd\ue000-\uf8ff]/;

function cellFindings(cells: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  if (cells.some((it) => CONTROL.test(it))) findings.push(finding('CONTROL_CHARACTER', null));
  if (cells.some((it) => UNREADABLE.test(it))) findings.push(finding('BAD_ENCODING', null));
  return findings;
}

/** The values of the key columns, or the row's place in its file. */
function rowIdOf(row: RawRow, columns: readonly string[], key: readonly string[] | undefined): string {
  if (key === undefined) return row.row;
  return key
    .map((name) => row.cells[columns.findIndex((it) => it.toUpperCase() === name.toUpperCase())] ?? '')
    .join('/');
}

/** For each coded field the words that name a measure against a person. */
function personWordsOf(dataset: Dataset, catalogue: Catalogue): Map<string, ReadonlySet<string>> {
  const coded = dataset.fields.flatMap((it) =>
    it.codeList === undefined ? [] : [[it.name, catalogue.getCodeList(it.codeList).aboutPersons] as const],
  );
  return new Map(coded.filter(([, words]) => words.size > 0));
}

/**
 * Masks a representative's name and takes numbers of persons out of free text, before anything is hashed or kept.
 * Fields that identify the record stay as they are: a person's number there refuses the row.
 */
function withoutPersons(
  dataset: Dataset,
  values: Values,
): { values: Record<string, JsonValue>; findings: Finding[] } {
  const kept: Record<string, JsonValue> = { ...values };
  const findings: Finding[] = [];
  for (const field of dataset.fields) {
    const value = kept[field.name];
    if (field.type !== 'text' || typeof value !== 'string') continue;
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
function formerOf(
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

/** Judges the rows of one connector: person guard, mapping, every check, and what a sound row becomes. */
export class RowJudge {
  readonly dataset: Dataset;
  readonly ruleVersion: string;
  readonly #dueDays = new Map<CalendarDay, CalendarDay>();
  readonly #mappers = new WeakMap<readonly string[], RowMapper>();
  readonly #personWords: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #parts: JudgeParts;
  readonly #codes: CodeValues;

  constructor(parts: JudgeParts) {
    this.#parts = parts;
    this.dataset = parts.catalogue.getDataset(parts.connector.metadata.dataset);
    this.ruleVersion = ruleVersionOf(parts.connector, this.dataset);
    this.#personWords = personWordsOf(this.dataset, parts.catalogue);
    this.#codes = codeValuesOf(parts.catalogue);
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

  /** Judges one row. A refused row is about a person: nothing of it may be kept. */
  judge(columns: readonly string[], raw: RawRow): Verdict {
    const row = { columns, cells: raw.cells };
    const mapper = this.mapperFor(columns);
    const mapped = mapper.map(raw.cells);
    const person =
      this.#personMeasure(mapper, raw.cells) ??
      guardPersons(row, mapped.subject, this.#parts.hub.soleTraders);
    if (person !== null) return { verdict: 'refused', findings: [person] };
    const { dataset } = this;
    const { values, findings: replaced } = withoutPersons(dataset, mapped.values);
    const { 'subject.uscc': uscc, 'subject.name': name } = mapped.subject;
    const assessed = assessValues({ uscc, name, values }, dataset, {
      codes: this.#codes,
      today: this.#parts.today,
    });
    const unread = new Set(mapped.findings.map((it) => it.field));
    const general = assessed.findings.filter((it) => !unread.has(it.field));
    const found = [...this.#keyFindings(row), ...readerFindings(raw), ...cellFindings(raw.cells)];
    const former = formerOf(mapped.subject, assessed.uscc);
    const all = [...found, ...mapped.findings, ...replaced, ...general, ...former.findings];
    const withdrawn = this.#isWithdrawn(row);
    const findings = withdrawn ? all.filter((it) => this.#matters(it)) : all;
    const about = all.find((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
    if (about !== undefined) return { verdict: 'refused', findings: [about] };
    if (hasReject(findings) || assessed.uscc === null) return { verdict: 'quarantined', findings, values };
    const subject = { uscc: assessed.uscc, name: assessed.name, ...former.facts };
    const rowId = rowIdOf(raw, columns, this.#parts.connector.sync.key);
    const candidate = this.#candidate({ subject, values, rowId, withdrawn });
    return { verdict: 'candidate', candidate, findings: [...findings, ...this.#lateness(values)] };
  }

  /** Judges rows of one order of columns; the verdicts stand in the order of the rows. */
  async judgeRows(columns: readonly string[], rows: readonly RawRow[]): Promise<Verdict[]> {
    return Promise.resolve(rows.map((it) => this.judge(columns, it)));
  }

  /** The mapping for one order of columns, compiled once. */
  mapperFor(columns: readonly string[]): RowMapper {
    const known =
      this.#mappers.get(columns) ?? compileMapping({ ...this.#parts, dataset: this.dataset }, columns);
    this.#mappers.set(columns, known);
    return known;
  }

  /** Columns that some target reads. */
  mappedColumns(columns: readonly string[]): Set<string> {
    return new Set(Array.from(this.mapperFor(columns).places.values(), (it) => columns[it] ?? ''));
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

  #candidate(sound: {
    subject: Candidate['subject'];
    values: Values;
    rowId: string;
    withdrawn: boolean;
  }): Candidate {
    const { subject, values, rowId, withdrawn } = sound;
    const { connector, hub, run } = this.#parts;
    const { dataset } = this;
    const { metadata, sync } = connector;
    const statement: Statement = withdrawn ? tombstoneStatement({ reason: 'WITHDRAWN' }) : { ...values };
    const text = (name: string): string => {
      const value = values[name];
      return typeof value === 'string' ? value : '';
    };
    const owner = `connector:${metadata.id}`;
    return {
      key: recordKey({
        kind: dataset.recordKind,
        producer: metadata.owner.uscc,
        subject: subject.uscc,
        identity: Object.fromEntries(dataset.identity.map((it) => [it, text(it)])),
      }),
      kind: dataset.recordKind,
      dataset: dataset.name,
      datasetVersion: dataset.version,
      itemCode: dataset.catalogueItem,
      subject,
      producer: metadata.owner,
      origin: hub.id,
      via: [],
      receivedFrom: null,
      owner,
      ownerRow: sync.key === undefined ? null : `${owner}|${rowId}`,
      operation: withdrawn ? 'WITHDRAW' : 'UPSERT',
      v: null,
      statement,
      hash: contentHash(statement),
      decidedOn: text('decidedOn'),
      validFrom: withdrawn ? null : text('validFrom') || text('decidedOn'),
      validUntil: withdrawn ? null : text(dataset.expiresOn),
      disclosure: { class: metadata.disclosure ?? dataset.disclosure, publishable: true, reason: null },
      provenance: {
        source: metadata.id,
        run,
        row: rowId,
        ruleVersion: this.ruleVersion,
        legalBasis: metadata.legalBasis,
        message: null,
      },
      acceptedAt: null,
      replaces: null,
    };
  }
}
