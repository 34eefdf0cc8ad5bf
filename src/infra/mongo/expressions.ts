/**
 * The database's time some milliseconds from now, for pipeline updates. `$dateAdd` and not `$add`, which the
 * embedded server does not take for `$$NOW`.
 */
export function fromNow(milliseconds: number): object {
  return { $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: Math.round(milliseconds) } };
}
