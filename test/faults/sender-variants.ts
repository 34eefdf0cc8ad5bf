import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { drainPartner, isDue } from '../../src/exchange/delivery/index.ts';
import { collectReceipts } from '../../src/exchange/receipts/index.ts';
import { Relay } from '../../src/exchange/relay/index.ts';
import type { PartnerTerms } from '../../src/contracts/manifests/index.ts';
import { usccParts } from '../../src/domain/subject/index.ts';
import { changeModel, lastSeq, Sequencer, type ChangeDocument } from '../../src/registry/changes/index.ts';
import { findUnsequenced, settleOutbox } from '../../src/registry/records/index.ts';
import type { HubParts } from '../../src/apps/hub/index.ts';
import { stallAt, type Variant } from './receiver-variants.ts';

const SWEEP_MS = 200;

function connectionOf(parts: HubParts): { host: string; port: number; maxRetriesPerRequest: null } {
  const { hostname, port } = new URL(parts.config.redisUrl ?? '');
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

function parentOf(parts: HubParts): PartnerTerms {
  const parent = parts.hub.partners.find((it) => it.relation === 'PARENT');
  if (parent === undefined) throw new Error('a sender needs a parent');
  return parent;
}

/** Runs a step again and again; a step that fails is repeated. */
async function forever(step: () => Promise<unknown>): Promise<never> {
  for (;;) {
    await step().catch(() => undefined);
    await delay(SWEEP_MS);
  }
}

/** Drains, and fails where something due is left, so that the queue's own retries are what goes on with it. */
async function drainOrFail(parts: HubParts): Promise<void> {
  const partner = parentOf(parts);
  const { caller, log } = parts;
  const untouched = await openOf(parts);
  await drainPartner({ caller, partner, log, random: () => 0 });
  await collectReceipts(caller, partner);
  const left = await openOf(parts);
  if (left > 0) throw new Error(`${left} of ${untouched} deliveries are left`);
}

function openOf(parts: HubParts): Promise<number> {
  return parts.database.connection
    .collection('deliveries')
    .countDocuments({ state: { $in: ['pending', 'packed'] } });
}

/** Sequencer and relay as they are; the deliveries are woken by `hint` after each batch. */
function sequenceAndRelay(parts: HubParts, hint: (relayed: number) => Promise<unknown>): void {
  const sequencer = new Sequencer(parts.database);
  const relay = new Relay(parts.database, parts.caller.directory);
  void forever(async () => {
    await sequencer.step();
    await hint(await relay.step());
  });
}

/** A queue of hints in Redis, and a worker of its own that drains at each. */
function openHints(parts: HubParts): Queue {
  const options = { connection: connectionOf(parts), prefix: parts.config.redisPrefix };
  const queue = new Queue('hints', options);
  const worker = new Worker('hints', () => drainOrFail(parts), { ...options, maxStalledCount: 1_000 });
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  return queue;
}

/** Deliveries live in Redis alone: one job a batch with the queue's retries, and no sweep that looks for what is due. */
const noSweep: Variant = ({ parts }) => {
  return () => {
    const queue = openHints(parts);
    const retries = { attempts: 1_000, backoff: { type: 'fixed', delay: 300 }, removeOnComplete: true };
    sequenceAndRelay(parts, async (relayed) => {
      if (relayed > 0) await queue.add('drain', {}, retries);
    });
  };
};

/** The sweep hints each round under one id, and a job that failed is kept: its id stays taken. */
const keptFailed: Variant = ({ parts }) => {
  const { caller } = parts;
  return () => {
    const queue = openHints(parts);
    sequenceAndRelay(parts, async () => {
      const due = await isDue({ caller, partner: parentOf(parts) });
      if (due)
        await queue.add('drain', {}, { jobId: 'drain-0', removeOnComplete: true, removeOnFail: false });
    });
  };
};

type Waiting = { record: Awaited<ReturnType<typeof findUnsequenced>>[number]; v: number; at: Date };

function changeOf({ record, v, at }: Waiting, seq: number): ChangeDocument {
  const version = record.versions.find((it) => it.v === v);
  if (version === undefined) throw new TypeError('an outbox entry without its version');
  const { kind, dataset, subject, origin } = record;
  return {
    ...{
      _id: seq,
      key: record._id,
      v,
      hash: version.hash,
      operation: version.operation,
      kind,
      dataset,
      subject,
    },
    ...{
      origin,
      receivedFrom: version.receivedFrom,
      via: version.via,
      producerRegion: record.producer.region,
    },
    ...{ subjectRegion: usccParts(subject).regionCode, disclosureClass: version.disclosure.class, at },
  };
}

/** A sequencer that settles the outbox and appends the changes in the order given, and stands still in between. */
function sequencerOf(first: 'append' | 'settle'): Variant {
  return ({ parts: { database } }) =>
    () => {
      void forever(async () => {
        const records = await findUnsequenced(database, 500);
        const waiting = records.flatMap((record) => (record.outbox ?? []).map((it) => ({ record, ...it })));
        if (waiting.length === 0) return;
        const settle = () =>
          settleOutbox(
            database,
            waiting.map((it) => ({ key: it.record._id, v: it.v })),
          );
        const last = await lastSeq(database);
        const append = () =>
          changeModel.in(database).insertMany(waiting.map((it, at) => changeOf(it, last + 1 + at)));
        const steps = first === 'append' ? [append, settle] : [settle, append];
        await steps[0]?.();
        await stallAt('between-writes');
        await steps[1]?.();
      });
    };
}

/** Hubs that send, each with one part changed. */
export const SENDERS: Readonly<Record<string, Variant>> = {
  'no-sweep': noSweep,
  'kept-failed': keptFailed,
  /** Everything in place; stands still between the two writes of the sequencer. */
  'whole-sequencer': sequencerOf('append'),
  'early-settle': sequencerOf('settle'),
};
