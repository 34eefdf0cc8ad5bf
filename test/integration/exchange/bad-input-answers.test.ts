import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningHub } from '../../../src/apps/hub/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { dump, envelopeOf, recordOf, send } from './bad-input-calls.ts';
import { WaywardPartner, type Answer } from './bad-input-partner.ts';

const NUMBER = '370306194910010002';
let world: HubWorld;
let zibo: RunningHub;
let shandong: WaywardPartner;

beforeAll(async () => {
  world = await makeHubWorld();
  shandong = new WaywardPartner(world);
  await shandong.open();
  zibo = await world.start('zibo', ['exchange', 'worker']);
});
afterAll(async () => {
  await zibo.close();
  await shandong.close();
});

type Kept = { _id: string; state: string; lastError?: string | null; receipt?: object | null; key: string };

async function outgoing(name: 'envelopes' | 'deliveries'): Promise<Kept[]> {
  const { [name]: kept = [] } = await dump(zibo);
  return kept
    .map((it) => JSON.parse(it) as Kept & { partner: string })
    .filter((it) => it.partner === 'shandong');
}

/** Brings the waits of the retry schedule and of the breaker to their end. */
async function endWaits(): Promise<void> {
  const { db } = zibo.parts.database.connection;
  const past = new Date(0);
  await db?.collection('envelopes').updateMany({ state: 'ready' }, { $set: { nextAttemptAt: past } });
  await db
    ?.collection('partner_health')
    .updateMany({ openUntil: { $ne: null } }, { $set: { openUntil: past } });
}

const answering =
  (status: number, body: string, fields: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, fields).end(body);
  };
const receipt =
  (change: object, signedBy: 'shandong' | 'zhoucun' = 'shandong'): Answer =>
  (response, message) => {
    response.end(shandong.receiptOn(message, change, signedBy));
  };
const endless: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

describe('an answer that is no receipt for what was sent', () => {
  it.each<[string, string, Answer]>([
    ['is garbage with status 200', 'NOT_JSON', answering(200, '<html>ok</html>')],
    ['is empty with status 200', 'NOT_JSON', answering(200, '')],
    ['is JSON of another form', 'RECEIPT_INVALID', answering(200, '{"ok":true}')],
    ['is a receipt for another envelope', 'RECEIPT_INVALID', receipt({ envelopeId: 'another' })],
    ['is a receipt for another body', 'RECEIPT_INVALID', receipt({ envelopeDigest: 'd'.repeat(64) })],
    ['is a receipt that names no record', 'RECEIPT_INVALID', receipt({ records: [] })],
    ['is a receipt of another hub', 'RECEIPT_INVALID', receipt({ receiver: 'zhoucun' })],
    ['is a receipt of long ago', 'RECEIPT_INVALID', receipt({ receivedAt: '2026-01-12T01:00:00.000Z' })],
    ['is a receipt of a day to come', 'RECEIPT_INVALID', receipt({ receivedAt: '2096-01-12T01:00:00.000Z' })],
    ['is a receipt that another key signed', 'RECEIPT_INVALID', receipt({}, 'zhoucun')],
    [
      'leads elsewhere',
      'HTTP_REDIRECTED',
      (response) => {
        response.writeHead(302, { location: `${world.facts.shandong.url}/elsewhere` }).end();
      },
    ],
    ['never ends', 'HTTP_TOO_LARGE', endless],
    ['is cut off', 'HTTP_UNREACHABLE', (response) => void response.destroy()],
    ['is a fault of the partner', 'NO_CODE', answering(500, '{}')],
  ])('settles nothing when it %s; the same body goes again and is settled', async (name, code, answer) => {
    const record = recordOf(name);
    const before = shandong.arrived.length;
    shandong.next = answer;
    await send(world, envelopeOf([record]));
    const failed = async () => (await outgoing('envelopes')).filter((it) => it.state === 'ready');
    await eventually('the failure is noted', async () => (await failed())[0]?.lastError === code);
    expect(await failed()).toMatchObject([{ receipt: null, lastError: code }]);
    const of = async () => (await outgoing('deliveries')).filter((it) => it.key === record.key);
    expect((await of()).map((it) => it.state)).toEqual(['packed']);
    await eventually('it is delivered', async () => {
      await endWaits();
      return (await of())[0]?.state === 'stored';
    });
    const [first, second, third] = shandong.arrived.slice(before);
    expect(second).toEqual({ ...first, signature: second?.signature });
    expect(second?.signature).not.toBe(first?.signature);
    expect(third).toBeUndefined();
    expect(shandong.strays).toEqual([]);
  });
});

describe('a refusal by the partner', () => {
  it.each<[number, string]>([
    [400, 'BAD_ENVELOPE'],
    [413, 'BODY_TOO_LARGE'],
    [422, 'MESSAGE_ID_REUSED'],
  ])('for good (%s %s) ends the delivery with its code, and it is not sent again', async (status, code) => {
    const record = recordOf(code);
    const before = shandong.arrived.length;
    shandong.next = answering(status, JSON.stringify({ code, message: 'no' }));
    await send(world, envelopeOf([record]));
    const of = async () => (await outgoing('deliveries')).filter((it) => it.key === record.key);
    await eventually('it is settled', async () =>
      ['rejected', 'dead'].includes((await of())[0]?.state ?? ''),
    );
    expect(await of()).toMatchObject([{ rule: code }]);
    expect(shandong.arrived.length).toBe(before + 1);
  });
  it.each([NUMBER, 'x'.repeat(41), '当事人'])(
    'whose code is %s ends the delivery, and the code is kept nowhere',
    async (code) => {
      const record = recordOf(`code ${code.length}`);
      shandong.next = answering(400, JSON.stringify({ code }));
      await send(world, envelopeOf([record]));
      const of = async () => (await outgoing('deliveries')).filter((it) => it.key === record.key);
      await eventually('it is settled', async () => (await of())[0]?.state === 'dead');
      expect(await of()).toMatchObject([{ rule: 'NO_CODE' }]);
      expect(JSON.stringify(await dump(zibo))).not.toContain(code);
    },
  );
});
