import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  abandonExpired,
  claimForEnvelope,
  deliveryModel,
  drainPartner,
  DueReader,
  envelopeModel,
  GIVE_UP_AFTER,
  openEnvelope,
  unpackDeliveries,
} from '../../../src/exchange/delivery/index.ts';
import { findHealth, noteHealth } from '../../../src/exchange/health/index.ts';
import { collectReceipts } from '../../../src/exchange/receipts/index.ts';
import { readCursor, rewindCursor } from '../../../src/exchange/relay/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import type { HubParts } from '../../../src/apps/hub/index.ts';
import type { MeddlingDoor } from '../../support/meddling-door.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

let pair: DeliveryPair;
let door: MeddlingDoor;
let zhoucun: HubParts;

beforeAll(async () => {
  pair = await openDeliveryPair();
  ({ door, zhoucun } = pair);
});
afterAll(() => pair.close());
beforeEach(() => pair.reset());

const owe = (...documentNos: string[]) => pair.owe(...documentNos);
const drain = (random = 0) => pair.drain(random);
const states = () => pair.states();
const lookAgain = () => pair.lookAgain();
const atCity = (key: string) => pair.atCity(key);
const countLate = async () =>
  (await listAudit(zhoucun.database, 'RECEIPT_REFUSED', 100)).filter((it) => it.code === 'HTTP_TIMEOUT')
    .length;
const partner = () => zhoucun.caller.directory.get('zibo');

describe('delivery to a partner that cannot be asked', () => {
  it('counts nothing and gives nothing up, however often it fails', async () => {
    const [key = ''] = await owe('甲-1');
    door.meddle(() => 'cut');
    for (let round = 0; round < 12; round += 1) {
      await lookAgain();
      await drain();
    }
    const [envelope] = await envelopeModel.in(zhoucun.database).find({}).toArray();
    expect([await states(), envelope?.state, envelope?.failures]).toEqual([{ packed: 1 }, 'ready', 0]);
    expect((await findHealth(zhoucun.database, 'zibo'))?.outages).toBe(12);
    door.meddle(() => 'forward');
    await lookAgain();
    await drain();
    expect([await states(), await atCity(key)]).toEqual([{ stored: 1 }, 1]);
    expect((await findHealth(zhoucun.database, 'zibo'))?.outages).toBe(0);
  });

  it('asks nothing of it before its time', async () => {
    await owe('甲-2');
    door.meddle(() => ({ status: 503 }));
    await drain();
    door.meddle(() => 'forward');
    await drain();
    expect([door.seen, await states()]).toEqual([[], { packed: 1 }]);
  });

  it('sends no faster than its terms say, and counts nothing while it waits', async () => {
    const { caller, database, log } = zhoucun;
    const slow = { ...partner(), envelopesPerSecond: 0.01 };
    const drainSlowly = () => drainPartner({ caller, partner: slow, log, random: () => 0 });
    await owe('速-1');
    await drainSlowly();
    expect(await states()).toEqual({ stored: 1 });
    await owe('速-2');
    await drainSlowly();
    const [envelope] = await envelopeModel.in(database).find({ state: 'ready' }).toArray();
    expect([await states(), envelope?.failures]).toEqual([{ stored: 1, packed: 1 }, 0]);
    const health = await findHealth(database, 'zibo');
    expect([health?.lastError, (health?.openUntil?.getTime() ?? 0) > Date.now() + 30_000]).toEqual([
      'PARTNER_PACE',
      true,
    ]);
  });

  it('stops at 410 until a person resumes it', async () => {
    await owe('甲-3');
    door.meddle(() => ({ status: 410, body: '{"code":"GONE_FOR_NOW"}' }));
    await drain();
    door.meddle(() => 'forward');
    await lookAgain();
    await drain();
    expect([door.seen, await findHealth(zhoucun.database, 'zibo')]).toMatchObject([[], { pausedBy: 'zibo' }]);
    await noteHealth(zhoucun.database, 'zibo', { type: 'RESUMED' }, { pausedBy: null, reason: null });
    await drain();
    expect(await states()).toEqual({ stored: 1 });
  });
});

describe('delivery to a partner that asks to wait', () => {
  const answer = (status: number, retryAfter: string, code: string) =>
    door.meddle((path) =>
      path === '/exchange/v1/envelopes'
        ? { status, body: JSON.stringify({ code }), headers: { 'retry-after': retryAfter } }
        : 'forward',
    );
  const openUntil = async () => (await findHealth(zhoucun.database, 'zibo'))?.openUntil?.getTime() ?? 0;
  const HOUR_MS = 3_600_000;

  it.each([
    [409, 'MESSAGE_IN_PROGRESS'],
    [401, 'NONCE_REPLAYED'],
  ])('pauses even where each answer (%s %s) says that it need not', async (status, code) => {
    await owe(`待-${code}`);
    answer(status, '0', code);
    await drain();
    const [envelope] = await envelopeModel.in(zhoucun.database).find({}).toArray();
    expect([door.seen.length, envelope?.state, envelope?.failures]).toEqual([1, 'ready', 0]);
  });

  it('waits until the day it names', async () => {
    await owe('待-1');
    answer(503, new Date(Date.now() + HOUR_MS).toUTCString(), 'BUSY');
    await drain();
    expect(Math.abs((await openUntil()) - Date.now() - HOUR_MS)).toBeLessThan(60_000);
  });

  it('waits a day at most, whatever it says', async () => {
    await owe('待-2');
    answer(503, '999999999', 'BUSY');
    await drain();
    expect((await openUntil()) - Date.now()).toBeLessThanOrEqual(24 * HOUR_MS);
    expect((await openUntil()) - Date.now()).toBeGreaterThan(23 * HOUR_MS);
  });
});

