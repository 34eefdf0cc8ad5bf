import { hash } from 'node:crypto';
import { RECONCILE_BUCKETS } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { listChangesOf, listChangesOfKeys, type ChangeDocument } from '../../registry/changes/index.ts';
import {
  listOutlinesOf,
  listOutlinesOfKeys,
  streamOutlines,
  type RecordOutline,
} from '../../registry/records/index.ts';
import {
  listStandingsOf,
  listStandingsOfKeys,
  streamInStates,
  type DeliveryStanding,
} from '../delivery/index.ts';
import type { PartnerDirectory } from '../partners/index.ts';
import { bucketOf } from './elements.ts';
import {
  EXCEPTIONAL_STATES,
  heldMember,
  owedMember,
  standingOf,
  strayMember,
  verifiedMember,
  type Member,
} from './owed-records.ts';

/** Whose set: what we owe a partner, or what we hold that came from it. */
export type Direction = 'OWED' | 'HELD';

/** What stands in one bucket. */
export type BucketContent = {
  readonly members: readonly Member[];
  /** Sum over the exceptional deliveries that the members were made of. */
  readonly exceptions: bigint;
};

/** A set of elements as the stores give it, bucket by bucket. */
export type ElementSet = {
  readonly partner: string;
  readonly direction: Direction;
  /** Digest of what decides about the set beside the data: another one makes every cached sum void. */
  readonly terms: string;
  /** Sums over the exceptional deliveries by bucket: where one differs, the bucket changed without a change. */
  exceptions(): Promise<BigUint64Array>;
  /** Reads buckets, ascending, in few steps; versions after a position do not count. */
  read(buckets: readonly number[], throughSeq: number): AsyncIterable<readonly [number, BucketContent]>;
  /** The members under these keys that exist. */
  find(keys: readonly string[]): Promise<Map<string, Member>>;
};

const MOST_AT_ONCE = 16;
const NEAR = 4;
const BEHIND_ALL = 'g';
const hex = (bucket: number): string => bucket.toString(16).padStart(3, '0');

/** Buckets that are read in one step: near each other, at most sixteen wide. What lies between is read in vain. */
function runsOf(buckets: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const bucket of buckets) {
    const run = runs.at(-1);
    const [first = bucket, last = bucket] = [run?.[0], run?.at(-1)];
    if (run !== undefined && bucket - last <= NEAR && bucket - first < MOST_AT_ONCE) run.push(bucket);
    else runs.push([bucket]);
  }
  return runs;
}

function rangeOf(run: readonly number[]): { from: string; to: string } {
  const [first = 0, last = first] = [run[0], run.at(-1)];
  return { from: hex(first), to: last + 1 === RECONCILE_BUCKETS ? BEHIND_ALL : hex(last + 1) };
}

/** Fingerprint of a delivery that is an exception, 0 of every other. */
function exceptionOf(delivery: DeliveryStanding): bigint {
  if (standingOf(delivery, delivery.hash) === 'settled') return 0n;
  const { key, v, state, hash: sent } = delivery;
  return hash('sha256', `${key} ${v} ${state} ${sent}`, 'buffer').readBigUInt64BE(0);
}

type KeyRange = { readonly from: string; readonly to: string };

/** How the members of a set are made of what the stores hold. */
type Making = {
  readonly database: HubDatabase;
  deliveries(keys: KeyRange): Promise<DeliveryStanding[]>;
  member(versions: readonly ChangeDocument[], deliveries: readonly DeliveryStanding[]): Member;
  stray(record: RecordOutline): Member | null;
};

/** Gives the records of one range after another; each range begins behind the one before. */
type OutlineReader = (keys: KeyRange) => Promise<RecordOutline[]>;

/** For all buckets: one pass over the records in the order of their keys. */
function streamingReader(database: HubDatabase): OutlineReader {
  const stream = streamOutlines(database);
  let ahead: RecordOutline | null = null;
  return async ({ to }) => {
    const found: RecordOutline[] = [];
    for (;;) {
      if (ahead === null) {
        const next = await stream.next();
        if (next.done === true) return found;
        ahead = next.value;
      }
      if (ahead._id >= to) return found;
      found.push(ahead);
      ahead = null;
    }
  };
}

function outlineReader(database: HubDatabase, buckets: readonly number[]): OutlineReader {
  return buckets.length === RECONCILE_BUCKETS
    ? streamingReader(database)
    : (keys) => listOutlinesOfKeys(database, keys);
}

