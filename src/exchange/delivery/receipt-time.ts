import { SIGNATURE_WINDOW_SECONDS } from '../../infra/signing/index.ts';

const WINDOW_MS = SIGNATURE_WINDOW_SECONDS * 1_000;

/**
 * Whether a receipt may be of the time it names: not before its envelope was, and not in the future, with the window
 * that signatures have for clocks that differ. An older time would let a key that was revoked meanwhile sign again.
 *
 * @param named instant in the receipt, ISO 8601
 * @param span when the envelope was opened, and now, by the database's clock
 */
export function isPlausibleTime(named: string, span: { opened: Date; now: Date }): boolean {
  const at = Date.parse(named);
  return at >= span.opened.getTime() - WINDOW_MS && at <= span.now.getTime() + WINDOW_MS;
}
