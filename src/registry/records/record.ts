import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { DisclosureClass } from '../../domain/disclosure/index.ts';
import type { RecordKind, Statement } from '../../domain/record/index.ts';

/** What a version does to the record. */
export type Operation = 'UPSERT' | 'CORRECT' | 'WITHDRAW';

/** An authority as records name it: name, unified social credit code, GB/T 2260 region. */
export type Authority = { readonly name: string; readonly uscc: string; readonly region: string };

/** Who may see a version. */
export type DisclosureTerms = {
  readonly class: DisclosureClass;
  readonly publishable: boolean;
  /** Reason where `publishable` is false. */
  readonly reason: string | null;
};

/** Where a version came from. */
export type Provenance = {
  /** Connector id, or the source named by the origin. */
  readonly source: string;
  readonly run: string;
  /** Row number or row id at the source; null on the wire. */
  readonly row: string | null;
  /** Revision of the manifest, dataset and rules that judged the row. */
  readonly ruleVersion: string;
  readonly legalBasis: { readonly document: string; readonly article: string };
  /** Envelope that brought the version; null where a department did. */
  readonly message: string | null;
  /** When its sender packed that envelope, ISO 8601 UTC; absent where a department brought the version. */
  readonly sentAt?: string;
  /** Rules that two persons set aside for this row, and why; kept here, never sent on. */
  readonly override?: { readonly rules: readonly string[]; readonly reason: string };
};

/** A statement that passed every check and may become a version. */
export type Candidate = {
  readonly key: string;
  readonly kind: RecordKind;
  /** Dataset name without version. */
  readonly dataset: string;
  readonly datasetVersion: number;
  readonly itemCode: string;
  /** The former name and code are facts about the subject, not about the record: they reach the subjects alone. */
  readonly subject: {
    readonly uscc: string;
    readonly name: string;
    readonly formerName?: string;
    readonly formerUscc?: string;
  };
  readonly producer: Authority;
  /** Hub that first accepted the record. */
  readonly origin: string;
  /** Hubs the version went through, the origin first and this hub not among them where it came from a partner. */
  readonly via: readonly string[];
  readonly receivedFrom: string | null;
  /** The source a key belongs to: `connector:<id>`, or `hub:<origin>` for a partner's record. */
  readonly owner: string;
  /** The owner's name for the row, `<owner>|<row id>`; null where rows have no name of their own. */
  readonly ownerRow: string | null;
  readonly operation: Operation;
  /** Version number given by the origin; null: this hub is the origin and counts on. */
  readonly v: number | null;
  readonly statement: Statement;
  readonly hash: string;
  readonly decidedOn: CalendarDay;
  readonly validFrom: CalendarDay | null;
  readonly validUntil: CalendarDay | null;
  readonly disclosure: DisclosureTerms;
  readonly provenance: Provenance;
  /** When the origin accepted the version; null: now, here. */
  readonly acceptedAt: Date | null;
  readonly replaces: string | null;
};

/** One immutable version; `knownUntil` alone is set later, once. */
export type RecordVersion = {
  v: number;
  operation: Operation;
  /** When this hub committed the version, by the database's clock; strictly later than the version before. */
  knownFrom: Date;
  knownUntil: Date | null;
  acceptedAt: Date;
  validFrom: CalendarDay | null;
  validUntil: CalendarDay | null;
  datasetVersion: number;
  hash: string;
  via: string[];
  receivedFrom: string | null;
  disclosure: DisclosureTerms;
  provenance: Provenance;
  statement: Statement;
  /** Set once a person was found in the record: the statement and every word about the subject are gone. */
  erased?: true;
};

/** The newest version's facts that reading and routing need without opening the array. */
export type RecordHead = {
  v: number;
  hash: string;
  operation: Operation;
  decidedOn: CalendarDay;
  validUntil: CalendarDay | null;
};

/** A version that waits for its place in the sequence of changes. */
export type OutboxEntry = {
  v: number;
  /** Place among the versions, where the number was there before: a partner took it back, or gave it again. */
  n?: number;
  at: Date;
};

/** One record: its key, its versions and its outbox, in one document, so that one update moves all three. */
export type RecordDocument = {
  _id: string;
  kind: RecordKind;
  dataset: string;
  itemCode: string;
  subject: string;
  subjectName: string;
  producer: Authority;
  origin: string;
  owner: string;
  ownerRow: string | null;
  replaces: string | null;
  head: RecordHead;
  versions: RecordVersion[];
  outbox?: OutboxEntry[];
};

/** What became of a candidate. */
export type AcceptOutcome =
  | { readonly outcome: 'created' | 'corrected' | 'withdrawn'; readonly v: number }
  | { readonly outcome: 'unchanged'; readonly v: number; readonly sameMessage: boolean }
  | { readonly outcome: 'stale' | 'conflict'; readonly held: { readonly v: number; readonly hash: string } }
  | { readonly outcome: 'key-of-other-source' }
  /** A person was found in this record before: it is not taken again. */
  | { readonly outcome: 'person-found-before' };
