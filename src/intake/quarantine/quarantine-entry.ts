import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { Finding } from '../../domain/finding.ts';

/** Where an entry stands that its department must still answer for. */
export const WAITING_STATUSES = ['open', 'override-requested', 'override-refused'] as const;

/**
 * Where an entry stands. `open`, `override-requested` and `override-refused` wait. `warned` was accepted with a warning.
 * The others are closed: `resolved` a corrected row was accepted, `dropped` 撤回, `confirmed` a warning is right,
 * `override-approved` two persons let the row in, `superseded` a later reading of the source row took its place.
 */
export type QuarantineStatus =
  | (typeof WAITING_STATUSES)[number]
  | 'warned'
  | 'resolved'
  | 'dropped'
  | 'confirmed'
  | 'override-approved'
  | 'superseded';

/** File that a row was read from; null for rows that came by no file. */
export type SourceFile = { readonly name: string; readonly sha256: string };

/** How an entry came to its end. */
export type Closing = {
  readonly at: Date;
  /**
   * `read`: a later reading of the source; `workbook`: the department's answer; `override`: two persons; `conversion`: it
   * became known where the code of its subject leads.
   */
  readonly how: 'read' | 'workbook' | 'override' | 'conversion';
  /** Account that brought the answer; null for a reading. */
  readonly by: string | null;
  /** The version that was accepted for the row. */
  readonly record: { readonly key: string; readonly v: number; readonly hash: string } | null;
};

/** A request to let a row in although rules speak against it, and what came of it. */
export type Override = {
  /** Rules that would be set aside. */
  readonly rules: readonly string[];
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Why the row is right, as the one who decided wrote it. */
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
};

/** A row that waits for its department, redacted, with all its findings. */
export type QuarantineDocument = {
  /** `<source>|<keyed digest of the row>`: the same row again is the same entry. */
  _id: string;
  /** Connector id, or `hub:<origin>`. */
  source: string;
  /** The source's own name for the row; its place in the file where rows have no name. */
  row: string;
  /** Whether `row` names the row at its source: a later reading under that name is the same row. */
  keyed?: boolean;
  file?: SourceFile | null;
  /** Place in the file, page or result, counted from 1. */
  rowNumber?: string;
  redacted: Record<string, string>;
  /** The source's columns in their own order; the keys of `redacted` where absent. */
  columns?: string[];
  findings: Finding[];
  status: QuarantineStatus;
  /** Run or message that met the row last, and the one that put it here. */
  run: string;
  firstRun?: string;
  /** Day until which the department answers. */
  dueOn?: CalendarDay;
  firstSeenAt: Date;
  lastSeenAt: Date;
  closed?: Closing | null;
  /** The run that brought another content under the row's name, and where the entry stood before. */
  superseded?: { readonly run: string; readonly before: QuarantineStatus } | null;
  override?: Override | null;
};

/** Columns of an entry in the department's own order; entries of earlier versions of the hub have the cells' order alone. */
export function columnsOfEntry(entry: Pick<QuarantineEntry, 'columns' | 'redacted'>): readonly string[] {
  return entry.columns ?? Object.keys(entry.redacted);
}

/** A row on its way into quarantine. */
export type QuarantineEntry = Pick<QuarantineDocument, 'source' | 'row' | 'redacted' | 'findings' | 'run'> & {
  /** Keyed digest of the raw row. */
  readonly digest: string;
  readonly keyed?: boolean;
  readonly file?: SourceFile | null;
  readonly rowNumber?: string;
  readonly columns?: readonly string[];
  /** Working days that the department has, `feedback.due` of its manifest. */
  readonly dueWorkdays?: number;
  /** The row was accepted: only its warnings are kept. */
  readonly accepted?: boolean;
};

/** What became of a row that was put into quarantine. */
export type QuarantineOutcome = 'quarantined' | 'unchanged';
