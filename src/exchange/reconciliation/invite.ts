import {
  reconcileInvitedSchema,
  type ReconcileInvited,
  type ReconcileRequest,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { claimLease, newHolder, releaseLease } from '../../registry/leases/index.ts';
import type { Caller } from '../partners/index.ts';
import { askPartner } from './ask-partner.ts';
import { countDifferences } from './classes.ts';
import { invalidAnswer } from './descent.ts';
import { heal } from './heal.ts';
import { reconcile } from './reconcile.ts';

const LEASE_MS = 120_000;

/**
 * Answers a partner that asks us to compare what we owe it with what it holds, and to send again what it lacks: it was
 * restored from a copy, say. One at a time for each partner.
 *
 * @throws RECONCILE_BUSY (transient) and every code of {@link reconcile}
 */
export async function answerInvite(
  caller: Caller,
  partner: PartnerTerms,
  request: Extract<ReconcileRequest, { type: 'INVITE' }>,
): Promise<ReconcileInvited> {
  const { database } = caller;
  const name = `reconcile-${partner.id}`;
  const lease = await claimLease(database, name, { holder: newHolder(), forMs: LEASE_MS });
  if (lease === null) {
    throw new HubError('RECONCILE_BUSY', 'transient', `a reconciliation with ${partner.id} is running`);
  }
  try {
    const details = { partner: partner.id, heal: request.heal };
    const entry = { event: 'RECONCILIATION_INVITED', actor: partner.id, purpose: null, code: null, details };
    await appendAudit(database, [entry]);
    const found = await reconcile(caller, partner);
    const driven = request.heal ? (await heal(caller, partner, found)).driven : 0;
    const { equal, records } = found;
    const counts = { differences: countDifferences(found.differences), inFlight: found.inFlight.length };
    return { protocol: 'xinqiao/1', equal, records, ...counts, driven };
  } finally {
    await releaseLease(database, lease);
  }
}

/**
 * Asks a partner to compare what it owes us with what we hold, and to send again what we lack.
 *
 * @throws RECONCILE_ANSWER_INVALID, PARTNER_REFUSED and every code of the HTTP client
 */
export async function invite(
  caller: Caller,
  partner: PartnerTerms,
  how: { heal: boolean },
): Promise<ReconcileInvited> {
  const ask = askPartner(caller, partner);
  const answer = await ask.ask({ protocol: 'xinqiao/1', type: 'INVITE', heal: how.heal });
  const parsed = reconcileInvitedSchema.safeParse(answer);
  if (!parsed.success) throw invalidAnswer('its word on an invitation has another form');
  return parsed.data;
}
