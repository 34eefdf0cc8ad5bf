import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptanceOf } from '../../../src/apps/hub/index.ts';
import type { AcceptPartnerRecords } from '../../../src/contracts/doors/index.ts';
import type { TransportReceipt } from '../../../src/contracts/messages/index.ts';
import { bodyOf, recordsOf, wireRecordsOf } from '../../../src/exchange/delivery/index.ts';
import { inboxModel, renewClaim, takeIn, type TakeIn } from '../../../src/exchange/inbox/index.ts';
import { verifyDocument } from '../../../src/exchange/protocol/index.ts';
import { issuedReceiptModel } from '../../../src/exchange/receipts/index.ts';
import { findRecords } from '../../../src/registry/records/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

let pair: DeliveryPair;

beforeAll(async () => {
  pair = await openDeliveryPair();
});
afterAll(() => pair.close());

const RECORDS = 500;
const DIES_AT = 200;

/** An envelope of the district's with so many new records. */
async function envelopeOf(
  prefix: string,
  records: number,
): Promise<{ id: string; body: Uint8Array; keys: string[] }> {
  const keys = await pair.owe(...Array.from({ length: records }, (_, at) => `${prefix}-${at}`));
  const versions = keys.map((key) => ({ key, v: 1, sends: 'VERSION' as const }));
  const documents = await recordsOf(pair.zhoucun.database, versions);
  const wire = wireRecordsOf(documents, versions, 'zhoucun').records;
  const id = randomUUID();
  const facts = { id, sender: 'zhoucun', receiver: 'zibo', sentAt: new Date().toISOString(), records: wire };
  return { id, body: new TextEncoder().encode(bodyOf(facts).body), keys };
}

/** The city's way to take a message in; `accept` may be another one. */
const receive = (
  message: { id: string; body: Uint8Array },
  accept?: AcceptPartnerRecords,
): Promise<TransportReceipt> => {
  const { parts } = pair.zibo;
  const work: TakeIn = { caller: parts.caller, accept: accept ?? acceptanceOf(parts) };
  const partner = parts.caller.directory.get('zhoucun');
  return takeIn(work, partner, { body: message.body, messageId: message.id });
};

/** Takes the first records in for good and dies. */
const dying: AcceptPartnerRecords = async (records, from) => {
  await acceptanceOf(pair.zibo.parts)(records.slice(0, DIES_AT), from);
  throw new Error('killed');
};

const leaseIsOver = (id: string) =>
  inboxModel
    .in(pair.zibo.parts.database)
    .updateOne({ messageId: id }, { $set: { leaseUntil: new Date(Date.now() - 1_000) } });

/** How many versions the city holds of each record, as the set of those counts. */
async function versionCounts(keys: readonly string[]): Promise<Set<number>> {
  const held = await findRecords(pair.zibo.parts.database, keys);
  expect(held).toHaveLength(keys.length);
  return new Set(held.map((it) => it.versions.length));
}

describe(`a receiver that dies at record ${DIES_AT} of ${RECORDS}`, () => {
  it('answers nobody while its lease lives, and lets a resend take over afterwards', async () => {
    const message = await envelopeOf('午', RECORDS);
    await expect(receive(message, dying)).rejects.toThrow('killed');
    await expect(receive(message)).rejects.toMatchObject({ code: 'MESSAGE_IN_PROGRESS' });
    await leaseIsOver(message.id);
    const receipt = await receive(message);
    expect(new Set(receipt.records.map((it) => it.disposition))).toEqual(new Set(['stored']));
    expect([receipt.records.length, await versionCounts(message.keys)]).toEqual([RECORDS, new Set([1])]);
  });

  it('gives one true receipt of each kind, however often it is asked', async () => {
    const message = await envelopeOf('未', 20);
    await expect(receive(message, dying)).rejects.toThrow('killed');
    await leaseIsOver(message.id);
    const receipts = [await receive(message), await receive(message), await receive(message)];
    expect(new Set(receipts.map((it) => it.signature.value)).size).toBe(1);
    expect(pair.zibo.parts.caller.counts.read('duplicate_messages').get('zhoucun')).toBe(2);
    const [first] = receipts;
    const key = pair.zhoucun.caller.directory.get('zibo').keys[0];
    expect(first && key && verifyDocument(first, key.publicKey)).toBe(true);
    const issued = await issuedReceiptModel
      .in(pair.zibo.parts.database)
      .find({ _id: `zhoucun|${message.id}` })
      .toArray();
    expect(issued).toHaveLength(1);
  });

  it('lets the first of two takers that both wake up write the receipt', async () => {
    const message = await envelopeOf('申', 20);
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const sleeping = receive(message, async (records, from) => {
      await asleep;
      return acceptanceOf(pair.zibo.parts)(records, from);
    });
    while ((await inboxModel.in(pair.zibo.parts.database).countDocuments({ messageId: message.id })) === 0);
    await leaseIsOver(message.id);
    const taken = await receive(message);
    wake();
    const { counts } = pair.zibo.parts.caller;
    const [late, again] = ['stale_fences', 'duplicate_records'] as const;
    const before = [late, again].map((it) => counts.read(it).get('zhoucun') ?? 0);
    expect((await sleeping).signature.value).toBe(taken.signature.value);
    expect([late, again].map((it) => counts.read(it).get('zhoucun') ?? 0)).toEqual([
      (before[0] ?? 0) + 1,
      before[1],
    ]);
    expect(await versionCounts(message.keys)).toEqual(new Set([1]));
  });

  it('keeps a message for a taker that renews its claim, and not for one that was overtaken', async () => {
    const message = await envelopeOf('戌', 2);
    await expect(receive(message, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    const { database } = pair.zibo.parts;
    const named = { partner: 'zhoucun', messageId: message.id };
    await leaseIsOver(message.id);
    await renewClaim(database, named, 2);
    await expect(receive(message, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    await leaseIsOver(message.id);
    await renewClaim(database, named, 2);
    await expect(receive(message)).rejects.toMatchObject({ code: 'MESSAGE_IN_PROGRESS' });
  });

  it('gives a hundred resends at once the same answer or none, and one effect', async () => {
    const message = await envelopeOf('酉', 5);
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => receive(message)));
    const receipts = answers.flatMap((it) => (it.status === 'fulfilled' ? [it.value.signature.value] : []));
    const refusals = answers.flatMap((it) =>
      it.status === 'rejected' ? [(it.reason as { code: string }).code] : [],
    );
    expect([
      new Set(receipts).size,
      [...new Set(refusals)].every((it) => it === 'MESSAGE_IN_PROGRESS'),
    ]).toEqual([1, true]);
    expect(await versionCounts(message.keys)).toEqual(new Set([1]));
  });
});
