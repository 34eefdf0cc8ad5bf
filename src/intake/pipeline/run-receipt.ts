import type { Finding } from '../../domain/finding.ts';
import { HubError } from '../../domain/hub-error.ts';
import { signDocument, type DocumentSignature, type Signer } from '../../infra/signing/index.ts';
import type { GateResult } from '../gates/index.ts';

/** Something that ended a source's reading early, or that its reader should know; nothing of a row is in it. */
export type RunFault = { readonly code: string; readonly message: string };

/** A file of a run's source. */
export type RunFile = {
  readonly name: string;
  readonly sha256: string;
  /** Digest by SM3, GB/T 32905-2016; null where the reader gave none. */
  readonly sm3: string | null;
  readonly rows: number;
  /** `skipped`: another run read the same bytes to their end; `broken`: it was not read to its end. */
  readonly state: 'read' | 'broken' | 'skipped';
  /** Of a skipped file: the run that read it. */
  readonly readBy: string | null;
};

/**
 * How a run ended. `STOPPED`: a gate stopped it, and it waits for a person, who makes it `RELEASED` or `DISCARDED`.
 * `INTERRUPTED`: its source failed, and what was read before was accepted. `REVERTED`: a person took back what it
 * did. `DRY`: nothing was to be written.
 */
export const RUN_STATES = [
  'DONE',
  'INTERRUPTED',
  'STOPPED',
  'RELEASED',
  'DISCARDED',
  'REVERTED',
  'DRY',
] as const;
/** One word of {@link RUN_STATES}. */
export type RunState = (typeof RUN_STATES)[number];

/** What a person decided about a run. */
export type RunDecision = {
  readonly word: 'RELEASED' | 'DISCARDED' | 'REVERTED';
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
};

/**
 * What a run came to. Always read = accepted + unchanged + quarantined + refused, and + staged where nothing of what
 * is staged was accepted: while it waits, and once it was discarded.
 */
export type RunReceipt = {
  readonly type: 'RUN';
  readonly id: string;
  /** Hub that ran the connector and signs. */
  readonly hub: string;
  readonly connector: string;
  /** Revision of manifest and dataset that judged the rows. */
  readonly revision: string;
  readonly state: RunState;
  /** Who or what started it: a name, `schedule`, or `command`. */
  readonly by: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly read: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly staged: number;
  readonly created: number;
  readonly corrected: number;
  readonly withdrawn: number;
  /** Records of this connector that a full read did not meet; null: this read cannot say. None is withdrawn for it. */
  readonly missing: number | null;
  /** How often each rule found something, warnings included. */
  readonly findingsByRule: Readonly<Record<string, number>>;
  readonly gates: readonly GateResult[];
  /** Columns that neither manifest nor dataset know; not read. */
  readonly unmappedColumns: readonly string[];
  readonly warnings: readonly RunFault[];
  readonly faults: readonly RunFault[];
  readonly files: readonly RunFile[];
  readonly cursorBefore: Readonly<Record<string, string>> | null;
  readonly cursorAfter: Readonly<Record<string, string>> | null;
  /** The source has more behind the cursor: the window of this run was full. */
  readonly more: boolean;
  readonly decision: RunDecision | null;
  /** By the hub's key over the canonical JSON of the rest; null in a process that has no key. */
  readonly signature: DocumentSignature | null;
};

/** The counts of a receipt. */
export type RunCounts = Pick<
  RunReceipt,
  | 'read'
  | 'accepted'
  | 'unchanged'
  | 'quarantined'
  | 'refused'
  | 'staged'
  | 'created'
  | 'corrected'
  | 'withdrawn'
>;

/** What a row can come to. */
export type RowEnd = 'created' | 'corrected' | 'withdrawn' | 'unchanged' | 'quarantined' | 'refused';

/** Counts rows and findings of one run. */
export class Tally {
  read = 0;
  /** Candidates that wait for the gates. */
  staged = 0;
  /** Rows judged bad, those included that waited in quarantine before. */
  bad = 0;
  /** Rows that met living records of the connector, and those among them that would change or end one. */
  met = 0;
  wouldChange = 0;
  /** Living records of the connector met under their own key. */
  metUnderKey = 0;
  readonly ends: Record<RowEnd, number> = {
    created: 0,
    corrected: 0,
    withdrawn: 0,
    unchanged: 0,
    quarantined: 0,
    refused: 0,
  };
  readonly findingsByRule: Record<string, number> = {};
  /** Values outside their code list, by field. */
  readonly unknownCodes: Record<string, number> = {};

  /** Goes on counting where a receipt stopped. */
  static of(receipt: RunReceipt): Tally {
    const tally = new Tally();
    tally.read = receipt.read;
    tally.staged = receipt.staged;
    for (const end of Object.keys(tally.ends) as RowEnd[]) tally.ends[end] = receipt[end];
    Object.assign(tally.findingsByRule, receipt.findingsByRule);
    return tally;
  }

  /** One row came to its end. */
  end(how: RowEnd): void {
    this.ends[how] += 1;
  }

  /** One staged candidate came to its end. */
  settle(how: RowEnd): void {
    this.staged -= 1;
    this.end(how);
  }

  /** Findings of one row. */
  note(findings: readonly Finding[]): void {
    for (const { rule, field } of findings) {
      this.findingsByRule[rule] = (this.findingsByRule[rule] ?? 0) + 1;
      if (rule === 'UNKNOWN_CODE_VALUE' && field !== null)
        this.unknownCodes[field] = (this.unknownCodes[field] ?? 0) + 1;
    }
  }

  /**
   * The counts of the receipt.
   *
   * @throws RUN_DOES_NOT_ADD_UP when a row is in none or two of them
   */
  totals(): RunCounts {
    const { read, staged } = this;
    const { created, corrected, withdrawn, unchanged, quarantined, refused } = this.ends;
    const accepted = created + corrected + withdrawn;
    if (read !== accepted + unchanged + quarantined + refused + staged) {
      throw new HubError('RUN_DOES_NOT_ADD_UP', 'defect', `of ${read} rows read some have no end or two`);
    }
    return { read, staged, accepted, ...this.ends };
  }
}

/** A receipt with the hub's signature over the text that its JSON form has. */
export function signReceipt(receipt: RunReceipt, signer: Signer | undefined): RunReceipt {
  if (signer === undefined) return { ...receipt, signature: null };
  const text = JSON.parse(JSON.stringify({ ...receipt, signature: undefined })) as object;
  return { ...receipt, signature: signDocument(text, signer).signature };
}
