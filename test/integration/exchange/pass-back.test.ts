import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  HoldingStatement,
  PassedBack,
  TransportReceipt,
  Unsigned,
} from '../../../src/contracts/messages/index.ts';
import { startHub, type HubParts, type RunningHub } from '../../../src/apps/hub/index.ts';
import { deliveryModel } from '../../../src/exchange/delivery/index.ts';
import {
  holdingModel,
  listHolders,
  MAX_HOLDERS,
  sendPassBacks,
} from '../../../src/exchange/holders/index.ts';
import { callerOf, PartnerDirectory, postSigned, type Caller } from '../../../src/exchange/partners/index.ts';
import { signDocument } from '../../../src/exchange/protocol/index.ts';
import { Relay } from '../../../src/exchange/relay/index.ts';
import { notePassBacks, passBackModel, proofDigest } from '../../../src/exchange/word-back/index.ts';
import { KeyRing, signerOf, type Signer } from '../../../src/infra/signing/index.ts';
import { countAudit } from '../../../src/registry/audit/index.ts';
import { Sequencer } from '../../../src/registry/changes/index.ts';
import { acceptBatch } from '../../../src/registry/records/index.ts';
import { hubFileOf } from '../../../src/apps/demo/hub-files.ts';
import { makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { penaltyOf } from '../../support/penalties.ts';

const MINE = penaltyOf('测罚〔2026〕丙1号');
const NEVER = penaltyOf('测罚〔2026〕丙2号');
let world: HubWorld;
let zhoucun: RunningHub;
let parts: HubParts;
/** The city, as far as it calls: its key, its directory, the district's database for the nonces it needs. */
let city: Caller;
let province: Signer;
let stranger: Signer;

const signerAt = (hub: 'shandong' | 'zhanjiang'): Signer =>
  signerOf(createPrivateKey(readFileSync(world.keyFiles[hub], 'utf8')), 'k1');

/** A receipt of the province for what the city sent it. */
function receiptOf(
  change: Partial<Unsigned<TransportReceipt>> = {},
  signer: Signer = province,
): TransportReceipt {
  const { key, hash } = MINE;
  const taken = { disposition: 'stored' as const, rule: null, retryable: false, held: null };
  return signDocument(
    {
      ...{ type: 'TRANSPORT' as const, protocol: 'xinqiao/1' as const, envelopeId: 'e-1' },
      envelopeDigest: 'a'.repeat(64),
      ...{ sender: 'zibo', receiver: 'shandong', receivedAt: '2026-11-21T01:00:00.000Z' },
      records: [{ key, v: 1, hash, ...taken }],
      ...change,
    },
    signer,
  );
}

const itemOf = (proof: PassedBack['proof'], change: Partial<PassedBack> = {}): PassedBack => ({
  holder: 'shandong',
  via: ['zibo'],
  proof,
  ...change,
});

async function passBack(...items: unknown[]): Promise<{ status: number; code: string | null }> {
  const answer = await postSigned(city, city.directory.get('zhoucun'), {
    path: '/exchange/v1/receipts',
    body: JSON.stringify({ protocol: 'xinqiao/1', type: 'PASS_BACK', items }),
    idempotencyKey: randomUUID(),
    timeoutMs: 15_000,
  });
  const text = answer.body.toString('utf8');
  const { code } = (text === '' ? { code: null } : JSON.parse(text)) as { code: string | null };
  return { status: answer.status, code };
}

const holdings = () => holdingModel.in(parts.database).find({}).toArray();
const audited = () => countAudit(parts.database, 'ENVELOPE_REFUSED');

beforeAll(async () => {
  world = await makeHubWorld();
  zhoucun = await startHub(world.configOf('zhoucun'), ['exchange']);
  ({ parts } = zhoucun);
  await acceptBatch(parts.database, [MINE, NEVER]);
  const sequencer = new Sequencer(parts.database);
  const relay = new Relay(parts.database, parts.caller.directory);
  while ((await sequencer.step()) + (await relay.step()) > 0);
  const deliveries = deliveryModel.in(parts.database);
  await deliveries.updateOne({ key: MINE.key }, { $set: { state: 'accepted', envelope: 'e-0' } });
  await deliveries.deleteOne({ key: NEVER.key });
  const directory = new PartnerDirectory(hubFileOf('zibo', world.facts));
  const { signingKeyFile, signingKeyId } = world.configOf('zibo');
  city = callerOf({ directory, database: parts.database, ring: new KeyRing(signingKeyFile, signingKeyId) });
  province = signerAt('shandong');
  stranger = signerAt('zhanjiang');
});
afterAll(() => zhoucun.close());

describe('a receipt that is passed back and is not what it says', () => {
  const cases: [string, string, () => unknown][] = [
    ['is signed by somebody else', 'PASS_BACK_INVALID', () => itemOf(receiptOf({}, stranger))],
    [
      'was changed after it was signed',
      'PASS_BACK_INVALID',
      () => itemOf({ ...receiptOf(), receivedAt: '2026-11-21T02:00:00.000Z' }),
    ],
    [
      'speaks of a record that was never delivered to the caller',
      'PASS_BACK_UNKNOWN',
      () =>
        itemOf(receiptOf({ records: [{ ...receiptOf().records[0]!, key: NEVER.key, hash: NEVER.hash }] })),
    ],
    [
      'speaks of a record that is not known here',
      'PASS_BACK_UNKNOWN',
      () => itemOf(receiptOf({ records: [{ ...receiptOf().records[0]!, key: 'c'.repeat(64) }] })),
    ],
    [
      'speaks of a version that is not known here',
      'PASS_BACK_UNKNOWN',
      () => itemOf(receiptOf({ records: [{ ...receiptOf().records[0]!, v: 9 }] })),
    ],
    ['is of another holder', 'PASS_BACK_INVALID', () => itemOf(receiptOf(), { holder: 'zhanjiang' })],
    ['came by somebody else', 'PASS_BACK_INVALID', () => itemOf(receiptOf(), { via: ['zibo', 'zhanjiang'] })],
    [
      'went in a circle',
      'PASS_BACK_INVALID',
      () => itemOf(receiptOf(), { via: ['zibo', 'zhoucun', 'zibo'] }),
    ],
    [
      'is for a delivery by another hub',
      'PASS_BACK_INVALID',
      () => itemOf(receiptOf({ sender: 'zhanjiang' })),
    ],
    [
      'is a statement of the caller under a key that is not its own',
      'PASS_BACK_INVALID',
      () => itemOf(statementOf(stranger)),
    ],
    ['has no way', 'BAD_REQUEST', () => ({ ...itemOf(receiptOf()), via: [] })],
    ['is no receipt', 'BAD_REQUEST', () => ({ ...itemOf(receiptOf()), proof: { type: 'TRANSPORT' } })],
  ];

  it.each(cases)('is refused and noted and has no effect when it %s', async (_, code, make) => {
    const before = await audited();
    expect(await passBack(make())).toEqual({ status: 400, code });
    expect([await holdings(), await audited()]).toEqual([[], before + 1]);
  });

  it('is refused with the sound one beside it', async () => {
    expect((await passBack(itemOf(receiptOf()), itemOf(receiptOf({}, stranger)))).status).toBe(400);
    expect(await holdings()).toEqual([]);
  });

  it('is refused where there are too many', async () => {
    const items = Array.from({ length: 21 }, () => itemOf(receiptOf()));
    expect(await passBack(...items)).toEqual({ status: 400, code: 'BAD_REQUEST' });
  });
});

/** What the city states of the province where it may not show the receipt. */
function statementOf(signer: Signer, change: Partial<Unsigned<HoldingStatement>> = {}): HoldingStatement {
  const { key, hash } = MINE;
  return signDocument(
    {
      ...{ type: 'HOLDING' as const, protocol: 'xinqiao/1' as const, hub: 'zibo', holder: 'shandong' },
      ...{ proofDigest: 'b'.repeat(64), at: '2026-11-21T01:00:00.000Z' },
      records: [{ key, v: 1, hash, outcome: 'taken' as const, rule: null }],
      ...change,
    },
    signer,
  );
}

describe('a receipt that is passed back', () => {
  it('shows the holder, answered by a bare 204, and has one effect however often it comes', async () => {
    expect(await passBack(itemOf(receiptOf()))).toEqual({ status: 204, code: null });
    const [first] = await holdings();
    expect(await passBack(itemOf(receiptOf()), itemOf(receiptOf()))).toEqual({ status: 204, code: null });
    expect(await holdings()).toEqual([first]);
    const found = await listHolders(parts.database, parts.hub, MINE.key);
    expect(found?.holders).toMatchObject([
      { hub: 'zibo', state: 'CONFIRMED', reportedBy: [] },
      { hub: 'shandong', state: 'CONFIRMED', reportedBy: ['zibo'], attestedBy: null, v: 1 },
    ]);
  });

  it('is attested by the caller where the key of the holder is not known', async () => {
    const item = itemOf(receiptOf({ receiver: 'jinan' }, stranger), { holder: 'jinan' });
    expect((await passBack(item)).status).toBe(204);
    const found = await listHolders(parts.database, parts.hub, MINE.key);
    expect(found?.holders.find((it) => it.hub === 'jinan')).toMatchObject({ attestedBy: 'zibo' });
  });

  it('may be a statement of the caller, which then vouches for it', async () => {
    const item = itemOf(statementOf(city.signer, { holder: 'weifang' }), { holder: 'weifang' });
    expect((await passBack(item)).status).toBe(204);
    const found = await listHolders(parts.database, parts.hub, MINE.key);
    expect(found?.holders.find((it) => it.hub === 'weifang')).toMatchObject({ attestedBy: 'zibo', v: 1 });
  });

  it('is not believed without end: a record has so many holders and no more', async () => {
    const itemsFrom = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => {
        const holder = `holder-${from + at}`;
        return itemOf(statementOf(city.signer, { holder }), { holder });
      });
    for (let at = 0; at < 180; at += 20) expect((await passBack(...itemsFrom(at, 20))).status).toBe(204);
    expect((await passBack(...itemsFrom(180, 20))).code).toBe('PASS_BACK_TOO_MANY');
    expect(await holdings()).toHaveLength(183);
    expect(MAX_HOLDERS).toBe(200);
  });
});

