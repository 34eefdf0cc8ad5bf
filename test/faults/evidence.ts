import { MongoClient, type Db } from 'mongodb';
import type { BusinessReceipt, TransportReceipt } from '../../src/contracts/messages/index.ts';

/** States of a delivery that nothing follows by itself. */
export const ENDED_STATES = ['accepted', 'rejected', 'superseded', 'dead'] as const;
/** The one state of an envelope that owes nothing: it was answered, and the answer carried to its deliveries. */
const ENDED_ENVELOPE = 'closed';

/** A version as a hub holds it. */
export type HeldVersion = {
  readonly v: number;
  readonly hash: string;
  /** Milliseconds since 1970, by the database's clock. */
  readonly knownFrom: number;
};

/** One record of a hub: its versions in the order in which they stand there. */
export type HeldRecord = {
  readonly key: string;
  readonly versions: readonly HeldVersion[];
  /** Accepted versions without a place in the sequence. */
  readonly waiting: number;
};

/** Everything that a hub holds, read from its database by an observer outside the hub. */
export type HubEvidence = {
  readonly hub: string;
  readonly records: readonly HeldRecord[];
  readonly changes: readonly { readonly seq: number; readonly key: string; readonly v: number }[];
  readonly inbox: readonly { readonly messageId: string; readonly receipt: TransportReceipt | null }[];
  readonly business: readonly BusinessReceipt[];
  readonly deliveries: readonly {
    readonly partner: string;
    readonly key: string;
    readonly v: number;
    readonly state: string;
    readonly disposition: string | null;
    readonly envelope: string | null;
  }[];
  readonly envelopes: readonly {
    readonly id: string;
    readonly partner: string;
    readonly state: string;
    readonly receipt: TransportReceipt | null;
  }[];
};

type RecordRow = {
  _id: string;
  versions: { v: number; hash: string; knownFrom: Date }[];
  outbox?: unknown[];
};

async function readRecords(db: Db): Promise<HeldRecord[]> {
  const rows = await db
    .collection<RecordRow>('records')
    .find({}, { projection: { versions: 1, outbox: 1 } })
    .toArray();
  return rows.map((row) => ({
    key: row._id,
    waiting: row.outbox?.length ?? 0,
    versions: row.versions.map(({ v, hash, knownFrom }) => ({
      v,
      hash,
      knownFrom: knownFrom.getTime(),
    })),
  }));
}

/** Reads what one hub holds. */
async function readHub(db: Db, hub: string): Promise<HubEvidence> {
  type Inbox = { messageId: string; receipt: TransportReceipt | null };
  type Delivery = HubEvidence['deliveries'][number];
  type Envelope = { _id: string; partner: string; state: string; receipt: TransportReceipt | null };
  const changes = await db
    .collection<{ _id: number; key: string; v: number }>('changes')
    .find()
    .sort({ _id: 1 })
    .toArray();
  const inbox = await db.collection<Inbox>('inbox').find().toArray();
  const business = await db.collection<{ receipt: BusinessReceipt }>('business_receipts').find().toArray();
  const deliveries = await db.collection<Delivery>('deliveries').find().toArray();
  const envelopes = await db
    .collection<Envelope>('envelopes')
    .find({}, { projection: { body: 0 } })
    .toArray();
  return {
    hub,
    records: await readRecords(db),
    changes: changes.map(({ _id, key, v }) => ({ seq: _id, key, v })),
    inbox: inbox.map(({ messageId, receipt }) => ({ messageId, receipt })),
    business: business.map((it) => it.receipt),
    deliveries,
    envelopes: envelopes.map(({ _id, partner, state, receipt }) => ({ id: _id, partner, state, receipt })),
  };
}

/** What has not come to its end at a hub. Cheap enough to be asked while everything runs. */
async function countOpen(db: Db): Promise<number> {
  const [waiting, pending, envelopes, cursor, last] = await Promise.all([
    db.collection('records').countDocuments({ 'outbox.at': { $exists: true } }),
    db.collection('deliveries').countDocuments({ state: { $nin: [...ENDED_STATES] } }),
    db.collection('envelopes').countDocuments({ state: { $ne: ENDED_ENVELOPE } }),
    db.collection<{ _id: string; at: number }>('cursors').findOne({ _id: 'relay' }),
    db.collection<{ _id: number }>('changes').find().sort({ _id: -1 }).limit(1).next(),
  ]);
  return waiting + pending + envelopes + Math.max(0, (last?._id ?? 0) - (cursor?.at ?? 0));
}

/** Reads the databases of hubs with the driver alone: no code of the hubs stands between. */
export class Observer {
  readonly #client: MongoClient;

  constructor(uri: string) {
    this.#client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
  }

  /** Everything one hub holds. */
  read(database: string, hub: string): Promise<HubEvidence> {
    return readHub(this.#client.db(database), hub);
  }

  /** Versions and deliveries of a hub without an end. */
  countOpen(database: string): Promise<number> {
    return countOpen(this.#client.db(database));
  }

  /** Lets the leases of messages run out at once, as a minute's stall does. */
  async ageInboxLeases(database: string): Promise<void> {
    const past = new Date(Date.now() - 1_000);
    await this.#client
      .db(database)
      .collection('inbox')
      .updateMany({ receipt: null }, { $set: { leaseUntil: past } });
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#client.close();
  }
}
