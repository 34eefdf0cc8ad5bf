import {
  reconcileBucketsSchema,
  reconcileElementsSchema,
  reconcileRootSchema,
  type ReconcileElement,
  type ReconcileRequest,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { BucketSums, bucketOf, differingBuckets } from './bucket-sums.ts';
import { heldFrom, owedTo } from './owed-records.ts';

const TIMEOUT_MS = 60_000;

/** What two hubs agree on, and where they differ. */
export type Reconciliation = {
  readonly from: string;
  readonly to: string;
  /** Records owed and taken: both sides must hold exactly these. */
  readonly records: number;
  /** Records that the partner refused or quarantined; counted apart. */
  readonly rejected: number;
  readonly equal: boolean;
  readonly missingThere: readonly ReconcileElement[];
  readonly missingHere: readonly ReconcileElement[];
  /** Same record, another version or content. */
  readonly differing: readonly ReconcileElement[];
};

/** Answers a partner that asks what we hold of what it sent. */
export async function answerReconcile(
  caller: Caller,
  partner: PartnerTerms,
  request: ReconcileRequest,
): Promise<object> {
  const protocol = 'xinqiao/1';
  if (request.type === 'ELEMENTS') {
    const wanted = new Set(request.buckets);
    const elements: ReconcileElement[] = [];
    for await (const element of heldFrom(caller.database, partner.id)) {
      if (wanted.has(bucketOf(element.key))) elements.push(element);
    }
    return { protocol, elements };
  }
  const sums = new BucketSums();
  for await (const element of heldFrom(caller.database, partner.id)) sums.add(element);
  return request.type === 'ROOT' ? { protocol, root: sums.root() } : { protocol, buckets: sums.buckets() };
}

async function ask(caller: Caller, partner: PartnerTerms, request: ReconcileRequest): Promise<unknown> {
  const answer = await postSigned(caller, partner, {
    path: '/exchange/v1/reconcile',
    body: JSON.stringify(request),
    idempotencyKey: `reconcile-${request.type}`,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status !== 200) {
    throw new HubError(
      'PARTNER_REFUSED',
      'transient',
      `${partner.id} answered ${answer.status} to a reconciliation`,
    );
  }
  return JSON.parse(answer.body.toString('utf8'));
}

/**
 * Compares what a partner is owed with what it holds: first one sum, then 4,096, then only the buckets that
 * differ.
 *
 * @throws PARTNER_REFUSED and every code of the HTTP client
 */
export async function reconcile(caller: Caller, partner: PartnerTerms): Promise<Reconciliation> {
  const sums = new BucketSums();
  let rejected = 0;
  for await (const owed of owedTo(caller.database, caller.directory, partner)) {
    if (owed.rejected) rejected += 1;
    else sums.add(owed.element);
  }
  const protocol = 'xinqiao/1';
  const root = sums.root();
  const there = reconcileRootSchema.parse(await ask(caller, partner, { protocol, type: 'ROOT' })).root;
  const base = { from: caller.directory.hub.id, to: partner.id, records: root.count, rejected };
  if (there.count === root.count && there.sum === root.sum) {
    return { ...base, equal: true, missingThere: [], missingHere: [], differing: [] };
  }
  const theirs = reconcileBucketsSchema.parse(
    await ask(caller, partner, { protocol, type: 'BUCKETS' }),
  ).buckets;
  const buckets = differingBuckets(sums.buckets(), theirs);
  const found = reconcileElementsSchema.parse(
    await ask(caller, partner, { protocol, type: 'ELEMENTS', buckets }),
  );
  return { ...base, equal: false, ...(await compare(caller, partner, { buckets, theirs: found.elements })) };
}

async function compare(
  caller: Caller,
  partner: PartnerTerms,
  differing: { buckets: readonly number[]; theirs: readonly ReconcileElement[] },
): Promise<Pick<Reconciliation, 'missingThere' | 'missingHere' | 'differing'>> {
  const wanted = new Set(differing.buckets);
  const theirs = new Map(differing.theirs.map((it) => [it.key, it]));
  const missingThere: ReconcileElement[] = [];
  const changed: ReconcileElement[] = [];
  for await (const { element, rejected } of owedTo(caller.database, caller.directory, partner)) {
    if (rejected || !wanted.has(bucketOf(element.key))) continue;
    const there = theirs.get(element.key);
    theirs.delete(element.key);
    if (there === undefined) missingThere.push(element);
    else if (there.v !== element.v || there.hash !== element.hash) changed.push(element);
  }
  return { missingThere, missingHere: [...theirs.values()], differing: changed };
}
