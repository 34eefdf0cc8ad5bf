import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningHub } from '../../../src/apps/hub/index.ts';
import { countDeliveries, envelopeModel, findEnvelope } from '../../../src/exchange/delivery/index.ts';
import { acceptBatch } from '../../../src/registry/records/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { penaltyOf } from '../../support/penalties.ts';
import { WaywardPartner, type Answer } from './bad-input-partner.ts';

const BACKLOG = 12;
const ANSWER_MS = 300;
let world: HubWorld;
let zibo: RunningHub;
let shandong: WaywardPartner;

/** How often our partner's later word had been asked for when each envelope came. */
const fetchesAt: number[] = [];

/** Answers each envelope after a while, as a partner far away does. */
const slowly: Answer = (response, message) => {
  shandong.next = slowly;
  fetchesAt.push(shandong.fetches);
  setTimeout(() => response.end(shandong.receiptOn(message)), ANSWER_MS);
};
const never: Answer = () => undefined;

/** A backlog of records so large that each fills an envelope. */
async function owe(name: string): Promise<void> {
  const said = '经查属实。'.repeat(40_000);
  const candidates = Array.from({ length: BACKLOG }, (_, at) => penaltyOf(`${name}-${at}`, said));
  await acceptBatch(zibo.parts.database, candidates);
}
const arrived = () => new Set(shandong.arrived.map((it) => it.id)).size;

beforeAll(async () => {
  world = await makeHubWorld();
  shandong = new WaywardPartner(world);
  await shandong.open();
  zibo = await world.start('zibo', ['worker']);
});
afterAll(async () => {
  await zibo.close();
  await shandong.close();
});

describe('a hub with a backlog for a partner', () => {
  it('ends after the envelope under way, and sends the rest once after it was started again', async () => {
    shandong.next = slowly;
    await owe('终');
    await eventually('the first envelope is there', () => Promise.resolve(shandong.arrived.length > 0));
    await zibo.close();
    expect(shandong.arrived.length).toBeLessThanOrEqual(3);
    zibo = await world.start('zibo', ['worker']);
    await eventually('everything is there', () => Promise.resolve(arrived() === BACKLOG));
    expect(shandong.arrived).toHaveLength(BACKLOG);
  });

  it("hears the partner's later word before the backlog has gone out", async () => {
    await eventually('nothing waits', async () => {
      const { pending = 0, packed = 0 } = await countDeliveries(zibo.parts.database, 'shandong');
      return pending + packed === 0;
    });
    fetchesAt.length = 0;
    await owe('言');
    await eventually('everything is there', () => Promise.resolve(fetchesAt.length === BACKLOG));
    expect(fetchesAt.at(-1)).toBeGreaterThan(fetchesAt[0] ?? 0);
  });

  it('ends in time while the partner does not answer', async () => {
    shandong.next = never;
    const before = shandong.arrived.length;
    await owe('默');
    await eventually('an envelope is there', () => Promise.resolve(shandong.arrived.length > before));
    const startedAt = Date.now();
    await zibo.close();
    expect(Date.now() - startedAt).toBeLessThan(9_000);
    zibo = await world.start('zibo', []);
  });
});

describe('the body of an envelope', () => {
  it('is kept for a week after its end, and then its digest and receipt alone', async () => {
    const database = zibo.parts.database;
    const DAY_MS = 86_400_000;
    const daysAgo = (days: number) => new Date(database.clock.now().getTime() - days * DAY_MS);
    const [old, recent] = await envelopeModel.in(database).find({ state: 'closed' }).limit(2).toArray();
    for (const [it, days] of [
      [old, 8],
      [recent, 6],
    ] as const)
      await envelopeModel.in(database).updateOne({ _id: it!._id }, { $set: { closedAt: daysAgo(days) } });
    await zibo.close();
    zibo = await world.start('zibo', ['worker']);
    const now = (id: string) => findEnvelope(zibo.parts.database, id);
    await eventually('the old body is gone', async () => (await now(old!._id))?.body === null);
    expect(await now(old!._id)).toMatchObject({ digest: old!.digest, receipt: old!.receipt });
    expect((await now(recent!._id))?.body).toBe(recent!.body);
  });
});
