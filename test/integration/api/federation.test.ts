import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveRecord, LiveSource } from '../../../src/contracts/doors/index.ts';
import { HubError } from '../../../src/domain/hub-error.ts';
import { contentHash, recordKey } from '../../../src/domain/record/index.ts';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { countAudit, listAudit } from '../../../src/registry/audit/index.ts';
import {
  ask,
  askSigned,
  candidate,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  penalty,
  startHub,
  store,
  usccOf,
  type ConnectionReply,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';

/*
 * Zhanjiang asks Shandong; Shandong asks Zhoucun over the partner endpoint; Zhoucun asks its housing department live.
 */
const keys = { shandong: makeKeys(), zhoucun: makeKeys(), zhanjiang: makeKeys() };
const SCOPES = ['read:penalty', 'read:licence'];
const query = { purposes: ['BIDDING'], scopes: SCOPES };
const subject = { uscc: usccOf(21), name: '测试乙有限公司' };
const department = { name: '测试住房部门', uscc: usccOf(2, '370306', '11'), region: '370306' };

let mode: 'answers' | 'partly' | 'fails' | 'hangs' = 'answers';
let asked: string[][] = [];

function presale(documentNo: string, decidedOn: string): LiveRecord {
  const statement = {
    documentNo,
    projectName: '测试项目',
    decidedOn,
    validTo: '2030-01-01',
    authorityName: department.name,
  };
  return {
    key: recordKey({
      kind: 'LICENCE',
      producer: department.uscc,
      subject: subject.uscc,
      identity: { documentNo, decidedOn },
    }),
    hash: contentHash(statement),
    kind: 'LICENCE',
    dataset: 'housing_presale',
    subject,
    producer: department,
    disclosure: { class: 'GOVERNMENT', publishable: true, reason: null },
    decidedOn,
    validFrom: decidedOn,
    validUntil: '2030-01-01',
    statement,
    provenance: {
      source: 'zhoucun-housing',
      run: 'live',
      ruleVersion: '1',
      legalBasis: { document: '测试办法', article: '第二条' },
    },
  };
}

/** A department that is asked at query time; each mode is one way such a source behaves. */
const housing: LiveSource = {
  connector: 'zhoucun-housing',
  dataset: 'housing_presale',
  region: '370306',
  timeoutMs: 300,
  async ask({ codes, signal }) {
    asked.push([...codes]);
    if (mode === 'fails')
      throw new HubError('LIVE_UNAVAILABLE', 'transient', 'connect ECONNREFUSED 10.1.2.3:5432');
    if (mode === 'hangs')
      await delay(60_000, null, { signal }).catch(() => delay(60_000, null, { ref: false }));
    const records = codes.includes(subject.uscc)
      ? [presale('测预〔2025〕1 号', '2025-04-01'), presale('测预〔2025〕2 号', '2025-06-01')]
      : [];
    return { records, withheld: mode === 'partly' ? 2 : 0 };
  },
};

let zhoucun: RunningHub;
let shandong: RunningHub;
let zhanjiang: Caller;

beforeAll(async () => {
  const [upper, lower] = await Promise.all([openPort(), openPort()]);
  zhoucun = await startHub(lower, {
    keys: keys.zhoucun,
    liveSources: [housing],
    hub: hubFile('zhoucun', '370306', {
      partners: [
        partnerTerms('shandong', keys.shandong, {
          url: upper.url,
          query,
          ask: { datasets: ['administrative_penalty'], timeoutMs: 2_000 },
        }),
      ],
    }),
  });
  shandong = await startHub(upper, {
    keys: keys.shandong,
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('zhoucun', keys.zhoucun, {
          url: lower.url,
          query,
          ask: { datasets: ['housing_presale', 'administrative_penalty'], timeoutMs: 2_000 },
        }),
        partnerTerms('zhanjiang', keys.zhanjiang, { query }),
      ],
    }),
  });
  const file = hubFile('zhanjiang', '440800', {
    partners: [partnerTerms('shandong', keys.shandong, { url: upper.url })],
  });
  zhanjiang = {
    directory: new PartnerDirectory(file),
    database: shandong.database,
    signer: signerOf(keys.zhanjiang.privateKey, 'k1'),
  };
  const shared = candidate('administrative_penalty', subject, penalty('测罚〔2025〕10 号', '2025-05-01'));
  await store(shandong.database, [
    shared,
    candidate('administrative_penalty', subject, penalty('测罚〔2025〕11 号', '2025-07-01')),
  ]);
  await store(zhoucun.database, [
    shared,
    candidate('administrative_penalty', subject, penalty('测罚〔2025〕12 号', '2025-06-01')),
  ]);
});

afterAll(async () => {
  await Promise.all([shandong.close(), zhoucun.close()]);
});

const PRESALES = `query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc housingPresales { complete totalCount
  coverage { source region status withheld rule } edges { node { documentNo projectName provenance { source origin via run } } } } } }`;

async function presales(uscc = subject.uscc): Promise<ConnectionReply & { reply: Reply }> {
  const reply = await askSigned(zhanjiang, 'shandong', { query: PRESALES, variables: { u: [uscc] } });
  return { ...reply.data.subjects[0]!.housingPresales, reply };
}

