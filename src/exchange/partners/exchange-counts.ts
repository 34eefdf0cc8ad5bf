/** What a process counts of its exchange, beside what the database can tell. */
export const EXCHANGE_COUNTS = ['duplicate_messages', 'duplicate_records', 'stale_fences'] as const;
/**
 * One word of {@link EXCHANGE_COUNTS}: messages that were answered with the stored receipt; records that were held
 * already; answers and receipts that came too late, after another process had taken over.
 */
export type ExchangeCount = (typeof EXCHANGE_COUNTS)[number];

/** Counts of this process by partner, since it started. */
export class ExchangeCounts {
  readonly #counts = new Map<ExchangeCount, Map<string, number>>();

  /** Adds to a count; 0 makes it known. */
  add(count: ExchangeCount, partner: string, by = 1): void {
    const counts = this.#counts.get(count) ?? new Map<string, number>();
    this.#counts.set(count, counts.set(partner, (counts.get(partner) ?? 0) + by));
  }

  /** A count by partner. */
  read(count: ExchangeCount): ReadonlyMap<string, number> {
    return this.#counts.get(count) ?? new Map();
  }
}
