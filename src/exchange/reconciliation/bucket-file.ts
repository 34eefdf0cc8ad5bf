import {
  RECONCILE_BUCKETS,
  reconcileFileSchema,
  type ReconcileElement,
  type ReconcileFileHeader,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { canonicalJson, sha256Hex } from '../../domain/record/index.ts';
import { parseStrictJson } from '../../infra/http/index.ts';
import type { Caller } from '../partners/index.ts';
import { signDocument, verifyDocument } from '../protocol/index.ts';
import { BucketRows, ROWS_BYTES, ROW_BYTES } from './bucket-rows.ts';
import { classify, pairByKey, type Differences } from './classes.ts';
import { bucketOf, packElement, sortElements, unpackElements } from './elements.ts';
import { heldSet, owedSet, type Direction, type ElementSet } from './element-set.ts';
import { elementsIn, takeSnapshot } from './snapshot.ts';

const LINE_END = 0x0a;
const MAX_HEADER_BYTES = 65_536;

function bad(why: string, cause?: unknown): HubError {
  return new HubError('BAD_BUCKET_FILE', 'config', `the file is not usable: ${why}`, { cause });
}

function setOf(caller: Caller, partner: PartnerTerms, side: Direction): ElementSet {
  const { database, directory } = caller;
  return side === 'OWED' ? owedSet(database, directory, partner) : heldSet(database, partner.id);
}

function sidesOf(
  caller: Caller,
  partner: PartnerTerms,
  side: Direction,
): { sender: string; receiver: string } {
  const self = caller.directory.hub.id;
  return side === 'OWED' ? { sender: self, receiver: partner.id } : { sender: partner.id, receiver: self };
}

async function readElements(
  set: ElementSet,
  buckets: readonly number[],
  seq: number,
): Promise<ReconcileElement[]> {
  const elements: ReconcileElement[] = [];
  for await (const [, { members }] of set.read(buckets, seq)) {
    elements.push(...sortElements(elementsIn(members)));
  }
  return elements;
}

/**
 * Writes our set as a file for a partner without the endpoint: one line of canonical JSON with a signature, then the
 * rows of all buckets, or the elements of some.
 *
 * @param what `side`: what we owe the partner, or what we hold of it; `buckets`: those whose elements are wanted; null:
 *   the rows of all
 */
export async function writeBucketFile(
  caller: Caller,
  partner: PartnerTerms,
  what: { side: Direction; buckets: readonly number[] | null },
): Promise<Buffer> {
  const { side, buckets } = what;
  const set = setOf(caller, partner, side);
  const { seq, at, rows } = await takeSnapshot(caller.database, set);
  const wanted = [...new Set(buckets ?? [])].sort((a, b) => a - b);
  const elements = buckets === null ? [] : await readElements(set, wanted, seq);
  const body = buckets === null ? rows.bytes : Buffer.concat(elements.map(packElement));
  const header: Omit<ReconcileFileHeader, 'signature'> = {
    type: buckets === null ? 'RECONCILIATION_BUCKETS' : 'RECONCILIATION_ELEMENTS',
    protocol: 'xinqiao/1',
    ...sidesOf(caller, partner, side),
    side,
    seq,
    at,
    ...rows.total(),
    buckets: wanted,
    digest: sha256Hex(body),
  };
  const line = canonicalJson(signDocument(header, caller.signer));
  return Buffer.concat([Buffer.from(`${line}\n`, 'utf8'), body]);
}

/** A read file: its first line, and what stands behind it. */
export type BucketFile =
  | { readonly header: ReconcileFileHeader; readonly rows: BucketRows }
  | { readonly header: ReconcileFileHeader; readonly elements: readonly ReconcileElement[] };

function parseHeader(line: Buffer): ReconcileFileHeader {
  try {
    return reconcileFileSchema.parse(parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(line)));
  } catch (cause) {
    throw bad('its first line is no header of the protocol', cause);
  }
}

function rowsIn(header: ReconcileFileHeader, body: Buffer): BucketRows {
  if (body.length !== ROWS_BYTES) throw bad(`${ROWS_BYTES} bytes of rows are expected`);
  const rows = new BucketRows(body);
  const { count, sum, root } = rows.total();
  const fits = count === header.count && sum === header.sum && root === header.root;
  if (!fits) throw bad('its rows do not come to its root');
  return rows;
}

