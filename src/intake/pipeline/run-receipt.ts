import type { Finding } from '../../domain/finding.ts';
import { HubError } from '../../domain/hub-error.ts';

/** Something that ended a source's reading early; what was accepted before stays. */
export type RunFault = { readonly code: string; readonly message: string };

/** A file that a run read. */
export type RunFile = { readonly name: string; readonly sha256: string; readonly rows: number };

/** What a run came to. Always read = accepted + unchanged + quarantined + refused. */
export type RunReceipt = {
  readonly id: string;
  readonly connector: string;
  /** Revision of manifest and dataset that judged the rows. */
  readonly revision: string;
  readonly state: 'DONE' | 'INTERRUPTED';
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly read: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly created: number;
  readonly corrected: number;
  readonly withdrawn: number;
  /** How often each rule found something, warnings included. */
  readonly findingsByRule: Readonly<Record<string, number>>;
  /** Columns that neither manifest nor dataset know; not read. */
  readonly unmappedColumns: readonly string[];
  readonly warnings: readonly RunFault[];
  readonly faults: readonly RunFault[];
  readonly files: readonly RunFile[];
  readonly cursorBefore: Readonly<Record<string, string>> | null;
  readonly cursorAfter: Readonly<Record<string, string>> | null;
};

/** What a row can come to. */
export type RowEnd = 'created' | 'corrected' | 'withdrawn' | 'unchanged' | 'quarantined' | 'refused';

/** Counts rows and findings of one run. */
export class Tally {
  read = 0;
  readonly ends: Record<RowEnd, number> = {
    created: 0,
    corrected: 0,
    withdrawn: 0,
    unchanged: 0,
    quarantined: 0,
    refused: 0,
  };
  readonly findingsByRule: Record<string, number> = {};

  /** One row came to its end. */
  end(how: RowEnd): void {
    this.ends[how] += 1;
  }

  /** Findings of one row. */
  note(findings: readonly Finding[]): void {
    for (const { rule } of findings) this.findingsByRule[rule] = (this.findingsByRule[rule] ?? 0) + 1;
  }

  /**
   * The counts of the receipt.
   *
   * @throws RUN_DOES_NOT_ADD_UP when a row is in none or two of them
   */
  totals(): Pick<
    RunReceipt,
    'read' | 'accepted' | 'unchanged' | 'quarantined' | 'refused' | 'created' | 'corrected' | 'withdrawn'
  > {
    const { created, corrected, withdrawn, unchanged, quarantined, refused } = this.ends;
    const accepted = created + corrected + withdrawn;
    if (this.read !== accepted + unchanged + quarantined + refused) {
      throw new HubError(
        'RUN_DOES_NOT_ADD_UP',
        'defect',
        `of ${this.read} rows read some have no end or two`,
      );
    }
    return { read: this.read, accepted, ...this.ends };
  }
}
