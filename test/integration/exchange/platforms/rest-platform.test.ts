import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryModel, envelopeModel } from '../../../../src/exchange/delivery/index.ts';
import { findHealth, paceModel } from '../../../../src/exchange/health/index.ts';
import type { Platform } from '../../../../src/contracts/manifests/index.ts';
import { candidateOf, openPlatformWorld, type PlatformWorld } from './platform-world.ts';

const ID = 'resource-trading';
let world: PlatformWorld;

beforeAll(async () => {
  world = await openPlatformWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => world.reset());

const isBatch = (path: string) => path === '/penalties';
const retryNow = () =>
  envelopeModel
    .in(world.parts.database)
    .updateMany({ partner: ID, state: 'ready' }, { $set: { nextAttemptAt: new Date(0) } });
const health = () => findHealth(world.parts.database, ID);

describe('a REST platform', () => {
  it('whose pace leaves no room now is left alone, and nothing is counted', async () => {
    await world.accept(candidateOf('速-1'));
    const nextAt = new Date(Date.now() + 60_000);
    const pace = { perSecond: 0.1, cleanSince: new Date(), nextAt };
    await paceModel.in(world.parts.database).insertOne({ _id: ID, ...pace });
    await world.drain(ID);
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
    expect([world.door.seen, envelope?.failures, (await health())?.lastError]).toEqual([
      [],
      0,
      'PARTNER_PACE',
    ]);
  });

  it.each([
    ['no JSON', 'thanks'],
    ['no list of results', '{"data":{}}'],
    ['a result without a record', '{"data":{"results":[{"code":"OK"}]}}'],
    ['a member twice', '{"data":{"results":[]},"data":{"results":[]}}'],
  ])('is not believed when it answers 200 with %s', async (_, body) => {
    const [key = ''] = await world.accept(candidateOf(`乱-${body}`));
    world.door.meddle((path) => (isBatch(path) ? { status: 200, body } : 'forward'));
    await world.drain(ID, world.channel(ID), 0.9);
    expect([await world.states(ID), world.shown(ID).has(key)]).toEqual([{ packed: 1 }, false]);
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
    expect(envelope?.lastError).toBe('PLATFORM_BAD_ANSWER');
  });

  it('ignores answers about records that it was never sent, and notes them', async () => {
    const [key = ''] = await world.accept(candidateOf('陌-1'));
    const strange = `{"data":{"results":[{"id":"${'a'.repeat(64)}","version":"1","code":"OK","message":""}]}}`;
    world.door.meddle((path) => (isBatch(path) ? { status: 200, body: strange } : 'forward'));
    await world.drain(ID);
    expect([(await world.delivery(ID, key))?.state, await world.notes()]).toEqual([
      'stored',
      ['PLATFORM_ANSWER_UNKNOWN'],
    ]);
  });

  it('waits as long as 429 says, counts nothing and goes half as fast', async () => {
    await world.accept(candidateOf('多-1'));
    world.door.meddle(() => ({ status: 429, headers: { 'retry-after': '120' } }));
    await world.drain(ID);
    const before = Date.now();
    expect((await health())?.openUntil?.getTime()).toBeGreaterThan(before + 100_000);
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
    expect([envelope?.failures, envelope?.state]).toEqual([0, 'ready']);
    expect((await paceModel.in(world.parts.database).findOne({ _id: ID }))?.perSecond).toBe(2.5);
    world.door.meddle(() => 'forward');
    await world.drain(ID);
    expect(world.door.seen).toEqual([]);
    await world.lookAgain();
    await world.drain(ID);
    expect(await world.states(ID)).toEqual({ accepted: 1 });
  });

  it('is asked first about a batch whose answer was lost, and takes it once', async () => {
    const [key = ''] = await world.accept(candidateOf('失-1'));
    let lost = 0;
    world.door.meddle((path) => (isBatch(path) && lost++ === 0 ? 'drop-reply' : 'forward'));
    await world.drain(ID);
    await retryNow();
    await world.drain(ID);
    expect(world.door.seen.filter(isBatch)).toHaveLength(1);
    expect([await world.states(ID), world.shown(ID).get(key)]).toEqual([{ accepted: 1 }, 1]);
  });

  it('is asked about the whole when only a half goes again, and takes each record once', async () => {
    const keys = await world.accept(candidateOf('半-1'), candidateOf('半-2'));
    let questions = 0;
    world.door.meddle((path) => {
      if (isBatch(path)) return 'drop-reply';
      return path.includes('probe') || questions++ > 0 ? 'forward' : { status: 500 };
    });
    for (let round = 0; round < 4; round += 1) {
      await retryNow();
      await world.drain(ID);
    }
    expect(world.door.seen.filter(isBatch)).toHaveLength(1);
    expect(await envelopeModel.in(world.parts.database).countDocuments({ partner: ID })).toBe(3);
    expect([await world.states(ID), keys.map((it) => world.shown(ID).get(it))]).toEqual([
      { accepted: 2 },
      [1, 1],
    ]);
  });

  it('gets the same batch number with each attempt where it knows one', async () => {
    const keyed = (it: Platform): Platform =>
      it.transport.type === 'rest'
        ? { ...it, idempotency: 'key', transport: { ...it.transport, idempotencyHeader: 'x-batch' } }
        : it;
    await world.accept(candidateOf('键-1'));
    const bodies: string[] = [];
    world.door.meddle((path, body) => {
      if (!isBatch(path)) return 'forward';
      bodies.push(body);
      return bodies.length === 1 ? 'drop-reply' : 'forward';
    });
    const channel = world.channel(ID, keyed);
    await world.drain(ID, channel);
    await retryNow();
    await world.drain(ID, channel);
    expect([bodies.length, new Set(bodies).size]).toEqual([2, 1]);
    expect(await world.states(ID)).toEqual({ accepted: 1 });
  });

  it('that is away costs no attempt, however often it is looked for', async () => {
    await world.accept(candidateOf('断-1'));
    world.door.meddle(() => 'cut');
    for (let round = 0; round < 8; round += 1) {
      await world.lookAgain();
      await world.drain(ID);
    }
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
    expect([envelope?.failures, (await health())?.outages]).toEqual([0, 8]);
  });

  it('that cannot take one record gets its neighbours, and the record waits for a person', async () => {
    const [poison = '', ...sound] = await world.accept(
      ...['毒-1', '毒-2', '毒-3'].map((it) => candidateOf(it)),
    );
    world.door.meddle((path, body) => (isBatch(path) && body.includes(poison) ? { status: 500 } : 'forward'));
    const quick = world.channel(ID, (it) => ({ ...it, limits: { ...it.limits, perSecond: 1_000 } }));
    for (let round = 0; round < 20; round += 1) {
      await retryNow();
      await world.drain(ID, quick);
    }
    expect(await world.states(ID)).toEqual({ accepted: 2, dead: 1 });
    expect(sound.every((it) => world.shown(ID).has(it))).toBe(true);
  });

  it('keeps for a person what it refuses as a whole, with its code', async () => {
    const [key = ''] = await world.accept(candidateOf('退-1'));
    world.door.meddle((path) => (isBatch(path) ? { status: 422, body: '{"code":"BAD_ITEM"}' } : 'forward'));
    await world.drain(ID);
    expect(await world.delivery(ID, key)).toMatchObject({ state: 'dead', rule: 'BAD_ITEM' });
  });

  it('gets a record again later after a code that means so, and its words hold no number of a person', async () => {
    const [key = ''] = await world.accept(candidateOf('忙-1'));
    const text = '经办人身份证11010519491231002X，电话13800138000，请稍后';
    world.door.meddle((path, body) => {
      if (!isBatch(path)) return 'forward';
      const { items } = JSON.parse(body) as { items: { id: string; version: string }[] };
      const results = items.map(({ id, version }) => ({ id, version, code: 'BUSY', message: text }));
      return { status: 200, body: JSON.stringify({ data: { results } }) };
    });
    await world.drain(ID);
    const waiting = await world.delivery(ID, key);
    expect([waiting?.state, waiting?.told?.code]).toEqual(['pending', 'BUSY']);
    expect(waiting?.told?.text).not.toMatch(/\d{6,}/);
    expect(waiting?.dueAt.getTime()).toBeGreaterThan(Date.now() + 300_000);
    world.door.meddle(() => 'forward');
    await deliveryModel.in(world.parts.database).updateMany({}, { $set: { dueAt: new Date(0) } });
    await world.drain(ID);
    expect(await world.states(ID)).toEqual({ accepted: 1 });
  });
});
