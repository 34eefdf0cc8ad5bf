import {
  MAX_ASKED_LEAVES,
  MAX_LEAF_ELEMENTS,
  reconcileBucketsSchema,
  reconcileLeavesSchema,
  type ReconcileElement,
  type ReconcileRequest,
} from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { bucketsOf, differingPlaces, packSums, unpackSums, type BucketRows } from './bucket-rows.ts';
import { fingerprint, leafOf, packElement, SUM_BYTES, unpackElements } from './elements.ts';

/** Leaves in a bucket. */
const LEAVES_IN_BUCKET = 16;
/** So many fingerprints go into one question: half a body. */
const MAX_ASKED_PRINTS = 40_000;
/** So many new elements go into one answer, at least those of one leaf. */
const MAX_ANSWERED_ELEMENTS = 8_192;
/** After so many differences the descent ends: heal those, then compare again. */
export const MAX_DIFFERENCES = 50_000;

/** A set to compare: its rows, and the elements of some buckets, ascending. */
export type ComparedSet = {
  readonly rows: BucketRows;
  read(buckets: readonly number[]): AsyncIterable<readonly [number, readonly ReconcileElement[]]>;
};

/** Puts a question to the other side and gives what came back, not checked yet. */
export type Ask = (request: ReconcileRequest) => Promise<unknown>;

/** Elements that one side has and the other has not. */
export type Apart = {
  readonly onlyHere: readonly ReconcileElement[];
  readonly onlyThere: readonly ReconcileElement[];
  /** False: there are more. */
  readonly complete: boolean;
};

type BucketsRequest = Extract<ReconcileRequest, { type: 'BUCKETS' }>;
type LeavesRequest = Extract<ReconcileRequest, { type: 'LEAVES' }>;

const unpack = (text: string): Buffer => Buffer.from(text, 'base64');

/** An answer that breaks the protocol; nothing was done with it. */
export function invalidAnswer(why: string): HubError {
  return new HubError('RECONCILE_ANSWER_INVALID', 'transient', `the answer is not usable: ${why}`);
}

function badRequest(why: string): HubError {
  return new HubError('BAD_REQUEST', 'refused', `the question is not usable: ${why}`);
}

/** Sums of a bucket's 16 leaves, packed. */
function leafSums(elements: readonly ReconcileElement[]): Buffer {
  const sums = Array.from({ length: LEAVES_IN_BUCKET }, () => 0n);
  for (const it of elements) {
    const place = leafOf(it.key) % LEAVES_IN_BUCKET;
    sums[place] = (sums[place] ?? 0n) + fingerprint(it);
  }
  return packSums(sums);
}

const ascending = (places: readonly number[]): boolean =>
  places.every((it, at) => at === 0 || it > (places[at - 1] ?? it));

/** Answers for the buckets of some groups: where sums differ, those of the 16 leaves. @throws BAD_REQUEST */
export async function answerBuckets(ours: ComparedSet, request: BucketsRequest): Promise<object> {
  const theirs = new Map(request.groups.map((it) => [it.group, unpack(it.sums)]));
  const complete = [...theirs.values()].every((it) => it.length === 64 * SUM_BYTES);
  if (!complete || !ascending(request.groups.map((it) => it.group))) throw badRequest('groups or their sums');
  const buckets = [...theirs].flatMap(([group, sums]) =>
    differingPlaces(ours.rows.bucketSums(group), sums).map((place) => bucketsOf(group)[place] ?? 0),
  );
  const answered: { bucket: number; sums: string }[] = [];
  for await (const [bucket, elements] of ours.read(buckets)) {
    answered.push({ bucket, sums: leafSums(elements).toString('base64') });
  }
  return { protocol: 'xinqiao/1', buckets: answered };
}

type AnsweredLeaf = { leaf: number; lacks: string; has: string; count: number };