describe('delivery to a partner that answers after the time-out', () => {
  it('notes it, takes nothing of the late answer, and is settled by the same body sent again', async () => {
    const [key = ''] = await owe('迟-1');
    const { caller, database, log } = zhoucun;
    let letGo: () => void = () => undefined;
    const heldUntil = new Promise<void>((resolve) => (letGo = resolve));
    door.meddle((path) => (path === '/exchange/v1/envelopes' ? { heldUntil } : 'forward'));
    const before = await countLate();
    await drainPartner({ caller, partner: partner(), log, random: () => 1, timeoutMs: 500 });
    letGo();
    const [envelope] = await envelopeModel.in(database).find({}).toArray();
    expect([await states(), envelope?.receipt, envelope?.lastError]).toEqual([
      { packed: 1 },
      null,
      'HTTP_TIMEOUT',
    ]);
    expect([await atCity(key), (await countLate()) - before]).toEqual([1, 1]);
    door.meddle(() => 'forward');
    await envelopeModel.in(database).updateMany({}, { $set: { nextAttemptAt: new Date(0) } });
    await drain();
    expect([await states(), await atCity(key)]).toEqual([{ stored: 1 }, 1]);
  });
});

describe("a reader of the partner's later word", () => {
  it('that is told to begin again while it reads begins again: no answer on its way moves it on', async () => {
    const { caller, database } = zhoucun;
    await owe('又-1');
    await drain();
    await collectReceipts(caller, partner());
    const came = await readCursor(database, 'receipts-zibo');
    let letGo: () => void = () => undefined;
    const heldUntil = new Promise<void>((resolve) => (letGo = resolve));
    const asked = new Promise<void>((resolve) => {
      door.meddle(() => {
        resolve();
        return { heldUntil };
      });
    });
    const reading = collectReceipts(caller, partner());
    await asked;
    await rewindCursor(database, 'receipts-zibo');
    letGo();
    expect([came > 0, await reading]).toEqual([true, came]);
    expect(await readCursor(database, 'receipts-zibo')).toBe(came);
  });
});

describe('a reader of what is due', () => {
  const STEP_MS = 60_000;

  /** Spreads what is due over time, one a minute, the last one a minute ago. */
  async function spread(...documentNos: string[]): Promise<void> {
    await owe(...documentNos);
    const deliveries = deliveryModel.in(zhoucun.database);
    const all = await deliveries.find({}).sort({ seq: 1 }).toArray();
    for (const [at, { _id }] of all.entries())
      await deliveries.updateOne(
        { _id },
        { $set: { dueAt: new Date(Date.now() - (all.length - at) * STEP_MS) } },
      );
  }
  const claim = (ids: readonly string[]) => claimForEnvelope(zhoucun.database, ids, 'taken');

  it('gives everything once and in order, however far apart it lies', async () => {
    await spread('期-1', '期-2', '期-3', '期-4', '期-5', '期-6', '期-7');
    const all = await new DueReader(zhoucun.database, 'zibo').next(10);
    const due = new DueReader(zhoucun.database, 'zibo');
    const given: string[] = [];
    for (let some = await due.next(2); some.length > 0; some = await due.next(2)) {
      given.push(...some);
      await claim(some);
    }
    expect(given).toEqual(all);
  });

  it('sees what is due again from before the place that it had come to', async () => {
    await spread('回-1', '回-2', '回-3', '回-4');
    const [first = ''] = await new DueReader(zhoucun.database, 'zibo').next(1);
    const due = new DueReader(zhoucun.database, 'zibo');
    await claim(await due.next(2));
    await unpackDeliveries(zhoucun.database, 'taken', [first]);
    expect((await due.next(2))[0]).toBe(first);
  });
});

describe('a turn of delivery', () => {
  it('begins no envelope when it is over, and leaves what is due as it was', async () => {
    await owe('轮-1');
    const { caller, log } = zhoucun;
    await drainPartner({ caller, partner: partner(), log, random: () => 0, isOver: () => true });
    expect([door.seen, await states()]).toEqual([[], { pending: 1 }]);
  });
});