describe('a live department behind a partner hub', () => {
  it('is asked once for all subjects and answers with its own coverage', async () => {
    mode = 'answers';
    asked = [];
    const reply = await askSigned(zhanjiang, 'shandong', {
      query: PRESALES,
      variables: { u: [subject.uscc, usccOf(22), usccOf(23)] },
    });
    expect(asked).toHaveLength(1);
    const [first, second] = reply.data.subjects.map((it) => it.housingPresales) as [
      ConnectionReply,
      ConnectionReply,
    ];
    expect(first.edges.map((it) => it.node.documentNo)).toEqual(['测预〔2025〕2 号', '测预〔2025〕1 号']);
    expect(first.edges[0]?.node.provenance).toMatchObject({
      source: 'zhoucun-housing',
      origin: 'zhoucun',
      run: null,
    });
    expect(first).toMatchObject({ complete: true, totalCount: 2 });
    expect(first.coverage.map((it) => [it.source, it.status])).toEqual([
      ['shandong/registry', 'ANSWERED'],
      ['zhoucun/registry', 'ANSWERED'],
      ['zhoucun/zhoucun-housing', 'ANSWERED'],
    ]);
    expect(second).toMatchObject({ complete: true, totalCount: 0, edges: [] });
  });

  it('costs its rows when it fails, says so, and leaks no address', async () => {
    mode = 'fails';
    const { complete, edges, coverage, reply } = await presales();
    expect([complete, edges.length]).toEqual([false, 0]);
    expect(coverage.at(-1)).toMatchObject({ source: 'zhoucun/zhoucun-housing', status: 'UNAVAILABLE' });
    expect(reply.extensions.complete).toBe(false);
    expect(reply.text).not.toMatch(/ECONNREFUSED|10\.1\.2\.3/);
  });

  it('is given up at its deadline even when it does not heed its signal', async () => {
    mode = 'hangs';
    const startedAt = Date.now();
    const { coverage } = await presales();
    expect(coverage.at(-1)).toMatchObject({ status: 'TIMEOUT' });
    expect(Date.now() - startedAt).toBeLessThan(1_500);
  });

  it('counts the rows it withheld', async () => {
    mode = 'partly';
    const { coverage, complete } = await presales();
    expect(coverage.at(-1)).toMatchObject({ status: 'PARTIAL', withheld: 2 });
    expect(complete).toBe(false);
    mode = 'answers';
  });

  it('is noted at both hubs with the original asker', async () => {
    await presales();
    const [below] = await listAudit(zhoucun.database, 'READ', 1);
    expect(below).toMatchObject({
      actor: 'shandong',
      purpose: 'BIDDING',
      details: { onBehalfOf: 'zhanjiang' },
    });
    const above = await listAudit(shandong.database, 'READ', 1);
    expect(above[0]).toMatchObject({ actor: 'zhanjiang', details: { dataset: 'housing_presale' } });
  });
});

describe('one list from registry and hub', () => {
  const PAGE = `query Q($u: USCC!, $first: Int, $after: String, $sources: [String!]) { subject(by: { uscc: $u }) {
    penalties(first: $first, after: $after, sources: $sources) { complete pageInfo { hasNextPage endCursor }
      coverage { source status rule } edges { node { documentNo } } } } }`;
  const numbers = (it: ConnectionReply): string[] => it.edges.map((edge) => edge.node.documentNo);

  it('merges in one order, shows each record once, and pages over both', async () => {
    const whole = (await ask(shandong.url, PAGE, { u: subject.uscc })).data.subject.penalties;
    expect(numbers(whole)).toEqual(['测罚〔2025〕11 号', '测罚〔2025〕12 号', '测罚〔2025〕10 号']);
    const walked: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const reply: Reply = await ask(shandong.url, PAGE, { u: subject.uscc, first: 1, after });
      const { penalties } = reply.data.subject;
      walked.push(...numbers(penalties));
      after = penalties.pageInfo.endCursor;
      more = penalties.pageInfo.hasNextPage;
    }
    expect(walked).toEqual(numbers(whole));
  });

  it('says which source was left out by the question', async () => {
    const reply = await ask(shandong.url, PAGE, { u: subject.uscc, sources: ['registry'] });
    const penalties: ConnectionReply = reply.data.subject.penalties;
    expect(penalties.complete).toBe(false);
    expect(penalties.coverage.at(-1)).toEqual({ source: 'zhoucun', status: 'NOT_ASKED', rule: 'EXCLUDED' });
  });

  it('answers NOT_ASKED by rule LOOP where the hub finds itself on the way', async () => {
    const reply = await askSigned(shandong.caller, 'zhoucun', {
      path: '/partner/v1/graphql',
      query: PAGE,
      variables: { u: subject.uscc },
      headers: { 'xinqiao-via': 'zhoucun, shandong' },
    });
    const { penalties } = reply.data.subject;
    expect(penalties.edges).toEqual([]);
    expect(penalties.coverage).toEqual([{ source: 'zhoucun/registry', status: 'NOT_ASKED', rule: 'LOOP' }]);
  });

  it('never asks a third hub for a hub', async () => {
    const before = await countAudit(shandong.database, 'READ');
    const reply = await askSigned(shandong.caller, 'zhoucun', {
      path: '/partner/v1/graphql',
      query: PAGE,
      variables: { u: subject.uscc },
    });
    expect(reply.data.subject.penalties.coverage).toHaveLength(1);
    expect(await countAudit(shandong.database, 'READ')).toBe(before);
  });

  it('keeps its own rows when the other hub is gone, and names it', async () => {
    await zhoucun.close();
    const reply = await ask(shandong.url, PAGE, { u: subject.uscc });
    const { penalties } = reply.data.subject;
    expect(numbers(penalties)).toEqual(['测罚〔2025〕11 号', '测罚〔2025〕10 号']);
    expect(penalties.coverage.at(-1)).toMatchObject({ source: 'zhoucun', status: 'UNAVAILABLE' });
    expect(reply.text).not.toMatch(/127\.0\.0\.1|ECONN/);
    const place = await openPort();
    zhoucun = await startHub(place, { keys: keys.zhoucun, hub: hubFile('zhoucun', '370306') });
  });
});
