import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addCalendarDays, dayInShanghai } from '../../../../src/domain/calendar/index.ts';
import { deliveryModel, envelopeModel } from '../../../../src/exchange/delivery/index.ts';
import { platformRowModel } from '../../../../src/exchange/platforms/index.ts';
import {
  candidateOf,
  openPlatformWorld,
  PLATFORMS,
  STRANGER,
  SUBJECT,
  type PlatformWorld,
} from './platform-world.ts';

let world: PlatformWorld;

beforeAll(async () => {
  world = await openPlatformWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => world.reset());

/** What every transport must do alike. */
describe.each(PLATFORMS)('the platform %s', (id) => {
  const settle = async (): Promise<void> => {
    await world.drain(id);
    await world.hear(id);
  };
  const name = (what: string) => `${id}-${what}`;

  it('never gets a record about somebody who may be a person, or with a number of a person in it', async () => {
    const person = { uscc: '110105194912310027', name: '测试商贸有限公司' };
    const keys = await world.accept(
      candidateOf(name('人-1'), { subject: person }),
      candidateOf(name('人-2'), { subject: { ...SUBJECT, name: '张三' } }),
      candidateOf(name('人-3'), { statement: { violationType: '当事人证件号11010519491231002X未年检' } }),
    );
    await settle();
    const ends = await Promise.all(keys.map((key) => world.delivery(id, key)));
    expect(ends.map((it) => [it?.state, it?.rule])).toEqual([
      ['withheld', id === 'enterprise-publicity' ? 'SUBJECT_NOT_TAKEN' : 'NATURAL_PERSON_SUBJECT'],
      ['withheld', 'NATURAL_PERSON_SUBJECT'],
      ['withheld', 'UNMASKED_PERSONAL_DATA'],
    ]);
    expect(keys.filter((key) => world.shown(id).has(key))).toEqual([]);
  });

  it('never gets what must not be published or has ended', async () => {
    const yesterday = addCalendarDays(dayInShanghai(new Date()), -1);
    const [secret = '', government = '', ended = ''] = await world.accept(
      candidateOf(name('密-1'), { disclosure: { class: 'PUBLIC', publishable: false, reason: '国家秘密' } }),
      candidateOf(name('密-2'), { disclosure: { class: 'GOVERNMENT', publishable: true, reason: null } }),
      candidateOf(name('密-3'), { validUntil: yesterday }),
    );
    await settle();
    const rules = await Promise.all([secret, government, ended].map((it) => world.delivery(id, it)));
    expect(rules.map((it) => it?.rule)).toEqual(['NOT_PUBLISHABLE', 'NOT_PUBLIC', 'EXPIRED']);
    expect(await world.states(id)).toEqual({ withheld: 3 });
  });

  it('is heard when it rejects, with its code and its text, and takes the next version', async () => {
    const [key = ''] = await world.accept(candidateOf(name('拒-1'), { subject: STRANGER }));
    await settle();
    const rejected = await world.delivery(id, key);
    expect(rejected).toMatchObject({
      state: 'rejected',
      rule: 'SUBJECT_MISMATCH',
      told: { code: '1001', text: '未查询到主体或查询到的主体信息不匹配' },
    });
    await world.accept(
      candidateOf(name('拒-1'), { subject: STRANGER, statement: { fineWanYuan: '2.000000' } }),
    );
    await settle();
    expect((await world.delivery(id, key, 2))?.state).toBe('rejected');
    expect(world.shown(id).has(key)).toBe(false);
  });

  it('keeps one row a version however often a batch is sent', async () => {
    const [key = ''] = await world.accept(candidateOf(name('重-1')));
    await world.drain(id);
    const { database } = world.parts;
    await envelopeModel
      .in(database)
      .updateMany({}, { $set: { state: 'ready', nextAttemptAt: new Date(0), leaseUntil: new Date(0) } });
    await deliveryModel.in(database).updateMany({}, { $set: { state: 'packed' } });
    await world.drain(id);
    await world.hear(id);
    await world.hear(id);
    expect(await world.states(id)).toEqual({ accepted: 1 });
    expect(world.shown(id).get(key)).toBe(1);
    expect(await platformRowModel.in(database).countDocuments({ partner: id, outcome: 'waiting' })).toBe(0);
  });

  it('gets a correction and a withdrawal and shows what was accepted', async () => {
    const [key = '', other = ''] = await world.accept(candidateOf(name('更-1')), candidateOf(name('更-2')));
    await settle();
    await world.accept(
      candidateOf(name('更-1'), { statement: { fineWanYuan: '3.000000' } }),
      candidateOf(name('更-2'), { operation: 'WITHDRAW' }),
    );
    await settle();
    expect(await world.states(id)).toEqual({ accepted: 4 });
    expect([world.shown(id).get(key), world.shown(id).has(other)]).toEqual([2, false]);
    const held = await platformRowModel
      .in(world.parts.database)
      .find({ partner: id, heldV: { $ne: null } })
      .toArray();
    expect(held.map((it) => [it.key, it.heldV])).toEqual([[key, 2]]);
  });

  it('is told to take away what stops being publishable', async () => {
    const [key = ''] = await world.accept(candidateOf(name('撤-1')));
    await settle();
    await world.accept(
      candidateOf(name('撤-1'), {
        statement: { facts: '补充事实。' },
        disclosure: { class: 'PUBLIC', publishable: false, reason: '不予公开' },
      }),
    );
    await settle();
    expect([await world.states(id), world.shown(id).has(key)]).toEqual([{ accepted: 2 }, false]);
  });

  it('is told to take away what has come to the end of its time, without a new version', async () => {
    const [key = ''] = await world.accept(candidateOf(name('期-1')));
    await settle();
    const { database } = world.parts;
    const ended = addCalendarDays(dayInShanghai(new Date()), -1);
    await platformRowModel.in(database).updateMany({ key }, { $set: { endsOn: ended } });
    await database.connection
      .collection<{ _id: string }>('records')
      .updateOne({ _id: key }, { $set: { 'head.validUntil': ended } });
    const tomorrow = world.channel(id);
    await tomorrow.collect();
    await world.drain(id, tomorrow);
    await world.hear(id);
    expect([await world.states(id), world.shown(id).has(key)]).toEqual([{ accepted: 1 }, false]);
  });

  it('leaves receipts that nobody signed on the envelope', async () => {
    await world.accept(candidateOf(name('据-1')));
    await settle();
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: id }).toArray();
    expect(envelope).toMatchObject({
      state: 'closed',
      receipt: { type: 'TRANSPORT', signature: null },
      words: [{ receipt: { type: 'BUSINESS', signature: null, records: [{ outcome: 'accepted' }] } }],
    });
  });
});