function answerLeaf(
  asked: { leaf: number; prints: Buffer },
  elements: readonly ReconcileElement[],
): AnsweredLeaf {
  const wanted = new Set(unpackSums(asked.prints));
  const beyond: Buffer[] = [];
  for (const it of elements) {
    const print = fingerprint(it);
    if (!wanted.delete(print)) beyond.push(packElement(it));
  }
  if (beyond.length > MAX_LEAF_ELEMENTS) throw tooMany(asked.leaf);
  return {
    leaf: asked.leaf,
    lacks: packSums([...wanted]).toString('base64'),
    has: Buffer.concat(beyond).toString('base64'),
    count: beyond.length,
  };
}

function tooMany(leaf: number): HubError {
  return new HubError(
    'RECONCILE_TOO_MANY',
    'refused',
    `leaf ${leaf} holds more than ${MAX_LEAF_ELEMENTS} elements: compare by bucket file`,
  );
}

/** Answers for as many of the asked leaves as fit, at least one. @throws BAD_REQUEST, RECONCILE_TOO_MANY */
export async function answerLeaves(ours: ComparedSet, request: LeavesRequest): Promise<object> {
  const asked = request.leaves.map((it) => ({ leaf: it.leaf, prints: unpack(it.prints) }));
  const whole = asked.every((it) => it.prints.length % SUM_BYTES === 0);
  if (!whole || !ascending(asked.map((it) => it.leaf))) throw badRequest('leaves or their fingerprints');
  const byBucket = Map.groupBy(asked, (it) => Math.floor(it.leaf / LEAVES_IN_BUCKET));
  const answered: AnsweredLeaf[] = [];
  let count = 0;
  for await (const [bucket, elements] of ours.read([...byBucket.keys()])) {
    const byLeaf = Map.groupBy(elements, (it) => leafOf(it.key));
    for (const it of byBucket.get(bucket) ?? []) {
      const answer = answerLeaf(it, byLeaf.get(it.leaf) ?? []);
      if (answered.length > 0 && count + answer.count > MAX_ANSWERED_ELEMENTS) return leavesOf(answered);
      answered.push(answer);
      count += answer.count;
    }
  }
  return leavesOf(answered);
}

function leavesOf(answered: readonly AnsweredLeaf[]): object {
  return { protocol: 'xinqiao/1', leaves: answered.map(({ leaf, lacks, has }) => ({ leaf, lacks, has })) };
}

/** One leaf that differs: what we have in it. */
type OpenLeaf = { readonly leaf: number; readonly elements: readonly ReconcileElement[] };

/** Asks for the buckets of the groups that differ; gives the receiver's leaf sums by bucket. */
async function askBuckets(ours: ComparedSet, theirs: Buffer, ask: Ask): Promise<Map<number, Buffer>> {
  const groups = differingPlaces(ours.rows.groupSums(), theirs);
  if (groups.length === 0) return new Map();
  const parsed = reconcileBucketsSchema.safeParse(
    await ask({
      protocol: 'xinqiao/1',
      type: 'BUCKETS',
      groups: groups.map((group) => ({ group, sums: ours.rows.bucketSums(group).toString('base64') })),
    }),
  );
  if (!parsed.success) throw invalidAnswer('its buckets have another form');
  const { buckets } = parsed.data;
  const asked = new Set(groups.flatMap(bucketsOf));
  const sums = new Map(buckets.map((it) => [it.bucket, unpack(it.sums)]));
  const fits = buckets.every((it) => asked.has(it.bucket)) && ascending(buckets.map((it) => it.bucket));
  const whole = [...sums.values()].every((it) => it.length === LEAVES_IN_BUCKET * SUM_BYTES);
  if (!fits || !whole) throw invalidAnswer('it names buckets that nobody asked for, or broken sums');
  return sums;
}

/** Collects what the answers to leaves say. */
class Found {
  readonly onlyHere: ReconcileElement[] = [];
  readonly onlyThere: ReconcileElement[] = [];

  get size(): number {
    return this.onlyHere.length + this.onlyThere.length;
  }

