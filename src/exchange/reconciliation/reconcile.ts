import {
  reconcileCloseSchema,
  reconcileOpenSchema,
  type ReconcileFound,
  type ReconcileOwed,
  type ReconciliationStatement,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import type { Caller } from '../partners/index.ts';
import { isEqualStatement, type StatementSides } from '../protocol/index.ts';
import { readCursor } from '../relay/index.ts';
import { askPartner, type Traffic } from './ask-partner.ts';
import { BucketRows, packSums, unpackSums } from './bucket-rows.ts';
import { classify, countClasses, pairByKey, type Difference, type Differences } from './classes.ts';
import { descend, invalidAnswer, type Ask } from './descent.ts';
import { owedSet } from './element-set.ts';
import type { Member } from './owed-records.ts';
import { comparedSet, takeSnapshot, type ItemSum, type Snapshot } from './snapshot.ts';
import { completeStatement, keepStatement } from './statement-store.ts';
import { isSignedBy, openStatement, sideOf, signParts } from './statement.ts';

/** So often a comparison is begun again because everything that differed had moved meanwhile. */
const MAX_ROUNDS = 3;

/** What two hubs agree on, and where they differ. */
export type Reconciliation = {
  readonly from: string;
  readonly to: string;
  /** Records that the partner must hold by our word. */
  readonly records: number;
  /** Whether both sides proved to hold exactly the same. */
  readonly equal: boolean;
  /** False: there are more differences than were looked at; heal, then compare again. */
  readonly complete: boolean;
  readonly differences: Differences;
  /** Keys that differed and moved meanwhile, or are under way: no differences. */
  readonly inFlight: readonly string[];
  /** Records of which the partner refused the current version. */
  readonly rejected: number;
  /** Records of which we keep the current version back. */
  readonly held: number;
  readonly items: readonly ItemSum[];
  readonly statement: ReconciliationStatement;
  readonly traffic: Traffic;
};

type Work = {
  readonly caller: Caller;
  readonly partner: PartnerTerms;
  readonly sides: StatementSides;
  readonly ask: Ask;
};

type Opened = { readonly statement: ReconciliationStatement; readonly sums: Buffer | null };

async function open(work: Work, owed: ReconcileOwed, rebuild: boolean): Promise<Opened> {
  const { caller, partner, sides, ask } = work;
  const signature = signParts(sides, { owed }, caller.signer);
  const parsed = reconcileOpenSchema.safeParse(
    await ask({ protocol: 'xinqiao/1', type: 'OPEN', owed, signature, rebuild }),
  );
  if (!parsed.success) throw invalidAnswer('its opening has another form');
  const { held, sums } = parsed.data;
  const theirs = { sides, parts: { owed, held }, signature: parsed.data.signature, at: held.at };
  if (!(await isSignedBy(caller, partner, theirs))) throw invalidAnswer('its signature does not verify');
  const signatures = { owed: signature, held: parsed.data.signature };
  const statement = openStatement(sides, { owed, held }, signatures);
  if (isEqualStatement(statement)) return { statement, sums: null };
  if (owed.sum === held.sum && owed.count === held.count) {
    throw new HubError(
      'RECONCILE_ROOTS_DIFFER',
      'refused',
      `${sides.receiver} and we agree in count and sum and not in the root: compare by bucket file and look closely`,
    );
  }
  const packed = Buffer.from(sums ?? '', 'base64');
  const total = packSums([unpackSums(packed).reduce((sum, it) => sum + it, 0n)]).toString('hex');
  if (packed.length !== new BucketRows().groupSums().length || total !== held.sum) {
    throw invalidAnswer('the sums of its groups do not come to its sum');
  }
  return { statement, sums: packed };
}

/** The position up to which changes have been handed out to a partner; what stands behind it is under way. */
async function handedOutThrough({ caller, partner }: Work): Promise<number> {
  const pulls = partner.receives?.mode === 'PULL';
  return readCursor(caller.database, pulls ? `pulled-by-${partner.id}` : 'relay');
}

const sameElement = (member: Member | undefined, difference: Difference): boolean =>
  (member?.element?.v ?? null) === (difference.here?.v ?? null) &&
  (member?.element?.hash ?? null) === (difference.here?.hash ?? null);

/** Takes out what is no difference: kept back, under way, or another one by now. */
async function sift(
  work: Work,
  snapshot: Snapshot,
  found: readonly Difference[],
): Promise<[Difference[], string[]]> {
  const members = await snapshot.set.find(found.map((it) => it.key));
  const handedOut = await handedOutThrough(work);
  const real: Difference[] = [];
  const moving: string[] = [];
  for (const it of found) {
    const member = members.get(it.key);
    const standing = member?.standing ?? 'settled';
    const underWay =
      standing === 'inFlight' || standing === 'held' || (it.there === null && (member?.seq ?? 0) > handedOut);
    if (underWay || !sameElement(member, it)) moving.push(it.key);
    else real.push(it);
  }
  return [real, moving];
}

async function close(
  work: Work,
  open: ReconciliationStatement,
  found: ReconcileFound,
): Promise<ReconciliationStatement> {
  const { caller, partner, sides, ask } = work;
  const { owed, held } = open;
  const parts = { owed, held, found };
  const signature = signParts(sides, parts, caller.signer);
  const parsed = reconcileCloseSchema.safeParse(
    await ask({ protocol: 'xinqiao/1', type: 'CLOSE', owed, held, found, signature }),
  );
  if (!parsed.success) throw invalidAnswer('its close has another form');
  const { signature: seen } = parsed.data;
  if (!(await isSignedBy(caller, partner, { sides, parts, signature: seen, at: found.at }))) {
    throw invalidAnswer('its signature on what was found does not verify');
  }
  return { ...open, found, signatures: { ...open.signatures, found: signature, seen } };
}

/** One comparison from the snapshot to the statement; null: all that differed had moved, and it is worth another. */
async function compareOnce(
  work: Work,
  how: { rebuild: boolean; last: boolean },
): Promise<Omit<Reconciliation, 'traffic'> | null> {
  const { caller, partner, sides } = work;
  const { database, directory } = caller;
  const snapshot = await takeSnapshot(database, owedSet(database, directory, partner), how);
  const { apart, items } = snapshot;
  const owed = { ...sideOf(snapshot), apart };
  const { statement, sums } = await open(work, owed, how.rebuild);
  const base = {
    from: sides.sender,
    to: sides.receiver,
    records: owed.count,
    rejected: apart.refused,
    held: apart.held,
    items,
  };
  if (sums === null) {
    const kept = await keepStatement(database, partner.id, statement);
    return { ...base, equal: true, complete: true, differences: classify([]), inFlight: [], statement: kept };
  }
  const { complete, ...elements } = await descend(comparedSet(snapshot), sums, work.ask);
  const [real, inFlight] = await sift(work, snapshot, pairByKey(elements));
  const differences = classify(real);
  if (real.length === 0 && complete && !how.last && apart.inFlight === 0) return null;
  const at = database.clock.now().toISOString();
  const found = { at, ...countClasses(differences), inFlight: inFlight.length, complete };
  await keepStatement(database, partner.id, statement);
  const closed = await close(work, statement, found);
  await completeStatement(database, partner.id, closed);
  return { ...base, equal: false, complete, differences, inFlight, statement: closed };
}

async function noteRefusal(work: Work, error: unknown): Promise<void> {
  if (!(error instanceof HubError) || !error.code.startsWith('RECONCILE_')) return;
  const { partner, caller } = work;
  const entry = { event: 'RECONCILIATION_REFUSED', actor: partner.id, purpose: null, details: {} };
  await appendAudit(caller.database, [{ ...entry, code: error.code }]);
}

/**
 * Compares what a partner is owed with what it holds, and keeps a statement that both signed. First one root and one
 * sum; only where they differ, sums of smaller and smaller parts; records only where the smallest parts differ.
 *
 * @param how `rebuild` reads every record anew instead of what was touched since the last time
 * @throws RECONCILE_ANSWER_INVALID, RECONCILE_ROOTS_DIFFER, RECONCILE_TOO_MANY, PARTNER_REFUSED and every code of the
 *   HTTP client
 */
export async function reconcile(
  caller: Caller,
  partner: PartnerTerms,
  how: { rebuild: boolean } = { rebuild: false },
): Promise<Reconciliation> {
  const { ask, traffic } = askPartner(caller, partner);
  const sides = { sender: caller.directory.hub.id, receiver: partner.id };
  const work: Work = { caller, partner, sides, ask };
  try {
    for (let round = 1; ; round += 1) {
      const found = await compareOnce(work, { ...how, last: round === MAX_ROUNDS });
      if (found !== null) return { ...found, traffic };
    }
  } catch (error) {
    await noteRefusal(work, error);
    throw error;
  }
}
