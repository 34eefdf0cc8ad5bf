/**
 * The database's time some milliseconds from now, for pipeline updates. `$dateAdd` and not `$add`, which the
 * embedded server does not take for `$$NOW`.
 */
export function fromNow(milliseconds: number): object {
  return msAfter('$$NOW', milliseconds);
}

/** An instant some milliseconds after another one, each an expression of a pipeline update. */
export function msAfter(startDate: unknown, milliseconds: number): object {
  return { $dateAdd: { startDate, unit: 'millisecond', amount: Math.round(milliseconds) } };
}