  /** @throws RECONCILE_ANSWER_INVALID for what the receiver cannot truly say of this leaf */
  take(open: OpenLeaf, answer: { leaf: number; lacks: string; has: string }): void {
    if (answer.leaf !== open.leaf) throw invalidAnswer('it answers for another leaf');
    const [lacks, has] = [unpack(answer.lacks), unpackElements(unpack(answer.has))];
    if (lacks.length % SUM_BYTES !== 0 || has === null) throw invalidAnswer('broken bytes in a leaf');
    const ours = new Map(open.elements.map((it) => [fingerprint(it), it]));
    for (const print of unpackSums(lacks)) {
      const element = ours.get(print);
      if (element === undefined || !ours.delete(print)) throw invalidAnswer('it lacks what was not named');
      this.onlyHere.push(element);
    }
    const keys = new Set([...ours.values()].map((it) => it.key));
    for (const it of has) {
      const known = keys.has(it.key) || leafOf(it.key) !== open.leaf;
      if (known) throw invalidAnswer('it has an element twice, in another leaf or equal to ours');
      keys.add(it.key);
      this.onlyThere.push(it);
    }
  }
}

async function askLeaves(batch: readonly OpenLeaf[], ask: Ask, found: Found): Promise<void> {
  let left = batch;
  while (left.length > 0 && found.size < MAX_DIFFERENCES) {
    const leaves = left.map(({ leaf, elements }) => ({
      leaf,
      prints: packSums(elements.map(fingerprint)).toString('base64'),
    }));
    const parsed = reconcileLeavesSchema.safeParse(
      await ask({ protocol: 'xinqiao/1', type: 'LEAVES', leaves }),
    );
    if (!parsed.success) throw invalidAnswer('its leaves have another form');
    const answered = parsed.data.leaves;
    if (answered.length > left.length) throw invalidAnswer('it answers for more leaves than were asked');
    for (const [place, open] of left.slice(0, answered.length).entries()) {
      const answer = answered[place];
      if (answer !== undefined) found.take(open, answer);
    }
    left = left.slice(answered.length);
  }
}

/** Leaves of a bucket in which the two sides differ. @throws RECONCILE_TOO_MANY */
function openLeaves(bucket: number, elements: readonly ReconcileElement[], theirs: Buffer): OpenLeaf[] {
  const byLeaf = Map.groupBy(elements, (it) => leafOf(it.key));
  return differingPlaces(leafSums(elements), theirs).map((place) => {
    const leaf = bucket * LEAVES_IN_BUCKET + place;
    const inside = byLeaf.get(leaf) ?? [];
    if (inside.length > MAX_LEAF_ELEMENTS) throw tooMany(leaf);
    return { leaf, elements: inside };
  });
}

/**
 * Finds the elements in which two sets differ, by turns: sums of buckets against sums of leaves, fingerprints against
 * elements. Each question and each answer is bounded, and so is what is kept.
 *
 * @param theirs the other side's sums of the 64 groups, packed
 * @throws RECONCILE_ANSWER_INVALID for an answer that breaks the protocol, RECONCILE_TOO_MANY
 */
export async function descend(ours: ComparedSet, theirs: Buffer, ask: Ask): Promise<Apart> {
  const sums = await askBuckets(ours, theirs, ask);
  const found = new Found();
  let batch: OpenLeaf[] = [];
  let prints = 0;
  let complete = true;
  for await (const [bucket, elements] of ours.read([...sums.keys()])) {
    for (const leaf of openLeaves(bucket, elements, sums.get(bucket) ?? Buffer.alloc(0))) {
      batch.push(leaf);
      prints += leaf.elements.length;
      if (prints < MAX_ASKED_PRINTS && batch.length < MAX_ASKED_LEAVES) continue;
      await askLeaves(batch, ask, found);
      [batch, prints] = [[], 0];
    }
    complete = found.size < MAX_DIFFERENCES;
    if (!complete) break;
  }
  if (complete) await askLeaves(batch, ask, found);
  return {
    onlyHere: found.onlyHere,
    onlyThere: found.onlyThere,
    complete: complete && found.size < MAX_DIFFERENCES,
  };
}
