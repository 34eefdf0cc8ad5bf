import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { DisclosureClass } from '../../domain/disclosure/index.ts';
import type { Authority, DisclosureTerms, RecordPosition } from '../../registry/records/index.ts';
import type { SourceCoverage } from '../shared/index.ts';
import { comparePositions, type Page } from './page.ts';

/** A record as any source answers it, before it is decided who may see it. */
export type SourceRecord = {
  readonly key: string;
  /** Code the source knows the subject by; a former one counts. */
  readonly subject: string;
  readonly version: number;
  readonly decidedOn: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly producer: Authority;
  readonly disclosure: DisclosureTerms;
  readonly legalBasis: { readonly document: string; readonly article: string };
  readonly provenance: {
    readonly source: string;
    readonly origin: string;
    readonly via: readonly string[];
    readonly run: string | null;
    readonly acceptedAt: string | null;
    readonly knownFrom: string | null;
    readonly hash: string;
    readonly ruleVersion: string;
  };
  readonly statement: Readonly<Record<string, unknown>>;
};

/** What one source answered for one subject. */
export type SubjectAnswer = {
  readonly records: readonly SourceRecord[];
  /** Whether the source has more on the side the page grows to. */
  readonly more: boolean;
  /** How far it looked, where that is further than the last record it shows. */
  readonly horizon?: RecordPosition;
};

/** What one source answered for all subjects asked. */
export type SourceAnswer = {
  /** By the code that was asked; a subject without an entry has no record at this source. */
  readonly bySubject: ReadonlyMap<string, SubjectAnswer>;
  /** The same for every subject, unless `coverageBySubject` has an entry. */
  readonly coverage: readonly SourceCoverage[];
  readonly coverageBySubject?: ReadonlyMap<string, readonly SourceCoverage[]>;
};

/** One question to all sources of a dataset. */
export type DatasetQuestion = {
  /** Every code of each subject, by its code in use. */
  readonly codes: ReadonlyMap<string, readonly string[]>;
  readonly page: Page;
  readonly regions: readonly string[] | null;
  readonly validOn: CalendarDay | null;
  readonly knownAt: Date | null;
  /** Fields of the statement that are shown, for a source that need not read the rest; null: all. */
  readonly fields: readonly string[] | null;
};

/** A source of a dataset that can be asked for many subjects at once. It never throws: what failed says so. */
export type AskableSource = {
  /** Name as the argument `sources` and coverage use it. */
  readonly name: string;
  readonly region: string;
  /** What asking it costs. */
  readonly weight: number;
  /** Whether it can answer for an instant in the past. */
  readonly hasHistory: boolean;
};

/** Order of every list: decision day descending, record key ascending. */
export function compareRecords(a: SourceRecord, b: SourceRecord): number {
  return comparePositions(a, b);
}

/** Whether a record is in force on a day; one that never was has no first day. */
export function isValidOn(record: Pick<SourceRecord, 'validFrom' | 'validUntil'>, day: string): boolean {
  if (record.validFrom === null || day < record.validFrom) return false;
  return record.validUntil === null || day <= record.validUntil;
}

/** Whether a producer's region is one of those wanted; a prefix stands for all below it. */
export function isOfRegion(region: string, wanted: readonly string[] | null): boolean {
  return wanted === null || wanted.some((it) => region.startsWith(it.replace(/(00)+$/, '')));
}

/** Disclosure class as text from elsewhere; an unknown word counts as the strictest. */
export function disclosureClassOf(word: unknown): DisclosureClass {
  return word === 'PUBLIC' || word === 'GOVERNMENT' ? word : 'RESTRICTED';
}
