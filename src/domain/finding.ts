/** How much weight a finding has: `reject` keeps a row out, `warn` only tells. */
export type Severity = 'reject' | 'warn';

/** Result of one rule on one row. It never holds a value that may be a person's. */
export type Finding = {
  /** Stable id of the rule: a global word (`BAD_USCC`) or `<connector>/R014`. */
  readonly rule: string;
  /** Field the finding is about; null for the row as a whole. */
  readonly field: string | null;
  readonly severity: Severity;
  /** Reason for officials. */
  readonly zh: string;
  /** Reason for engineers. */
  readonly en: string;
};

/** Whether any finding keeps the row out. */
export function hasReject(findings: readonly Finding[]): boolean {
  return findings.some((it) => it.severity === 'reject');
}
