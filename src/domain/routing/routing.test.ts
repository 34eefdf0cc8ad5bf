import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RECORD_KINDS } from '../record/index.ts';
import {
  decideEntitlement,
  decideRoute,
  type EntitlementCase,
  type PartnerRoute,
  type RoutedRecord,
} from './index.ts';

const ZIBO = { hub: 'zibo', region: '370300' };
const record: RoutedRecord = {
  key: 'k',
  kind: 'PENALTY',
  origin: 'zhoucun',
  receivedFrom: 'zhoucun',
  via: ['zhoucun'],
  producerRegion: '370306',
  subjectRegion: '370306',
  dataset: 'administrative_penalty',
  disclosureClass: 'PUBLIC',
};
const shandong: PartnerRoute = { partner: 'shandong', relation: 'PARENT', region: '370000', receives: null };
const zhoucun: PartnerRoute = {
  partner: 'zhoucun',
  relation: 'CHILD',
  region: '370306',
  receives: { kinds: 'ALL', subjectRegions: ['370306'], mode: 'PULL' },
};
const collected: RoutedRecord = {
  ...record,
  origin: 'zibo',
  receivedFrom: null,
  via: [],
  producerRegion: '370303',
};

describe('decideRoute', () => {
  it('owes a record never to its origin, its sender, a hub on its way, nor anyone when restricted', () => {
    expect(decideRoute(record, zhoucun, ZIBO).reason).toBe('ORIGIN');
    expect(decideRoute({ ...record, origin: 'x' }, zhoucun, ZIBO).reason).toBe('RECEIVED_FROM');
    const passed = { ...record, origin: 'x', receivedFrom: 'y', via: ['x', 'zhoucun', 'y'] };
    expect(decideRoute(passed, zhoucun, ZIBO).reason).toBe('IN_VIA');
    expect(decideRoute({ ...collected, disclosureClass: 'RESTRICTED' }, shandong, ZIBO).owed).toBe(false);
  });

  it('sends up what authorities of the own subtree decided, and nothing else', () => {
    expect(decideRoute(record, shandong, ZIBO)).toEqual({ owed: true, mode: 'PUSH', reason: 'OWN_SUBTREE' });
    expect(decideRoute(collected, shandong, ZIBO).owed).toBe(true);
    expect(decideRoute({ ...record, producerRegion: '440800' }, shandong, ZIBO).owed).toBe(false);
    const self = { hub: 'zhoucun', region: '370306' };
    const pulled = { ...collected, receivedFrom: 'zibo', via: ['zibo'] };
    expect(decideRoute(pulled, { ...shandong, partner: 'other' }, self).reason).toBe('NOT_OWN_SUBTREE');
    const strange = { ...ZIBO, children: ['zhangdian'] };
    expect(decideRoute(record, shandong, strange).reason).toBe('NOT_OWN_SUBTREE');
    expect(decideRoute(record, shandong, { ...ZIBO, children: ['zhoucun'] }).owed).toBe(true);
  });

  it('sends down and sideways what is subscribed', () => {
    expect(decideRoute(collected, zhoucun, ZIBO)).toEqual({ owed: true, mode: 'PULL', reason: 'SUBSCRIBED' });
    expect(decideRoute({ ...collected, subjectRegion: '370303' }, zhoucun, ZIBO).owed).toBe(false);
    expect(decideRoute(collected, { ...zhoucun, receives: null }, ZIBO).reason).toBe('NOT_SUBSCRIBED');
    const licences = { ...zhoucun, receives: { kinds: ['LICENCE' as const], mode: 'PUSH' as const } };
    expect(decideRoute(collected, licences, ZIBO).owed).toBe(false);
    const datasets = {
      ...zhoucun,
      receives: { kinds: 'ALL' as const, datasets: ['x'], mode: 'PUSH' as const },
    };
    expect(decideRoute(collected, datasets, ZIBO).owed).toBe(false);
  });

  it('never closes a loop, whatever the routes', () => {
    const hubs = ['a', 'b', 'c', 'zibo'];
    const cases = fc.record({
      kind: fc.constantFrom(...RECORD_KINDS),
      origin: fc.constantFrom(...hubs),
      receivedFrom: fc.constantFrom(...hubs, null),
      via: fc.subarray(hubs),
      partner: fc.constantFrom(...hubs),
      relation: fc.constantFrom('PARENT' as const, 'CHILD' as const, 'PEER' as const),
    });
    fc.assert(
      fc.property(cases, ({ partner, relation, ...facts }) => {
        const route = {
          partner,
          relation,
          region: '370306',
          receives: { kinds: 'ALL', mode: 'PUSH' },
        } as const;
        const { owed } = decideRoute({ ...record, ...facts }, route, ZIBO);
        const known = [facts.origin, facts.receivedFrom, ...facts.via].includes(partner);
        expect(owed && known).toBe(false);
        expect(owed || known || relation === 'PARENT').toBe(true);
      }),
      { seed: 20260109, numRuns: 300 },
    );
  });
});

describe('decideEntitlement', () => {
  const on: EntitlementCase = {
    record: { kind: 'PENALTY', origin: 'zhoucun', via: ['zhoucun'], producerRegion: '370306' },
    sender: 'zhoucun',
    agreement: { kinds: ['PENALTY'], producerRegions: ['370306'] },
    self: { hub: 'zibo' },
  };
  const reasonOf = (change: Partial<EntitlementCase['record']>, sender = on.sender): string =>
    decideEntitlement({ ...on, sender, record: { ...on.record, ...change } }).reason;

  it('refuses strangers, loops, own records and what no agreement names', () => {
    expect(decideEntitlement({ ...on, agreement: null })).toEqual({
      entitled: false,
      reason: 'NO_AGREEMENT',
    });
    expect(reasonOf({ origin: 'zibo', via: ['zibo'] })).toBe('OWN_RECORD');
    expect(reasonOf({ via: ['zhoucun', 'zibo', 'x'] })).toBe('LOOP');
    expect(reasonOf({ origin: 'x', via: ['x'] })).toBe('STRANGE_ROUTE');
    expect(reasonOf({ via: ['x', 'zhoucun'] })).toBe('STRANGE_ROUTE');
    expect(reasonOf({ kind: 'LICENCE' })).toBe('KIND_NOT_AGREED');
    expect(reasonOf({ producerRegion: '370303' })).toBe('REGION_NOT_AGREED');
  });

  it('lets the origin and a hub on the route send', () => {
    expect(reasonOf({})).toBe('ENTITLED');
    expect(reasonOf({ origin: 'x', via: ['x', 'zhoucun'] })).toBe('ENTITLED');
    const all = { kinds: 'ALL' as const, producerRegions: ['370000'] };
    expect(decideEntitlement({ ...on, agreement: all }).entitled).toBe(true);
  });
});
