import { isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';
import { usccParts } from '../../domain/subject/index.ts';
import { claimLease, newHolder, releaseLease } from '../leases/index.ts';
import { findUnsequenced, settleOutbox, type OutboxEntry, type RecordDocument } from '../records/index.ts';
import { changeModel, findSequenced, lastSeq, versionName } from './change-store.ts';
import type { ChangeDocument } from './change.ts';

const BATCH = 500;
const LEASE_MS = 10_000;

type Waiting = OutboxEntry & { readonly record: RecordDocument };

/** Outbox entries in the order of their commit; versions of one record never swap. */
function waitingEntries(records: readonly RecordDocument[]): Waiting[] {
  return records
    .flatMap((record) => (record.outbox ?? []).map((it) => ({ record, ...it })))
    .sort((a, b) => a.at.getTime() - b.at.getTime() || a.v - b.v || (a.n ?? 0) - (b.n ?? 0));
}

function changeOf(entry: Waiting, seq: number): ChangeDocument {
  const { record, v, n } = entry;
  const version = n === undefined ? record.versions.find((it) => it.v === v) : record.versions[n];
  if (version === undefined) throw new TypeError(`record ${record._id} has no version ${v}`);
  return {
    _id: seq,
    key: record._id,
    v,
    ...(n === undefined ? {} : { n }),
    hash: version.hash,
    operation: version.operation,
    kind: record.kind,
    dataset: record.dataset,
    subject: record.subject,
    origin: record.origin,
    receivedFrom: version.receivedFrom,
    via: version.via,
    producerRegion: record.producer.region,
    subjectRegion: usccParts(record.subject).regionCode,
    disclosureClass: version.disclosure.class,
    at: entry.at,
  };
}

/** Gives each accepted version its place in the sequence. One leader a hub; a second one waits for the lease. */
export class Sequencer {
  readonly #database: HubDatabase;
  readonly #holder = newHolder();
  #seq: { fence: number; last: number } | null = null;

  constructor(database: HubDatabase) {
    this.#database = database;
  }

  /**
   * Sequences one batch of waiting versions. A crash between the two writes is healed by the next call: a version
   * that has its place already is only settled.
   *
   * @returns versions settled; 0 when nothing waits or another process leads
   */
  async step(): Promise<number> {
    const lease = await claimLease(this.#database, 'sequencer', { holder: this.#holder, forMs: LEASE_MS });
    if (lease === null) return 0;
    const records = await findUnsequenced(this.#database, BATCH);
    if (records.length === 0) return 0;
    const entries = waitingEntries(records);
    const known = await findSequenced(
      this.#database,
      records.map((it) => it._id),
    );
    if (this.#seq?.fence !== lease.fence) {
      this.#seq = { fence: lease.fence, last: await lastSeq(this.#database) };
    }
    const fresh = entries.filter((it) => !known.has(versionName({ ...it, key: it.record._id })));
    const { last } = this.#seq;
    if (fresh.length > 0) {
      const changes = fresh.map((it, place) => changeOf(it, last + 1 + place));
      try {
        await changeModel.in(this.#database).insertMany(changes, { ordered: true });
      } catch (error) {
        this.#seq = null;
        if (isDuplicateKey(error)) return 0;
        throw error;
      }
      this.#seq = { fence: lease.fence, last: last + changes.length };
    }
    await settleOutbox(
      this.#database,
      entries.map(({ record, v, n }) => ({ key: record._id, v, n })),
    );
    return entries.length;
  }

  /** Lets another process lead at once; nothing happens where one does already. */
  async giveBack(): Promise<void> {
    await releaseLease(this.#database, { name: 'sequencer', holder: this.#holder, fence: 0 });
  }
}
