import { setTimeout as delay } from 'node:timers/promises';
import { raw, type Express } from 'express';
import { acceptanceOf, type HubParts } from '../../src/apps/hub/index.ts';
import type { AcceptPartnerRecords } from '../../src/contracts/doors/index.ts';
import {
  MAX_ENVELOPE_BYTES,
  type Envelope,
  type RecordDisposition,
  type TransportReceipt,
} from '../../src/contracts/messages/index.ts';
import { sha256Hex } from '../../src/domain/record/index.ts';
import { exchangeRouter } from '../../src/exchange/endpoints/index.ts';
import { parseEnvelope } from '../../src/exchange/inbox/index.ts';
import { verifyCaller } from '../../src/exchange/partners/index.ts';
import { signDocument } from '../../src/exchange/protocol/index.ts';
import { issueReceipt } from '../../src/exchange/receipts/index.ts';
import type { HintQueues } from '../../src/infra/queue/index.ts';
import type { RecordDocument } from '../../src/registry/records/index.ts';

/** What a variant is made of. */
export type VariantParts = {
  readonly parts: HubParts;
  readonly queues: HintQueues | null;
  readonly app: Express;
};
/** Puts a variant together; what it gives back is called once the process listens. */
export type Variant = (given: VariantParts) => () => void;

/** How long a variant stands at the seam at which the harness may kill it. */
const STALL_MS = 1_500;

/** Says that a seam is reached, and stands there. */
export async function stallAt(seam: string): Promise<void> {
  process.stdout.write(`seam ${seam}\n`);
  await delay(STALL_MS);
}

function serve(given: VariantParts, accept: AcceptPartnerRecords): void {
  const { caller, log, publicUrl } = given.parts;
  given.app.use('/exchange/v1', exchangeRouter({ caller, accept, publicUrl, log }));
}

const dispositionOf = (it: Envelope['records'][number]): RecordDisposition => {
  const { key, v, hash } = it;
  return { key, v, hash, disposition: 'stored', rule: null, retryable: false, held: null };
};

/** Receipts as the hub signs them, for an inbox that is put together otherwise. */
async function signReceipts(
  parts: HubParts,
  envelope: Envelope,
  about: { body: Buffer; records: readonly RecordDisposition[] },
): Promise<TransportReceipt> {
  const { database, directory, signer } = parts.caller;
  const receivedAt = database.clock.now().toISOString();
  const shared = {
    protocol: 'xinqiao/1' as const,
    envelopeId: envelope.id,
    envelopeDigest: sha256Hex(about.body),
    sender: envelope.sender,
    receiver: directory.hub.id,
  };
  const outcomes = about.records.map(({ key, v, hash }) => ({
    key,
    v,
    hash,
    outcome: 'accepted' as const,
    rule: null,
  }));
  await issueReceipt(
    database,
    signDocument({ ...shared, type: 'BUSINESS', decidedAt: receivedAt, records: outcomes }, signer),
  );
  return signDocument({ ...shared, type: 'TRANSPORT', receivedAt, records: [...about.records] }, signer);
}

/** Writes down the last receipt of a message, whatever stood there. */
async function overwriteReceipt(
  parts: HubParts,
  envelope: Envelope,
  receipt: TransportReceipt,
): Promise<void> {
  const row = { partner: envelope.sender, messageId: envelope.id, digest: receipt.envelopeDigest, receipt };
  await parts.database.connection
    .collection<{ _id: string }>('inbox')
    .updateOne({ _id: `${envelope.sender}|${envelope.id}` }, { $set: row }, { upsert: true });
}

type TakeInVariant = (parts: HubParts, envelope: Envelope, body: Buffer) => Promise<TransportReceipt>;

/** A receiver with a door for envelopes of its own; everything else is the hub's. */
function withDoor(takeIn: TakeInVariant): Variant {
  return (given) => {
    const { parts, app } = given;
    const { caller, publicUrl } = parts;
    app.post(
      '/exchange/v1/envelopes',
      raw({ type: () => true, limit: MAX_ENVELOPE_BYTES }),
      (request, response) => {
        const body = request.body as Buffer;
        const fields = Object.fromEntries(
          Object.entries(request.headers).map(([name, it]) => [name, String(it)]),
        );
        verifyCaller(caller, { method: 'POST', path: request.originalUrl, body, fields }, publicUrl)
          .then(({ partner, idempotencyKey: id }) =>
            takeIn(
              parts,
              parseEnvelope(body, { sender: partner.id, receiver: caller.directory.hub.id, id }),
              body,
            ),
          )
          .then(
            (receipt) => response.status(200).json(receipt),
            () => response.status(503).set('retry-after', '1').json({ code: 'DEFECT' }),
          );
      },
    );
    serve(given, acceptanceOf(parts));
    return () => undefined;
  };
}

/** Appends each version without a look at what is held: no compare-and-set, no version order. */
function appendBlindly(parts: HubParts): AcceptPartnerRecords {
  const records = parts.database.connection.collection<RecordDocument>('records');
  return async (wire, from) => {
    const now = parts.database.clock.now();
    for (const it of wire) {
      const [dataset = ''] = it.dataset.split('@');
      const {
        v,
        hash,
        operation,
        kind,
        itemCode,
        subject,
        producer,
        origin,
        replaces,
        decidedOn,
        validUntil,
      } = it;
      const provenance = { ...it.provenance, row: null, message: from.messageId };
      const version = {
        ...it,
        datasetVersion: 1,
        knownFrom: now,
        knownUntil: null,
        receivedFrom: from.partner,
        provenance,
      };
      await records.updateOne(
        { _id: it.key },
        {
          $setOnInsert: { kind, dataset, itemCode, subject: subject.uscc, producer, origin, replaces },
          $set: { head: { v, hash, operation, decidedOn, validUntil } },
          $push: { versions: version as never, outbox: { v, at: now } },
        },
        { upsert: true },
      );
    }
    return wire.map(dispositionOf);
  };
}

/** A door that stands still between the effect and the receipt. */
function stalling(accept: AcceptPartnerRecords): AcceptPartnerRecords {
  return async (records, from) => {
    const answered = await accept(records, from);
    await stallAt('after-effect');
    return answered;
  };
}

/** Hubs that take envelopes in, each with one part changed. */
export const RECEIVERS: Readonly<Record<string, Variant>> = {
  /** Everything in place; stands still between effect and receipt, so that it can be killed there. */
  'whole-receiver': (given) => {
    serve(given, stalling(acceptanceOf(given.parts)));
    return () => undefined;
  },
  /** Records without compare-and-set on their version. */
  'no-compare': (given) => {
    serve(given, stalling(appendBlindly(given.parts)));
    return () => undefined;
  },
  /** No claim on the message and no stored receipt that is answered again. */
  'no-inbox': withDoor(async (parts, envelope, body) => {
    const records = await acceptanceOf(parts)(envelope.records, {
      partner: envelope.sender,
      messageId: envelope.id,
    });
    const receipt = await signReceipts(parts, envelope, { body, records });
    await overwriteReceipt(parts, envelope, receipt);
    return receipt;
  }),
  /** The receipt goes out before the effect is committed. */
  'early-receipt': withDoor(async (parts, envelope, body) => {
    const receipt = await signReceipts(parts, envelope, {
      body,
      records: envelope.records.map(dispositionOf),
    });
    await overwriteReceipt(parts, envelope, receipt);
    void stallAt('before-effect').then(() =>
      acceptanceOf(parts)(envelope.records, { partner: envelope.sender, messageId: envelope.id }),
    );
    return receipt;
  }),
};
