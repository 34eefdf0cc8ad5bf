import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { findChanges } from '../../registry/changes/index.ts';
import { newDelivery, redeliver } from '../delivery/index.ts';
import type { Caller } from '../partners/index.ts';
import { rewindCursor } from '../relay/index.ts';
import type { Reconciliation } from './reconcile.ts';

const BATCH = 500;

/**
 * Drives again only what a reconciliation found to differ. The partner may have been set back to an older copy, so
 * what we read of it by a position – its receipts, its changes – is read again from the beginning, which has no
 * second effect.
 *
 * @returns deliveries that are due now
 */
export async function heal(caller: Caller, partner: PartnerTerms, found: Reconciliation): Promise<number> {
  if (found.equal) return 0;
  const { database } = caller;
  const lost = [...found.missingThere, ...found.differing];
  const now = database.clock.now();
  let driven = 0;
  for (let at = 0; at < lost.length; at += BATCH) {
    const changes = await findChanges(database, lost.slice(at, at + BATCH));
    driven += await redeliver(
      database,
      changes.map((it) => newDelivery(partner.id, { ...it, seq: it._id }, { mode: 'PUSH', at: now })),
    );
  }
  await rewindCursor(database, `receipts-${partner.id}`);
  if (partner.pull !== null) await rewindCursor(database, `pull-${partner.id}`);
  const details = {
    partner: partner.id,
    differences: lost.length,
    missingHere: found.missingHere.length,
    driven,
  };
  await appendAudit(database, [
    { event: 'RECONCILIATION_HEALED', actor: caller.directory.hub.id, purpose: null, code: null, details },
  ]);
  return driven;
}
