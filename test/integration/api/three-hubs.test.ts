import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { housingSource, putPermits } from '../../support/housing.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';
import {
  askSigned,
  candidate,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  startHub,
  store,
  usccOf,
  type ConnectionReply,
  type CoverageReply,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';

/*
 * The city Zibo asks its province Shandong and its neighbour Jinan, besides its registry and two departments on real
 * servers. Each of the three knows the other two.
 */
const keys = { zibo: makeKeys(), shandong: makeKeys(), jinan: makeKeys(), bank: makeKeys() };
const REGIONS = { zibo: '370300', shandong: '370000', jinan: '370100' } as const;
type HubId = keyof typeof REGIONS;
const HUBS: readonly HubId[] = ['zibo', 'shandong', 'jinan'];
const query = { purposes: ['BIDDING'], scopes: ['read:licence', 'read:history'] };
const PARTNER_TIMEOUT_MS = 8_000;

let mysql: SqlDatabase;
let postgres: SqlDatabase;
let departments: LiveSource[];
let hubs: Readonly<Record<HubId, RunningHub>>;
let bank: Caller;
let next = 0;

/** What Jinan's own department was asked, and how long it takes to answer. */
const asked: { codes: readonly string[]; timeoutMs: number | undefined }[] = [];
let jinanTakesMs = 0;
const slowInJinan: LiveSource = {
  connector: 'jinan-housing',
  dataset: 'housing_presale',
  region: '370100',
  timeoutMs: 9_000,
  async ask({ codes, timeoutMs, signal }) {
    asked.push({ codes, timeoutMs });
    await delay(jinanTakesMs, null, { signal });
    return { records: [], withheld: 0 };
  },
};

beforeAll(async () => {
  [mysql, postgres] = await Promise.all([openSqlDatabase('mysql'), openSqlDatabase('postgresql')]);
  await Promise.all([putPermits(mysql, []), putPermits(postgres, [])]);
  departments = [
    housingSource(mysql, { id: 'zhoucun', live: { timeoutMs: 8_000 } }),
    housingSource(postgres, { id: 'zhangdian', live: { timeoutMs: 8_000 } }),
  ];
  const places = await Promise.all(HUBS.map(() => openPort()));
  const started = HUBS.map(async (id, place) => {
    const others = HUBS.flatMap((other, at) =>
      other === id
        ? []
        : [
            partnerTerms(other, keys[other], {
              url: places[at]?.url,
              region: REGIONS[other],
              query,
              ask: { datasets: ['housing_presale'], timeoutMs: PARTNER_TIMEOUT_MS },
            }),
          ],
    );
    const live = { zibo: departments, shandong: [], jinan: [slowInJinan] }[id];
    const partners = [...others, partnerTerms('bank', keys.bank, { query })];
    const file = hubFile(id, REGIONS[id], { partners });
    return [id, await startHub(places[place]!, { keys: keys[id], liveSources: live, hub: file })] as const;
  });
  hubs = Object.fromEntries(await Promise.all(started)) as Record<HubId, RunningHub>;
  const file = hubFile('bank', '440800', {
    partners: HUBS.map((id) => partnerTerms(id, keys[id], { url: hubs[id].url })),
  });
  bank = {
    directory: new PartnerDirectory(file),
    database: hubs.zibo.database,
    signer: signerOf(keys.bank.privateKey, 'k1'),
  };
}, 60_000);

afterAll(async () => {
  await Promise.all(HUBS.map((id) => hubs[id].close()));
  for (const it of departments) await it.close?.();
  await Promise.all([mysql.close(), postgres.close()]);
});

const PAGE = `query Q($u: USCC!, $first: Int, $after: String, $last: Int, $before: String) { subject(by: { uscc: $u }) {
  housingPresales(first: $first, after: $after, last: $last, before: $before) { complete
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } coverage { source status rule withheld }
    edges { cursor node { id documentNo decidedOn provenance { origin via } } } } } }`;

async function reply(args: object, path = '/graphql', headers = {}): Promise<Reply> {
  return askSigned(bank, 'zibo', { query: PAGE, variables: args, path, headers });
}
const page = async (args: object): Promise<ConnectionReply> =>
  (await reply(args)).data.subject.housingPresales;
const told = (entries: readonly CoverageReply[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((it) => [it.source, [it.status, it.rule].filter((word) => word !== null).join(' ')]),
  );

type Held = { readonly day: number; readonly at: number };
const PLACES = ['registry', 'zhoucun', 'zhangdian', 'shandong', 'jinan'] as const;
const dayOf = (day: number): string => `2026-01-${String(day).padStart(2, '0')}`;

/** Puts made-up permits where the cases say: one in the registry and at a partner is one record. */
async function put(code: string, held: readonly Held[]): Promise<void> {
  const subject = { uscc: code, name: '测试甲有限公司' };
  const permits = held.map(({ day, at }) => {
    next += 1;
    return { code, number: `测预〔2026〕${String(next)} 号`, on: dayOf(day), at };
  });
  const at = (place: (typeof PLACES)[number]) => permits.filter((it) => PLACES[it.at] === place);
  const records = (place: 'registry' | 'shandong' | 'jinan') =>
    at(place).map(({ number, on }) =>
      candidate('housing_presale', subject, {
        documentNo: number,
        projectName: '测试项目',
        decidedOn: on,
        validTo: '2030-01-01',
        authorityName: '测试局',
      }),
    );
  await Promise.all([
    putPermits(mysql, at('zhoucun')),
    putPermits(postgres, at('zhangdian')),
    store(hubs.zibo.database, records('registry')),
    store(hubs.shandong.database, [...records('shandong'), ...records('registry')]),
    store(hubs.jinan.database, records('jinan')),
  ]);
}

/** Walks the list to its end; a walk that does not end fails. */
async function walk(code: string, size: number, backwards: boolean): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let step = 0; step < 100; step += 1) {
    const args: object = backwards ? { last: size, before: cursor } : { first: size, after: cursor };
    const { edges, pageInfo, complete } = await page({ u: code, ...args });
    expect(complete).toBe(true);
    const found = edges.map((it) => it.node.id);
    if (backwards) ids.unshift(...found);
    else ids.push(...found);
    cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
    if (!(backwards ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return ids;
  }
  throw new Error('the walk does not end');
}

describe('a city that asks its province and its neighbour', () => {
  const CODE = usccOf(500);
  beforeAll(() =>
    put(
      CODE,
      PLACES.map((_, at) => ({ day: at + 1, at })),
    ),
  );

  it('answers NOT_ASKED by rule LOOP where it finds itself on the way, and asks nobody', async () => {
    asked.length = 0;
    const looped = await reply({ u: CODE }, '/partner/v1/graphql', {
      'xinqiao-via': 'jinan, zibo, shandong',
    });
    const { coverage, edges, complete } = looped.data.subject.housingPresales;
    expect([edges, complete, asked]).toEqual([[], false, []]);
    expect(new Set(Object.values(told(coverage)))).toEqual(new Set(['NOT_ASKED LOOP']));
  });

  it('shows one list, each record once, and says who was asked', async () => {
    const { edges, coverage, complete } = await page({ u: CODE });
    expect(edges.map((it) => it.node.decidedOn)).toEqual([5, 4, 3, 2, 1].map(dayOf));
    expect(complete).toBe(true);
    expect(told(coverage)).toEqual({
      'zibo/registry': 'ANSWERED',
      'zibo/zhoucun': 'ANSWERED',
      'zibo/zhangdian': 'ANSWERED',
      'shandong/registry': 'ANSWERED',
      'jinan/registry': 'ANSWERED',
      'jinan/jinan-housing': 'ANSWERED',
    });
  });

  it('hands on no more time than is left, and a hub that is asked asks no third one', async () => {
    asked.length = 0;
    await reply({ u: CODE }, '/graphql', { 'xinqiao-deadline-ms': '4000' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.timeoutMs).toBeLessThan(4_000);
    expect(asked[0]?.timeoutMs).toBeGreaterThan(0);
  });

  it('keeps every other row when a department of the neighbour is slow, and names that department alone', async () => {
    jinanTakesMs = 30_000;
    const { edges, coverage } = (await reply({ u: CODE }, '/graphql', { 'xinqiao-deadline-ms': '5000' })).data
      .subject.housingPresales;
    jinanTakesMs = 0;
    expect(edges).toHaveLength(5);
    expect(told(coverage)).toMatchObject({
      'shandong/registry': 'ANSWERED',
      'jinan/registry': 'ANSWERED',
      'jinan/jinan-housing': 'TIMEOUT',
    });
  });
});

describe('one list over a registry, two departments and two hubs', () => {
  const held = fc.array(
    fc.record({ day: fc.integer({ min: 1, max: 6 }), at: fc.integer({ min: 0, max: PLACES.length - 1 }) }),
    { minLength: 1, maxLength: 14 },
  );

  it('is the same forwards and backwards, without a gap and with each record once', async () => {
    let subject = 600;
    const law = fc.asyncProperty(held, fc.integer({ min: 1, max: 4 }), async (permits, size) => {
      subject += 1;
      const code = usccOf(subject);
      await put(code, permits);
      const whole = (await page({ u: code, first: 100 })).edges.map((it) => it.node.id);
      expect(whole).toHaveLength(permits.length);
      expect(new Set(whole).size).toBe(whole.length);
      expect(await walk(code, size, false)).toEqual(whole);
      expect(await walk(code, size, true)).toEqual(whole);
    });
    await fc.assert(law, { seed: 2026, numRuns: 8 });
  }, 120_000);

  it('stays whole behind the reader when records come in while it is read', async () => {
    let subject = 700;
    const law = fc.asyncProperty(held, held, async (permits, late) => {
      subject += 1;
      const code = usccOf(subject);
      await put(code, permits);
      const before = await walk(code, 2, false);
      const first = await page({ u: code, first: 2 });
      await put(code, late);
      const rest: string[] = [];
      for (let { pageInfo } = first; pageInfo.hasNextPage || rest.length === 0;) {
        const more = await page({ u: code, first: 2, after: pageInfo.endCursor });
        rest.push(...more.edges.map((it) => it.node.id));
        pageInfo = more.pageInfo;
        if (more.edges.length === 0) break;
      }
      const read = [...first.edges.map((it) => it.node.id), ...rest];
      expect(new Set(read).size).toBe(read.length);
      expect(read.filter((it) => before.includes(it))).toEqual(before);
    });
    await fc.assert(law, { seed: 62, numRuns: 5 });
  }, 120_000);
});

describe('a partner hub that is down', () => {
  it('costs its own rows, and no address is told', async () => {
    const code = usccOf(800);
    await put(
      code,
      PLACES.map((_, at) => ({ day: at + 1, at })),
    );
    await hubs.shandong.close();
    const { data, text, errors } = await reply({ u: code });
    const { edges, coverage, complete } = data.subject.housingPresales;
    expect([edges.length, complete, errors]).toEqual([4, false, undefined]);
    expect(told(coverage)).toMatchObject({ shandong: 'UNAVAILABLE', 'jinan/registry': 'ANSWERED' });
    expect(text).not.toMatch(/127\.0\.0\.1|ECONN/);
    const file = hubFile('shandong', REGIONS.shandong);
    hubs = { ...hubs, shandong: await startHub(await openPort(), { keys: keys.shandong, hub: file }) };
  });
});