describe('delivery of an envelope whose answer was lost', () => {
  const loseFirstAnswer = () => {
    let lost = false;
    door.meddle((path) => {
      if (path !== '/exchange/v1/envelopes' || lost) return 'forward';
      lost = true;
      return 'drop-reply';
    });
  };

  it('sends the same body again and has one effect', async () => {
    const [key = ''] = await owe('乙-1');
    loseFirstAnswer();
    await drain();
    expect(door.seen.filter((it) => it === '/exchange/v1/envelopes')).toHaveLength(2);
    await collectReceipts(zhoucun.caller, partner());
    expect([await states(), await atCity(key)]).toEqual([{ accepted: 1 }, 1]);
  });

  it('takes the business word that comes first and keeps it', async () => {
    await owe('乙-2');
    door.meddle((path) => (path === '/exchange/v1/envelopes' ? 'drop-reply' : 'cut'));
    await drain();
    door.meddle(() => 'forward');
    await collectReceipts(zhoucun.caller, partner());
    expect(await states()).toEqual({ accepted: 1 });
    await lookAgain();
    await drain();
    expect(await states()).toEqual({ accepted: 1 });
  });

  it('leaves a version overtaken on the way to its transport receipt, whichever word comes first', async () => {
    const sendFirstAgain = () =>
      envelopeModel.in(zhoucun.database).updateMany({}, { $set: { nextAttemptAt: new Date(0) } });
    await owe('乙-3');
    door.meddle((path) => (path === '/exchange/v1/envelopes' ? 'cut' : 'forward'));
    await drain(1);
    door.meddle(() => 'forward');
    await pair.correct('乙-3');
    await drain();
    await sendFirstAgain();
    loseFirstAnswer();
    await drain(1);
    await collectReceipts(zhoucun.caller, partner());
    expect(await states()).toEqual({ accepted: 1, packed: 1 });
    await sendFirstAgain();
    await drain();
    expect(await states()).toEqual({ accepted: 1, superseded: 1 });
  });
});

describe('delivery of an envelope that the partner cannot take', () => {
  it('finds the one record by halving, gives it up and delivers its neighbours', async () => {
    const [poison = '', ...sound] = await owe('丙-1', '丙-2', '丙-3', '丙-4', '丙-5');
    door.meddle((path, body) =>
      path === '/exchange/v1/envelopes' && body.includes(poison) ? { status: 500 } : 'forward',
    );
    for (let round = 0; round < 20; round += 1) await drain();
    expect(await states()).toEqual({ stored: 4, dead: 1 });
    expect(await Promise.all([poison, ...sound].map(atCity))).toEqual([0, 1, 1, 1, 1]);
    const alone = await envelopeModel
      .in(zhoucun.database)
      .find({ records: 1, lastError: { $ne: null } })
      .toArray();
    expect(alone.map((it) => [it.state, it.failures])).toEqual([['closed', GIVE_UP_AFTER]]);
  });

  it('finds the one record that is refused for good, and delivers its neighbours', async () => {
    await owe('丁-2', '丁-3', '丁-4', '丁-5', '丁-6');
    door.meddle((path, body) =>
      path === '/exchange/v1/envelopes' && body.includes('丁-4')
        ? { status: 400, body: '{"code":"BAD_ENVELOPE"}' }
        : 'forward',
    );
    await drain();
    expect(await states()).toEqual({ stored: 4, dead: 1 });
  });

  it('keeps for a person what is refused for good', async () => {
    await owe('丁-1');
    door.meddle((path) =>
      path === '/exchange/v1/envelopes' ? { status: 400, body: '{"code":"BAD_ENVELOPE"}' } : 'forward',
    );
    await drain();
    const [dead] = await deliveryModel.in(zhoucun.database).find({}).toArray();
    expect([dead?.state, dead?.rule]).toEqual(['dead', 'BAD_ENVELOPE']);
  });

  it.each(['not json', '{}', '[]'])(
    'believes no answer 200 that says %s, and asks again later',
    async (body) => {
      await owe(`戊-${body}`);
      door.meddle((path) => (path === '/exchange/v1/envelopes' ? { status: 200, body } : 'forward'));
      await drain(0.5);
      expect(await states()).toEqual({ packed: 1 });
    },
  );
});

describe('delivery after a crash', () => {
  it('copies an answer that was stored and not copied', async () => {
    await owe('己-1');
    await drain();
    await envelopeModel.in(zhoucun.database).updateMany({}, { $set: { state: 'answered' } });
    await deliveryModel.in(zhoucun.database).updateMany({}, { $set: { state: 'packed' } });
    door.meddle(() => 'cut');
    await drain();
    expect([door.seen, await states()]).toEqual([[], { stored: 1 }]);
  });

  it('takes back what a dead packer had claimed, and delivers it once', async () => {
    const [key = ''] = await owe('己-2');
    const { database } = zhoucun;
    await openEnvelope(database, { id: 'dead-packer', partner: 'zibo', mode: 'PUSH' });
    await claimForEnvelope(database, await new DueReader(database, 'zibo').next(10), 'dead-packer');
    await envelopeModel.in(database).updateOne({ _id: 'dead-packer' }, { $set: { leaseUntil: new Date(0) } });
    await abandonExpired(database);
    await drain();
    expect([await states(), await atCity(key)]).toEqual([{ stored: 1 }, 1]);
  });
});
