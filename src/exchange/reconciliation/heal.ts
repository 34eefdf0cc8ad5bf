import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { contentHash, TOMBSTONE_REASONS, tombstoneStatement } from '../../domain/record/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { findChanges, listChangesOf } from '../../registry/changes/index.ts';
import { reissueRecords } from '../../registry/records/index.ts';
import { redeliver, replaceDeliveries } from '../delivery/index.ts';
import { WITHDRAWAL_HASH } from '../owed/index.ts';
import { isReachable, type Caller } from '../partners/index.ts';
import { deliveryFor, rewindCursor } from '../relay/index.ts';
import { countClasses, countDifferences, type Difference } from './classes.ts';
import type { Reconciliation } from './reconcile.ts';

const BATCH = 500;

/** What healing did. */
export type Healing = {
  /** Deliveries that are due now. */
  readonly driven: number;
  /** Own records whose current version was issued again above the one that the partner holds. */
  readonly reissued: number;
  /**
   * Records that we cannot bring back: lost here and not ours, or withdrawn there by a version of ours that we lost.
   * The source or the hub they came from brings them.
   */
  readonly waiting: number;
};

/** Hashes of withdrawals: they name a reason only, except where another record took the place. */
const WITHDRAWALS: ReadonlySet<string> = new Set(
  TOMBSTONE_REASONS.map((reason) => contentHash(tombstoneStatement({ reason }))),
);

/** Whether two sides differ in a version and the withdrawal that stands in its place: the one that is owed goes again. */
function isRecall({ here, there }: Difference): boolean {
  return here?.hash === WITHDRAWAL_HASH || there?.hash === WITHDRAWAL_HASH;
}

async function driveAgain(
  caller: Caller,
  partner: PartnerTerms,
  lost: readonly Difference[],
): Promise<number> {
  const { database, directory } = caller;
  const at = database.clock.now();
  const mode = isReachable(partner) ? ('PUSH' as const) : ('PULL' as const);
  const versions = lost.flatMap(({ key, here, there }) => {
    const wanted = here ?? there;
    return wanted === null ? [] : [{ key, v: wanted.v, hash: wanted.hash, holds: there !== null }];
  });
  let driven = 0;
  for (let from = 0; from < versions.length; from += BATCH) {
    const some = versions.slice(from, from + BATCH);
    const wanted = new Map(some.map((it) => [it.key, it]));
    const deliveries = (await findChanges(database, some)).flatMap((change) => {
      const { hash, holds = false } = wanted.get(change.key) ?? {};
      const delivery = deliveryFor(change, partner, { directory, holds, at });
      return delivery?.hash === hash && delivery !== null ? [{ ...delivery, mode }] : [];
    });
    await replaceDeliveries(database, deliveries, false);
    driven += await redeliver(database, deliveries);
  }
  return driven;
}

/**
 * Issues own current versions again above the greater or other version that the partner holds. Never where the partner
 * holds a withdrawal: what was withdrawn comes back only by its source.
 */
async function issueAgain(caller: Caller, ahead: readonly Difference[]): Promise<number> {
  const { database, directory } = caller;
  const living = ahead.filter(
    ({ here, there }) => here !== null && there !== null && !WITHDRAWALS.has(there.hash),
  );
  const changes = await listChangesOf(
    database,
    living.map((it) => it.key),
  );
  const newest = new Map(changes.map((it) => [it.key, it]));
  const own = living.flatMap(({ key, here, there }) => {
    const change = newest.get(key);
    const ours = change?.origin === directory.hub.id && change.receivedFrom === null;
    return ours && here !== null && there !== null ? [{ key, expectedV: here.v, above: there.v }] : [];
  });
  const reissued = await reissueRecords(database, own);
  const heldAt = new Map(own.map((it) => [it.key, it.above]));
  await appendAudit(
    database,
    reissued.map(({ key, v }) => ({
      event: 'RECORD_REISSUED',
      actor: directory.hub.id,
      purpose: null,
      code: null,
      details: { key, v, above: heldAt.get(key) },
    })),
  );
  return reissued.length;
}

/**
 * Drives again only what a reconciliation found to differ. What the partner lacks is sent again. Where it holds a
 * greater or other version of a record of ours, because we were set back to an older copy, our current version is
 * issued again above it. What we read of the partner by a position – its receipts, its changes – is read again from the
 * beginning, which has no second effect.
 */
export async function heal(caller: Caller, partner: PartnerTerms, found: Reconciliation): Promise<Healing> {
  const { differences } = found;
  if (countDifferences(differences) === 0) return { driven: 0, reissued: 0, waiting: 0 };
  const { database } = caller;
  const { missingThere, missingHere, staleThere, staleHere, conflicting } = differences;
  // Of what they hold and we do not count: a version that we know was refused by our notes and taken by theirs.
  const taken = await driveAgain(caller, partner, missingHere);
  const recalled = conflicting.filter(isRecall);
  const driven = taken + (await driveAgain(caller, partner, [...missingThere, ...staleThere, ...recalled]));
  const ahead = [...staleHere, ...conflicting.filter((it) => !isRecall(it))];
  const reissued = await issueAgain(caller, ahead);
  const waiting = missingHere.length - taken + ahead.length - reissued;
  await rewindCursor(database, `receipts-${partner.id}`);
  if (partner.pull !== null) await rewindCursor(database, `pull-${partner.id}`);
  const details = { partner: partner.id, ...countClasses(differences), driven, reissued, waiting };
  await appendAudit(database, [
    { event: 'RECONCILIATION_HEALED', actor: caller.directory.hub.id, purpose: null, code: null, details },
  ]);
  return { driven, reissued, waiting };
}
