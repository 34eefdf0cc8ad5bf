import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { bodyOf, listenAnywhere } from '../../support/called-feed.ts';
import { eventually } from '../../support/eventually.ts';
import { housingSource, putPermits, slowLookup } from '../../support/housing.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';
import {
  ask,
  askSigned,
  candidate,
  emptyPorts,
  hubFile,
  licence,
  makeKeys,
  openPort,
  partnerTerms,
  startHub,
  store,
  usccOf,
  type CoverageReply,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';

/*
 * One city whose departments are a sound one, one with a bad row, one that hangs and one that is gone, on real servers;
 * and a partner hub that says whatever a test lets it say.
 */
const keys = {
  zibo: makeKeys(),
  zhanjiang: makeKeys(),
  poor: makeKeys(),
  regional: makeKeys(),
  liar: makeKeys(),
};
const CODE = usccOf(41);
const FORMER = usccOf(42);
const DAY = 86_400_000;

let mysql: SqlDatabase;
let postgres: SqlDatabase;
let sources: LiveSource[];
let hub: RunningHub;
let partner: Server;
let says: (usccs: string[]) => unknown = () => null;
let heard: IncomingHttpHeaders = {};
let lastRunAt = new Date();
const logged: string[] = [];

const number = (name: string): string => `测预〔2026〕${name} 号`;
const callerOf = (id: keyof typeof keys): Caller => ({
  directory: new PartnerDirectory(
    hubFile(id, '440800', { partners: [partnerTerms('zibo', keys.zibo, { url: hub.url })] }),
  ),
  database: hub.database,
  signer: signerOf(keys[id].privateKey, 'k1'),
});

beforeAll(async () => {
  [mysql, postgres] = await Promise.all([openSqlDatabase('mysql'), openSqlDatabase('postgresql')]);
  await putPermits(mysql, [{ code: CODE, number: number('甲'), on: '2026-02-01' }]);
  await putPermits(postgres, [
    { code: CODE, number: number('乙'), on: '2026-03-01' },
    { code: CODE, number: number('丙'), on: '2026-03-02', until: null },
  ]);
  sources = [
    housingSource(mysql, { id: 'sound', live: { timeoutMs: 8_000 } }),
    housingSource(postgres, { id: 'partly', live: { timeoutMs: 8_000 } }),
    housingSource(postgres, { id: 'slow', live: { lookup: slowLookup('postgresql', 30), timeoutMs: 400 } }),
    housingSource({ driver: 'mysql', dsn: 'mysql://root@127.0.0.1:1/secret' }, { id: 'gone' }),
  ];
  partner = createServer((request, response) => {
    heard = request.headers;
    void bodyOf(request).then((text) => {
      const { variables } = JSON.parse(text) as { variables: { usccs: string[] } };
      const said = says(variables.usccs);
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  const partnerUrl = (await listenAnywhere(partner)).replace(/\/$/, '');
  const terms = (scopes: string[]) => ({ query: { purposes: ['BIDDING'], scopes } });
  hub = await startHub(await openPort(), {
    keys: keys.zibo,
    liveSources: sources,
    hub: hubFile('zibo', '370300', {
      partners: [
        partnerTerms('zhanjiang', keys.zhanjiang, terms(['read:licence', 'read:history'])),
        partnerTerms('poor', keys.poor, terms(['read:penalty'])),
        partnerTerms('regional', keys.regional, {
          query: { purposes: ['BIDDING'], scopes: ['read:licence'], producerRegions: ['370100'] },
        }),
        partnerTerms('liar', keys.liar, {
          url: partnerUrl,
          region: '370100',
          ask: { datasets: ['housing_presale'], timeoutMs: 4_000 },
        }),
      ],
    }),
    more: {
      log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
      operations: {
        ...emptyPorts.operations,
        listConnectors: () =>
          Promise.resolve([
            {
              id: 'collected',
              title: { zh: '测试', en: 'test' },
              dataset: 'administrative_licence',
              mode: 'collect' as const,
              region: '370300',
              lastRunAt,
              revision: 'r',
              staleAfterSeconds: 86_400,
            },
          ]),
      },
    },
  });
  const own = candidate(
    'administrative_licence',
    { uscc: CODE, name: '测试甲有限公司' },
    licence('测许 1 号', '2026-01-01'),
  );
  await store(hub.database, [own]);
});

afterAll(async () => {
  await hub.close();
  for (const it of sources) await it.close?.();
  partner.closeAllConnections();
  partner.close();
  await Promise.all([mysql.close(), postgres.close()]);
});

const PRESALES = `query Q($u: USCC!, $sources: [String!], $knownAt: DateTime) { subject(by: { uscc: $u }) {
  housingPresales(sources: $sources, knownAt: $knownAt) { complete totalCount
    coverage { source region status withheld rule } edges { node { documentNo } } } } }`;

async function presales(args: object, id: 'zhanjiang' | 'poor' | 'regional' = 'zhanjiang'): Promise<Reply> {
  return askSigned(callerOf(id), 'zibo', { query: PRESALES, variables: { u: CODE, ...args } });
}

const told = (entries: readonly CoverageReply[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((it) => [it.source, [it.status, it.rule].filter((word) => word !== null).join(' ')]),
  );

/** What a connection says of some sources, after it was seen that the answer as a whole says the same. */
function coverageIn(reply: Reply): Record<string, string> {
  const { housingPresales } = reply.data.subject;
  expect(told(reply.extensions.coverage)).toEqual(told(housingPresales.coverage));
  const isComplete = housingPresales.coverage.every((it) => it.status === 'ANSWERED');
  expect([housingPresales.complete, reply.extensions.complete]).toEqual([isComplete, isComplete]);
  expect(reply.text).not.toMatch(/127\.0\.0\.1|secret|ECONN|\.ts:|xinqiao_|root@/);
  return told(housingPresales.coverage);
}
const numbers = (reply: Reply): string[] =>
  reply.data.subject.housingPresales.edges.map((it) => it.node.documentNo);

/** A row as a partner hub gives it, with what a test breaks. */
function rowOf(change: object = {}): object {
  return {
    node: {
      id: 'a'.repeat(64),
      version: 1,
      producer: { name: '测试局', uscc: usccOf(3, '370100', '11'), region: '370100' },
      disclosure: 'GOVERNMENT',
      decidedOn: '2026-01-15',
      validFrom: '2026-01-15',
      validUntil: '2030-01-01',
      legalBasis: { document: '测试办法', article: '第一条' },
      provenance: {
        source: 'x',
        origin: 'liar',
        via: ['liar'],
        run: null,
        acceptedAt: null,
        knownFrom: null,
        hash: '0',
        ruleVersion: '1',
      },
      documentNo: number('邻'),
      projectName: '测试项目',
      floorAreaSquareMetres: null,
      validTo: '2030-01-01',
      authorityName: '测试局',
      ...change,
    },
  };
}
const entry = (change: object = {}): object => ({
  source: 'liar/registry',
  region: '370100',
  dataset: 'housing_presale',
  status: 'ANSWERED',
  dataAt: null,
  staleBySeconds: null,
  withheld: 0,
  rule: null,
  ...change,
});
const answerWith =
  (edges: readonly unknown[], coverage: readonly object[] = [entry()]) =>
  (usccs: readonly string[]) => ({
    data: {
      subjects: usccs.map((uscc) => ({
        uscc,
        records: { edges, pageInfo: { hasNextPage: false, hasPreviousPage: false }, coverage },
      })),
    },
  });

describe('coverage', () => {
  it('is DENIED to the public for what only government sees, and to a partner for want of a scope', async () => {
    says = answerWith([]);
    const open = coverageIn(await ask(hub.url, PRESALES, { u: CODE }));
    expect(new Set(Object.values(open))).toEqual(new Set(['DENIED DISCLOSURE']));
    const poor = await presales({}, 'poor');
    expect(poor.data.subject.housingPresales).toBeNull();
    expect(poor.extensions.complete).toBe(false);
    expect(new Set(Object.values(told(poor.extensions.coverage)))).toEqual(new Set(['DENIED SCOPE_MISSING']));
  });

  it('tells of each source what came of asking it, and a source that fails costs its own rows only', async () => {
    says = answerWith([rowOf()]);
    const reply = await presales({});
    expect(coverageIn(reply)).toEqual({
      'zibo/registry': 'ANSWERED',
      'zibo/sound': 'ANSWERED',
      'zibo/partly': 'PARTIAL WITHHELD',
      'zibo/slow': 'TIMEOUT',
      'zibo/gone': 'UNAVAILABLE',
      'liar/registry': 'ANSWERED',
    });
    expect(numbers(reply)).toEqual([number('乙'), number('甲'), number('邻')]);
    expect(reply.data.subject.housingPresales.totalCount).toBeNull();
    const left = await eventually(
      () => postgres.running(),
      (found) => found.length === 0,
    );
    expect(left).toEqual([]);
  });

  it('leaves a note for operators why a source gave no answer, without address, statement or code', () => {
    const notes = logged.map((it) => JSON.parse(it) as Record<string, unknown>);
    expect(notes).toContainEqual(
      expect.objectContaining({ source: 'zibo/slow', code: 'LIVE_TIMEOUT', cause: 'SQL_TIMEOUT' }),
    );
    expect(notes).toContainEqual(expect.objectContaining({ source: 'zibo/gone', code: 'LIVE_UNAVAILABLE' }));
    expect(logged.join('')).not.toMatch(/127\.0\.0\.1|secret|select|QQQQ/);
  });

  it('is complete only where every source answered', async () => {
    says = answerWith([rowOf()]);
    const some = await presales({ sources: ['registry', 'sound', 'liar'] });
    expect(coverageIn(some)).toMatchObject({
      'zibo/sound': 'ANSWERED',
      'zibo/slow': 'NOT_ASKED EXCLUDED',
      'zibo/gone': 'NOT_ASKED EXCLUDED',
    });
    expect(some.data.subject.housingPresales.complete).toBe(false);
  });

  it('names a source that is left alone after repeated failures', async () => {
    says = answerWith([]);
    const last = await eventually(
      async () => coverageIn(await presales({ sources: ['gone'] }))['zibo/gone'],
      (it) => it !== 'UNAVAILABLE',
    );
    expect(last).toBe('UNAVAILABLE BREAKER_OPEN');
  });

  it('says that sources without a history were not asked about the past', async () => {
    const knownAt = new Date(Date.now() - 1_000).toISOString();
    const past = coverageIn(await presales({ knownAt }));
    expect(past).toMatchObject({
      'zibo/registry': 'ANSWERED',
      'zibo/sound': 'NOT_ASKED NO_HISTORY',
      liar: 'NOT_ASKED NO_HISTORY',
    });
  });

  it('says that nobody was asked where there is no subject', async () => {
    const reply = await askSigned(callerOf('zhanjiang'), 'zibo', {
      query: '{ subject(by: { name: "测试无此企业有限公司" }) { housingPresales { complete } } }',
    });
    expect(reply.data.subject).toBeNull();
    expect(reply.extensions.complete).toBe(false);
    expect(reply.extensions.coverage).toMatchObject([{ status: 'NOT_ASKED', rule: 'NO_SUBJECT' }]);
  });

  it('says that collected data are older than their connector promises', async () => {
    const query = `{ subject(by: { uscc: "${CODE}" }) { licences { complete coverage { source status rule staleBySeconds } edges { node { documentNo } } } } }`;
    const fresh = (await ask(hub.url, query)).data.subject.licences;
    expect([fresh.complete, fresh.coverage[0]?.status]).toEqual([true, 'ANSWERED']);
    lastRunAt = new Date(Date.now() - 3 * DAY);
    const stale = await eventually(
      async () => (await ask(hub.url, query)).data.subject.licences,
      (it) => it.coverage[0]?.status === 'STALE',
    );
    expect(stale).toMatchObject({ complete: false, coverage: [{ status: 'STALE', rule: 'FRESHNESS' }] });
    expect(stale.edges).toHaveLength(1);
  });

  it('asks with every code the subject ever had, and shows its records under the code in use', async () => {
    const subjects = hub.database.connection.collection<{ _id: string }>('subjects');
    await subjects.updateOne({ _id: CODE }, { $set: { formerCodes: [FORMER] } });
    await putPermits(mysql, [{ code: FORMER, number: number('旧'), on: '2019-01-01' }]);
    const asked: string[][] = [];
    says = (usccs) => {
      asked.push(usccs);
      return answerWith([])(usccs);
    };
    const reply = await presales({ sources: ['sound', 'liar'] });
    expect(numbers(reply)).toEqual([number('甲'), number('旧')]);
    expect(asked).toEqual([[CODE, FORMER]]);
  });
});

describe('a partner hub that is asked', () => {
  it('is told the way the question came, for whom, and how much time is left', async () => {
    says = answerWith([rowOf()]);
    await askSigned(callerOf('zhanjiang'), 'zibo', {
      query: PRESALES,
      variables: { u: CODE, sources: ['liar'] },
      headers: { 'xinqiao-deadline-ms': '3000' },
    });
    expect(heard).toMatchObject({
      'xinqiao-via': 'zibo',
      'xinqiao-purpose': 'BIDDING',
      'xinqiao-on-behalf-of': 'zhanjiang',
    });
    const left = Number(heard['xinqiao-deadline-ms']);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(3_000);
  });
});

describe('a partner hub that misbehaves', () => {
  const LIES: Readonly<Record<string, () => unknown>> = {
    'a page of HTML': () => '<html>192.168.1.1</html>',
    'no subjects': () => ({ data: { subjects: [] } }),
    'another structure': () => ({ data: { subjects: [{ uscc: 1, records: 'x' }] } }),
    'coverage that names a machine': () => answerWith([], [entry({ source: '10.0.0.1:5432' })])([CODE]),
    'no coverage': () => answerWith([], [])([CODE]),
  };

  it.each(Object.keys(LIES))('costs its own rows when it answers with %s', async (what) => {
    says = LIES[what]!;
    const reply = await presales({ sources: ['sound', 'liar'] });
    expect(coverageIn(reply)['liar']).toBe('UNAVAILABLE');
    expect(numbers(reply)).toContain(number('甲'));
    expect(reply.errors).toBeUndefined();
    expect(reply.text).not.toMatch(/192\.168|10\.0\.0\.1/);
  });

  it('is DENIED by its own policy where its errors say so', async () => {
    says = () => ({ data: null, errors: [{ message: 'x', extensions: { code: 'PURPOSE_NOT_AGREED' } }] });
    expect(coverageIn(await presales({ sources: ['liar'] }))['liar']).toBe('DENIED PARTNER_POLICY');
  });

  it('does not make public to one platform what it told of another region for government', async () => {
    const producer = { name: '测试局', uscc: usccOf(3, '440800', '11'), region: '440800' };
    says = answerWith([
      rowOf(),
      rowOf({ id: 'e'.repeat(64), documentNo: number('远'), disclosure: 'PUBLIC', producer }),
    ]);
    expect(numbers(await presales({ sources: ['liar'] }))).toEqual([number('邻'), number('远')]);
    expect(numbers(await presales({ sources: ['liar'] }, 'regional'))).toEqual([number('邻')]);
  });

  it('has its rows of wrong types, about persons or never asked for withheld and counted, and no error for them', async () => {
    says = answerWith([
      rowOf(),
      rowOf({ id: 'b'.repeat(64), documentNo: { a: 1 } }),
      rowOf({ id: 'c'.repeat(64), projectName: '经办人 13800138000' }),
      rowOf({ id: 'd', decidedOn: 7 }),
      { node: null },
      'text',
    ]);
    const reply = await presales({ sources: ['liar'] });
    expect(numbers(reply)).toEqual([number('邻')]);
    expect(coverageIn(reply)).toMatchObject({ 'liar/registry': 'ANSWERED', liar: 'PARTIAL WITHHELD' });
    expect(reply.errors).toBeUndefined();
    expect(reply.text).not.toContain('13800138000');
  });
});
