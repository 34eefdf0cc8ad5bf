import type { RunReceipt } from '../../intake/pipeline/index.ts';

/** Counts of one source over the first collection. The live source has zeros: nothing of it is collected. */
export type SourceFigures = Pick<
  RunReceipt,
  'read' | 'accepted' | 'unchanged' | 'quarantined' | 'refused'
> & {
  readonly id: string;
  readonly hub: string;
  readonly mode: 'collect' | 'live';
};

/** One pair of hubs: do they hold the same set? */
export type PairFigures = {
  readonly from: string;
  readonly to: string;
  readonly records: number;
  readonly rejected: number;
  readonly equal: boolean;
};

/** One platform that is not Xinqiao: what became of the records it is owed. */
export type PlatformFigures = {
  readonly id: string;
  readonly accepted: number;
  readonly rejected: number;
  readonly withheld: number;
  /** Rejected records by the platform's code. */
  readonly codes: Readonly<Record<string, number>>;
  /** Records it shows, as it says and as the hub counts. */
  readonly shown: number;
  readonly held: number;
  readonly late: number;
};

/** One thing the demo checked. */
export type CheckFigures = { readonly name: string; readonly ok: boolean };

/** Figures of every step; what `--json` prints. */
export type DemoFigures = {
  ok: boolean;
  rows: number;
  store: { kind: string; version: string; slow: boolean; redis: string };
  sources: SourceFigures[];
  pairs: PairFigures[];
  platforms: PlatformFigures[];
  checks: CheckFigures[];
  hubs: { id: string; records: number; subjects: number; quarantined: number; residentBytes: number }[];
  steps: { name: string; ms: number }[];
  /** Rows read, checked and stored per second in the first collection. */
  rowsPerSecond: number;
  totalMs: number;
};
