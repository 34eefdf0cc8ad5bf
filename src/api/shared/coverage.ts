/** What came of asking one source. */
export type SourceStatus =
  'ANSWERED' | 'PARTIAL' | 'STALE' | 'TIMEOUT' | 'UNAVAILABLE' | 'DENIED' | 'NOT_ASKED';

/** One source of one dataset and what came of asking it. */
export type SourceCoverage = {
  readonly source: string;
  readonly region: string;
  readonly dataset: string;
  readonly status: SourceStatus;
  readonly dataAt: string | null;
  readonly staleBySeconds: number | null;
  readonly withheld: number;
  readonly rule: string | null;
};

const WORSE: readonly SourceStatus[] = [
  'ANSWERED',
  'STALE',
  'PARTIAL',
  'NOT_ASKED',
  'DENIED',
  'TIMEOUT',
  'UNAVAILABLE',
];

/** A coverage entry with what is not said left empty. */
export function coverageOf(
  entry: Pick<SourceCoverage, 'source' | 'region' | 'dataset' | 'status'> & Partial<SourceCoverage>,
): SourceCoverage {
  return { dataAt: null, staleBySeconds: null, withheld: 0, rule: null, ...entry };
}

/** Whether every source answered: only then does an empty list mean no record. */
export function isComplete(coverage: readonly SourceCoverage[]): boolean {
  return coverage.every((it) => it.status === 'ANSWERED');
}

function worseOf(a: SourceCoverage, b: SourceCoverage): SourceCoverage {
  const worse = WORSE.indexOf(b.status) > WORSE.indexOf(a.status) ? b : a;
  return { ...worse, withheld: Math.max(a.withheld, b.withheld) };
}

/** Sums up the coverage of one request: each source and dataset once, with the worst that came of it. */
export class CoverageCollector {
  readonly #entries = new Map<string, SourceCoverage>();
  readonly #seen = new WeakSet<readonly SourceCoverage[]>();

  /** Adds entries; the same list again is not looked at twice. */
  add(entries: readonly SourceCoverage[]): void {
    if (this.#seen.has(entries)) return;
    this.#seen.add(entries);
    for (const entry of entries) {
      const key = `${entry.dataset}|${entry.source}|${entry.region}`;
      const known = this.#entries.get(key);
      this.#entries.set(key, known === undefined ? entry : worseOf(known, entry));
    }
  }

  /** Every source asked in this request, in a stable order. */
  list(): SourceCoverage[] {
    return [...this.#entries.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  }
}