/** The members of what was read of some keys. */
function membersOf(
  making: Making,
  read: {
    changes: readonly ChangeDocument[];
    deliveries: readonly DeliveryStanding[];
    records: readonly RecordOutline[];
  },
): Member[] {
  const versions = Map.groupBy(read.changes, (it) => it.key);
  const sent = Map.groupBy(read.deliveries, (it) => it.key);
  const records = new Map(read.records.map((it) => [it._id, it]));
  const keys = new Set([...versions.keys(), ...records.keys()]);
  return [...keys].flatMap((key) => {
    const known = versions.get(key);
    const member = known === undefined ? null : making.member(known, sent.get(key) ?? []);
    return verifiedMember(member, records.get(key) ?? null, (it) => making.stray(it)) ?? [];
  });
}

async function* readBuckets(
  making: Making,
  buckets: readonly number[],
  throughSeq: number,
): AsyncGenerator<readonly [number, BucketContent]> {
  const outlines = outlineReader(making.database, buckets);
  for (const run of runsOf(buckets)) {
    const range = rangeOf(run);
    const [all, deliveries, records] = await Promise.all([
      listChangesOfKeys(making.database, range),
      making.deliveries(range),
      outlines(range),
    ]);
    // A record whose versions all stand behind the position is none yet, and no stray one.
    const later = new Set(all.filter((it) => it._id > throughSeq).map((it) => it.key));
    const changes = all.filter((it) => it._id <= throughSeq);
    const sequenced = new Set(changes.map((it) => it.key));
    const known = records.filter((it) => sequenced.has(it._id) || !later.has(it._id));
    const members = Map.groupBy(membersOf(making, { changes, deliveries, records: known }), (it) =>
      bucketOf(it.key),
    );
    const sent = Map.groupBy(deliveries, (it) => bucketOf(it.key));
    for (const bucket of run) {
      const exceptions = (sent.get(bucket) ?? []).reduce((sum, it) => sum + exceptionOf(it), 0n);
      yield [bucket, { members: members.get(bucket) ?? [], exceptions: BigInt.asUintN(64, exceptions) }];
    }
  }
}

async function findMembers(
  making: Making,
  keys: readonly string[],
  deliveries: readonly DeliveryStanding[],
): Promise<Map<string, Member>> {
  const { database } = making;
  const [changes, records] = await Promise.all([
    listChangesOf(database, keys),
    listOutlinesOf(database, keys),
  ]);
  return new Map(membersOf(making, { changes, deliveries, records }).map((it) => [it.key, it]));
}

async function exceptionsOf(database: HubDatabase, partner: string): Promise<BigUint64Array> {
  const sums = new BigUint64Array(RECONCILE_BUCKETS);
  for await (const it of streamInStates(database, partner, EXCEPTIONAL_STATES)) {
    const bucket = bucketOf(it.key);
    sums[bucket] = (sums[bucket] ?? 0n) + exceptionOf(it);
  }
  return sums;
}

/** What we owe a partner, by the sequence of changes, its route and what became of its deliveries. */
export function owedSet(
  database: HubDatabase,
  directory: PartnerDirectory,
  partner: PartnerTerms,
): ElementSet {
  const terms = { route: directory.routeOf(partner), self: directory.self() };
  const making: Making = {
    database,
    deliveries: (keys) => listStandingsOfKeys(database, partner.id, keys),
    member: (versions, deliveries) => owedMember(versions, deliveries, terms),
    // What no sequence names was never given to anybody.
    stray: () => null,
  };
  return {
    partner: partner.id,
    direction: 'OWED',
    terms: sha256Hex(JSON.stringify(terms)),
    exceptions: () => exceptionsOf(database, partner.id),
    read: (buckets, throughSeq) => readBuckets(making, buckets, throughSeq),
    find: async (keys) => findMembers(making, keys, await listStandingsOf(database, partner.id, keys)),
  };
}

/** What we hold that came from a partner, by the sequence of changes and the records that are there. */
export function heldSet(database: HubDatabase, partner: string): ElementSet {
  const making: Making = {
    database,
    deliveries: () => Promise.resolve([]),
    member: (versions) => heldMember(versions, partner),
    stray: (record) => strayMember(record, partner),
  };
  return {
    partner,
    direction: 'HELD',
    terms: partner,
    exceptions: () => Promise.resolve(new BigUint64Array(RECONCILE_BUCKETS)),
    read: (buckets, throughSeq) => readBuckets(making, buckets, throughSeq),
    find: (keys) => findMembers(making, keys, []),
  };
}
