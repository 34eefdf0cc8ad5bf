import type { HubDatabase } from '../../infra/mongo/index.ts';
import { clearBodiesOfSpan } from '../delivery/index.ts';
import { advanceCursor, readCursor } from '../relay/index.ts';

const CURSOR = 'bodies-cleared';
/** How long the body of an envelope is kept after its end. */
const KEPT_MS = 7 * 24 * 3_600_000;
const BATCH = 500;

/**
 * Takes away the bodies of envelopes that came to their end a week ago, some at a time: what they said stands in the
 * records, and their digests and receipts prove it. Safe to repeat.
 *
 * @see the design of delivery, "Recall"
 */
export async function clearOldBodies(database: HubDatabase): Promise<void> {
  const from = new Date(await readCursor(database, CURSOR));
  const to = new Date(database.clock.now().getTime() - KEPT_MS);
  const last = await clearBodiesOfSpan(database, { from, to, limit: BATCH });
  if (last !== null) await advanceCursor(database, CURSOR, last.getTime());
}
