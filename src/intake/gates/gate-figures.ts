/** A count and what it is a part of. */
export type Share = { readonly count: number; readonly of: number };

/** What a run found before anything of it is accepted. */
export type GateFigures = {
  /** Rows judged bad, whether they waited in quarantine before or not, of the rows read that are not about persons. */
  readonly rejects: Share;
  /** Living records of this connector that would change or end, of those met. */
  readonly changes: Share;
  /** Rows missing of those that the last full read had; null: this one is not full, was cut short, or is the first. */
  readonly againstLast: Share | null;
  /** Rows missing of those that the source itself declares; null: it declares none. */
  readonly againstDeclared: Share | null;
  /** Values outside their code list, by field. */
  readonly unknownCodes: Readonly<Record<string, number>>;
  /** Columns that came and went since the last run, by name; null: it is the first. */
  readonly columns: { readonly came: readonly string[]; readonly went: readonly string[] } | null;
};

/** One word for each gate. */
export const GATES = ['rejectRate', 'changeRate', 'shrink', 'declaredTotal', 'codes', 'columns'] as const;
/** One word of {@link GATES}. */
export type GateName = (typeof GATES)[number];

/** What a gate says; `skipped`: there was nothing to judge by. */
export type GateVerdict = 'pass' | 'warn' | 'stop' | 'skipped';

/** One gate's figure, limits and verdict, as the receipt of the run shows it. */
export type GateResult = {
  readonly gate: GateName;
  readonly verdict: GateVerdict;
  readonly count: number;
  readonly of: number;
  /** Shares from 0 to 1 from which on it warns or stops; null: it never does. */
  readonly warn: number | null;
  readonly stop: number | null;
  /** Fields, or columns with `+` and `-` before them, where the gate is about them. */
  readonly about: readonly string[];
};

/** What all gates say together: the worst word of them. */
export type GateDecision = {
  readonly verdict: 'pass' | 'warn' | 'stop';
  readonly gates: readonly GateResult[];
};
