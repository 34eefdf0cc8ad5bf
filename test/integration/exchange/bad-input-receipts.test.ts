import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHub, type RunningHub } from '../../../src/apps/hub/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import type { Envelope } from '../../../src/contracts/messages/index.ts';
import { signDocument } from '../../../src/exchange/protocol/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { auditCodes, dump, envelopeOf, post, recordOf, send, type Calling } from './bad-input-calls.ts';

let world: HubWorld;
let zibo: RunningHub;
let pulled: { envelope: Envelope; digest: string };

const takingFromShandong = (file: HubFile): HubFile => ({
  ...file,
  partners: file.partners.map((it) =>
    it.id === 'shandong' ? { ...it, sends: { kinds: 'ALL', producerRegions: ['370000'] } } : it,
  ),
});

beforeAll(async () => {
  world = await makeHubWorld();
  zibo = await startHub(world.configOf('zibo', takingFromShandong), ['exchange', 'worker']);
  const records = ['r1', 'r2'].map((it) => recordOf(it, { origin: 'shandong', via: ['shandong'] }));
  const sender = { from: 'shandong', sender: 'shandong' } as const;
  await send(world, envelopeOf(records, { sender: 'shandong' }), sender);
  await eventually('both records can be pulled', async () => {
    const asked = '{"protocol":"xinqiao/1","puller":"zhoucun","afterSeq":0}';
    const { body } = await post(world, asked, { path: '/pull', messageId: 'pull-0' });
    if (typeof body['envelope'] !== 'string') return false;
    pulled = { envelope: JSON.parse(body['envelope']) as Envelope, digest: String(body['digest']) };
    return pulled.envelope.records.length === 2;
  });
});
afterAll(() => zibo.close());

const LONG_AGO = '2026-01-12T01:00:00.000Z';

type Line = { key: string; v: number; hash: string };
type Change = {
  transport?: object;
  business?: object | null;
  signedBy?: 'zhoucun' | 'shandong';
  after?: object;
};

/** A return of receipts as `zhoucun` would send it, changed before its signature (or `after` it). */
function returnOf({ transport = {}, business = {}, signedBy = 'zhoucun', after = {} }: Change = {}): string {
  const { envelope, digest } = pulled;
  const signer = signerOf(createPrivateKey(readFileSync(world.keyFiles[signedBy], 'utf8')), 'k1');
  const lines = envelope.records.map(({ key, v, hash }): Line => ({ key, v, hash }));
  const common = {
    protocol: 'xinqiao/1',
    envelopeId: envelope.id,
    envelopeDigest: digest,
    sender: 'zibo',
    receiver: 'zhoucun',
  };
  const at = new Date().toISOString();
  const ends = lines.map((it) => ({
    ...it,
    disposition: 'stored',
    rule: null,
    retryable: false,
    held: null,
  }));
  const words = lines.map((it) => ({ ...it, outcome: 'accepted', rule: null }));
  const first = { type: 'TRANSPORT', ...common, receivedAt: at, records: ends, ...transport };
  const second = { type: 'BUSINESS', ...common, decidedAt: at, records: words, ...business };
  return JSON.stringify({
    protocol: 'xinqiao/1',
    type: 'RETURN',
    transport: { ...signDocument(first, signer), ...after },
    business: business === null ? null : signDocument(second, signer),
  });
}

/** What the hub knows of its envelopes and deliveries. */
async function outgoing(): Promise<string[]> {
  const { envelopes = [], deliveries = [] } = await dump(zibo);
  return [...envelopes, ...deliveries];
}

async function expectRefused(content: string, code: string, how: Calling = {}): Promise<void> {
  const [before, noted] = [await outgoing(), (await auditCodes(zibo)).length];
  const answer = await post(world, content, { path: '/receipts', messageId: 'return', ...how });
  expect([answer.status, answer.body['code']]).toEqual([400, code]);
  expect((await auditCodes(zibo)).slice(noted)).toEqual([`ENVELOPE_REFUSED ${code}`]);
  expect(await outgoing()).toEqual(before);
}

describe('a receipt that is returned', () => {
  it('is refused, noted once and without effect when it is for an unknown envelope', async () => {
    await expectRefused(returnOf({ transport: { envelopeId: 'none' } }), 'RECEIPT_UNKNOWN');
  });

  it("is refused, noted once and without effect when it is for another platform's envelope", async () => {
    const stranger = { from: 'shandong', sender: 'shandong' } as const;
    await expectRefused(returnOf({ signedBy: 'shandong' }), 'RECEIPT_UNKNOWN', stranger);
  });

  it('is refused, noted once and without effect when it has no signature', async () => {
    const { signature, ...bare } = (JSON.parse(returnOf()) as { transport: Record<string, unknown> })
      .transport;
    expect(signature).toBeDefined();
    const content = { protocol: 'xinqiao/1', type: 'RETURN', transport: bare, business: null };
    await expectRefused(JSON.stringify(content), 'BAD_REQUEST');
  });

  it.each<[string, () => string]>([
    ['its digest differs', () => returnOf({ transport: { envelopeDigest: 'c'.repeat(64) }, business: null })],
    ['it does not name every record', () => returnOf({ transport: { records: [] }, business: null })],
    ['it names another sender', () => returnOf({ transport: { sender: 'shandong' }, business: null })],
    ['another platform signed it', () => returnOf({ signedBy: 'shandong', business: null })],
    ['it is of long ago', () => returnOf({ transport: { receivedAt: LONG_AGO }, business: null })],
    ['its business part is of long ago', () => returnOf({ business: { decidedAt: LONG_AGO } })],
    [
      'it was changed after it was signed',
      () => returnOf({ after: { receivedAt: '2026-11-01T00:00:00.000Z' } }),
    ],
  ])('has no effect when %s', async (_, content) => {
    const before = await outgoing();
    const answer = await post(world, content(), { path: '/receipts', messageId: 'return' });
    expect(answer.body['code']).toBe('RECEIPT_INVALID');
    expect(await outgoing()).toEqual(before);
  });
});

describe('sound receipts', () => {
  it('are taken, once they come, and the same again change nothing', async () => {
    const content = returnOf();
    const first = await post(world, content, { path: '/receipts', messageId: pulled.envelope.id });
    expect([first.status, first.body]).toEqual([200, { protocol: 'xinqiao/1' }]);
    const before = await outgoing();
    expect(before.filter((it) => it.includes('"state":"accepted"'))).toHaveLength(2);
    const again = await post(world, content, { path: '/receipts', messageId: pulled.envelope.id });
    expect(again.status).toBe(200);
    expect(await outgoing()).toEqual(before);
  });
});
