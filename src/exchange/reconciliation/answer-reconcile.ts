import type { ReconcileRequest, ReconciliationStatement } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { canonicalJson } from '../../domain/record/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { claimLease, newHolder, releaseLease } from '../../registry/leases/index.ts';
import type { Caller } from '../partners/index.ts';
import { isEqualStatement } from '../protocol/index.ts';
import { answerBuckets, answerLeaves } from './descent.ts';
import { heldSet } from './element-set.ts';
import { answerInvite } from './invite.ts';
import { settleSequence } from './settle-sequence.ts';
import { comparedSet, takeSnapshot, type Snapshot } from './snapshot.ts';
import { completeStatement, findStatement, keepStatement, statementId } from './statement-store.ts';
import { isSignedBy, openStatement, sideOf, signParts } from './statement.ts';

type RequestOf<Type extends ReconcileRequest['type']> = Extract<ReconcileRequest, { type: Type }>;

/** A signed part may be so much older or younger than our clock. */
const MAX_AGE_MS = 600_000;
const REBUILD_LEASE_MS = 120_000;

function refused(why: string): HubError {
  return new HubError('RECONCILE_STATEMENT_REFUSED', 'refused', `the statement is not taken: ${why}`);
}

/** The set, read anew where that is wanted and nobody else does it for this partner now. */
async function snapshotFor(caller: Caller, partner: PartnerTerms, rebuild: boolean): Promise<Snapshot> {
  const { database } = caller;
  const set = heldSet(database, partner.id);
  if (!rebuild) return takeSnapshot(database, set);
  const name = `reconcile-rebuild-${partner.id}`;
  const lease = await claimLease(database, name, { holder: newHolder(), forMs: REBUILD_LEASE_MS });
  try {
    return await takeSnapshot(database, set, { rebuild: lease !== null });
  } finally {
    if (lease !== null) await releaseLease(database, lease);
  }
}

async function answerOpen(
  caller: Caller,
  partner: PartnerTerms,
  request: RequestOf<'OPEN'>,
): Promise<object> {
  const { database, directory } = caller;
  const { owed, signature } = request;
  const sides = { sender: partner.id, receiver: directory.hub.id };
  const age = Math.abs(Date.parse(owed.at) - database.clock.now().getTime());
  if (age > MAX_AGE_MS) throw refused('its time is more than ten minutes from ours');
  if (!(await isSignedBy(caller, partner, { sides, parts: { owed }, signature, at: owed.at }))) {
    throw refused('its signature does not verify');
  }
  await settleSequence(database);
  const snapshot = await snapshotFor(caller, partner, request.rebuild);
  const held = sideOf(snapshot);
  const own = signParts(sides, { owed, held }, caller.signer);
  const made = openStatement(sides, { owed, held }, { owed: signature, held: own });
  const kept = await keepStatement(database, partner.id, made);
  const sums = isEqualStatement(kept) ? null : snapshot.rows.groupSums().toString('base64');
  if (owed.count === held.count && owed.sum === held.sum && owed.root !== held.root) {
    const details = { sender: partner.id, receiver: sides.receiver, seq: owed.seq, heldSeq: held.seq };
    const entry = { event: 'RECONCILIATION_REFUSED', actor: partner.id, purpose: null, details };
    await appendAudit(database, [{ ...entry, code: 'RECONCILE_ROOTS_DIFFER' }]);
  }
  return { protocol: 'xinqiao/1', held: kept.held, signature: kept.signatures.held, sums };
}

async function answerClose(
  caller: Caller,
  partner: PartnerTerms,
  request: RequestOf<'CLOSE'>,
): Promise<object> {
  const { database, directory, signer } = caller;
  const { owed, held, found, signature } = request;
  const sides = { sender: partner.id, receiver: directory.hub.id };
  const known = await findStatement(database, statementId({ ...sides, owed }));
  if (known === null || canonicalJson(known.statement.held) !== canonicalJson(held)) {
    throw refused('it closes no reconciliation that was opened here');
  }
  const parts = { owed, held, found };
  if (isEqualStatement(known.statement)) throw refused('both sides were equal');
  if (!(await isSignedBy(caller, partner, { sides, parts, signature, at: found.at }))) {
    throw refused('its signature does not verify');
  }
  const { seen } = known.statement.signatures;
  if (seen !== null) {
    const same = canonicalJson(known.statement.found) === canonicalJson(found);
    if (!same) throw refused('it was closed with other findings');
    return { protocol: 'xinqiao/1', signature: seen };
  }
  const own = signParts(sides, parts, signer);
  const signatures = { ...known.statement.signatures, found: signature, seen: own };
  const statement: ReconciliationStatement = { ...known.statement, found, signatures };
  await completeStatement(database, partner.id, statement);
  return { protocol: 'xinqiao/1', signature: own };
}

/**
 * Answers a partner that compares what it owes us with what we hold of it, or that invites us to do so.
 *
 * @throws BAD_REQUEST, RECONCILE_STATEMENT_REFUSED, RECONCILE_TOO_MANY; RECONCILE_BUSY (transient)
 */
export async function answerReconcile(
  caller: Caller,
  partner: PartnerTerms,
  request: ReconcileRequest,
): Promise<object> {
  const { database } = caller;
  const set = heldSet(database, partner.id);
  switch (request.type) {
    case 'OPEN':
      return answerOpen(caller, partner, request);
    case 'BUCKETS':
      return answerBuckets(comparedSet(await takeSnapshot(database, set)), request);
    case 'LEAVES':
      return answerLeaves(comparedSet({ set }), request);
    case 'CLOSE':
      return answerClose(caller, partner, request);
    case 'INVITE':
      return answerInvite(caller, partner, request);
  }
}