describe('what waits to be passed back', () => {
  const waiting = (id: string, proof: TransportReceipt, keys: string[] | null) => ({
    ...{ _id: id, to: 'zhoucun', holder: 'shandong', via: [], proof, keys },
    ...{ state: 'pending' as const, code: null, createdAt: new Date(0) },
  });

  it('holds up nothing where one of it is refused, and keeps that for a person', async () => {
    const bad = receiptOf({}, stranger);
    const good = receiptOf({ receivedAt: '2026-11-21T03:00:00.000Z' });
    await notePassBacks(parts.database, [waiting('bad', bad, null), waiting('good', good, null)]);
    await sendPassBacks(city, city.directory.get('zhoucun'));
    const left = await passBackModel.in(parts.database).find({}).toArray();
    expect(left.map((it) => [it._id, it.state, it.code])).toEqual([['bad', 'refused', 'PASS_BACK_INVALID']]);
    expect(await countAudit(parts.database, 'PASS_BACK_NOT_TAKEN')).toBe(1);
    await passBackModel.in(parts.database).deleteMany({});
  });

  it('goes as a statement about its part where the receipt speaks of other records too', async () => {
    const other = { ...receiptOf().records[0]!, key: 'd'.repeat(64) };
    const mixed = receiptOf({
      receivedAt: '2026-11-21T04:00:00.000Z',
      records: [receiptOf().records[0]!, other],
    });
    await notePassBacks(parts.database, [waiting('part', mixed, [MINE.key])]);
    await sendPassBacks(city, city.directory.get('zhoucun'));
    expect(await passBackModel.in(parts.database).countDocuments({})).toBe(0);
    const holding = (await holdings()).find((it) => it.holder === 'shandong');
    expect(holding?.taken).toMatchObject({
      at: '2026-11-21T04:00:00.000Z',
      digest: proofDigest(mixed),
      attestedBy: 'zibo',
    });
  });
});