function elementsOf(header: ReconcileFileHeader, body: Buffer): ReconcileElement[] {
  const elements = unpackElements(body);
  if (elements === null) throw bad('its elements are broken');
  const wanted = new Set(header.buckets);
  const keys = new Set(elements.map((it) => it.key));
  if (keys.size !== elements.length || elements.some((it) => !wanted.has(bucketOf(it.key)))) {
    throw bad('it names a record twice, or one of another bucket');
  }
  return elements;
}

/**
 * Reads a partner's file about the same set as ours.
 *
 * @param side our side: the partner's is the other one
 * @throws BAD_BUCKET_FILE for another form, other hubs, a digest, root or signature that does not fit
 */
export async function readBucketFile(
  caller: Caller,
  partner: PartnerTerms,
  file: { bytes: Buffer; side: Direction },
): Promise<BucketFile> {
  const end = file.bytes.indexOf(LINE_END);
  if (end < 0 || end > MAX_HEADER_BYTES) throw bad('its first line does not end');
  const header = parseHeader(file.bytes.subarray(0, end));
  const body = file.bytes.subarray(end + 1);
  const { sender, receiver } = sidesOf(caller, partner, file.side);
  const theirSide = file.side === 'OWED' ? 'HELD' : 'OWED';
  if (header.sender !== sender || header.receiver !== receiver || header.side !== theirSide) {
    throw bad(`it is not what ${partner.id} says of ${sender} → ${receiver}`);
  }
  if (sha256Hex(body) !== header.digest) throw bad('its digest does not fit');
  await caller.directory.refreshKeys(caller.database);
  const key = caller.directory.findKey(partner, header.signature.keyId, Date.parse(header.at) / 1_000);
  if (key === null || !verifyDocument(header, key)) throw bad('its signature does not verify');
  return header.type === 'RECONCILIATION_BUCKETS'
    ? { header, rows: rowsIn(header, body) }
    : { header, elements: elementsOf(header, body) };
}

/** What two files, or ours and one file, differ in. */
export type FileComparison = {
  readonly equal: boolean;
  /** Buckets in which count, sum or root differ. */
  readonly buckets: readonly number[];
  /** Null until the partner's elements of those buckets are given. */
  readonly differences: Differences | null;
};

/**
 * Compares our set with a partner's files.
 *
 * @param theirs its rows, and its elements of the buckets that differ, or null
 * @throws BAD_BUCKET_FILE where the elements leave a differing bucket out
 */
export async function compareWithFile(
  caller: Caller,
  partner: PartnerTerms,
  theirs: { side: Direction; rows: BucketRows; elements: Extract<BucketFile, { elements: object }> | null },
): Promise<FileComparison> {
  const set = setOf(caller, partner, theirs.side);
  const { seq, rows } = await takeSnapshot(caller.database, set);
  const buckets = Array.from({ length: RECONCILE_BUCKETS }, (_, bucket) => bucket).filter((bucket) => {
    const row = (of: BucketRows): Buffer => of.bytes.subarray(bucket * ROW_BYTES, (bucket + 1) * ROW_BYTES);
    return !row(rows).equals(row(theirs.rows));
  });
  const equal = buckets.length === 0;
  if (theirs.elements === null) return { equal, buckets, differences: null };
  const given = new Set(theirs.elements.header.buckets);
  if (buckets.some((it) => !given.has(it))) throw bad('it leaves out a bucket that differs');
  const ours = await readElements(set, buckets, seq);
  const name = (it: ReconcileElement): string => `${it.key} ${it.v} ${it.hash}`;
  const differing = new Set(buckets);
  const there = theirs.elements.elements.filter((it) => differing.has(bucketOf(it.key)));
  const [named, known] = [new Set(ours.map(name)), new Set(there.map(name))];
  const onlyOurs = ours.filter((it) => !known.has(name(it)));
  const onlyTheirs = there.filter((it) => !named.has(name(it)));
  const owed = theirs.side === 'OWED';
  const pairs = owed
    ? pairByKey({ onlyHere: onlyOurs, onlyThere: onlyTheirs })
    : pairByKey({ onlyHere: onlyTheirs, onlyThere: onlyOurs });
  return { equal, buckets, differences: classify(pairs) };
}
