import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { contentHash } from '../../../src/domain/record/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import {
  ask,
  askSigned,
  candidate,
  codeOf,
  countedDatabase,
  evaluation,
  hubFile,
  licence,
  makeKeys,
  openPort,
  partnerTerms,
  penalty,
  startHub,
  store,
  usccOf,
  type ConnectionReply,
  type RunningHub,
} from './hub-fixture.ts';

const SCOPES = ['read:penalty', 'read:licence', 'read:evaluation', 'read:history'];
const keys = { province: makeKeys(), zhanjiang: makeKeys(), poor: makeKeys() };
const known = { uscc: usccOf(11), name: '测试甲有限公司' };
const trader = { uscc: usccOf(12, '370306', '92'), name: '张小三' };

let hub: RunningHub;
let commands: string[];
let zhanjiang: Caller;
let poor: Caller;

/** A calling platform that only signs: it has no hub of its own here. */
function callerOf(id: string, own: ReturnType<typeof makeKeys>, url: string): Caller {
  const file = hubFile(id, '440800', { partners: [partnerTerms('shandong', keys.province, { url })] });
  return {
    directory: new PartnerDirectory(file),
    database: hub.database,
    signer: signerOf(own.privateKey, 'k1'),
  };
}

beforeAll(async () => {
  const place = await openPort();
  const counted = await countedDatabase();
  commands = counted.commands;
  hub = await startHub(place, {
    keys: keys.province,
    database: counted.database,
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('zhanjiang', keys.zhanjiang, { query: { purposes: ['BIDDING'], scopes: SCOPES } }),
        partnerTerms('poor', keys.poor, { query: { purposes: ['BIDDING'], scopes: ['read:licence'] } }),
      ],
      agreements: [
        {
          number: 'LZ-2026-1',
          version: 2,
          parties: ['shandong', 'zhanjiang'],
          kinds: ['EVALUATION'],
          schemes: [{ scheme: 'TAX_CREDIT', gradeMapping: { A: 'AAA' } }],
          purposes: ['BIDDING'],
          from: '2020-01-01',
          until: '2099-12-31',
          decidedBy: '测试联席会议',
        },
      ],
    }),
  });
  zhanjiang = callerOf('zhanjiang', keys.zhanjiang, hub.url);
  poor = callerOf('poor', keys.poor, hub.url);
  await store(hub.database, [
    ...Array.from({ length: 7 }, (_, place) =>
      candidate('administrative_penalty', known, penalty(`测罚〔2025〕${place} 号`, `2025-0${place + 1}-01`)),
    ),
    candidate('administrative_penalty', known, penalty('测罚〔2020〕1 号', '2020-01-01', '2021-01-01')),
    candidate('administrative_penalty', known, penalty('测罚〔2025〕密 号', '2025-02-02'), {
      disclosure: { class: 'GOVERNMENT', publishable: true, reason: null },
    }),
    candidate('evaluation_result', known, evaluation('2025', '2026-01-05')),
    candidate('administrative_licence', trader, licence('测许〔2025〕1 号', '2025-05-05')),
  ]);
});

afterAll(async () => hub.close());

describe('who may ask', () => {
  it('refuses a signature that does not verify, with its code', async () => {
    const forger = { ...zhanjiang, signer: signerOf(keys.poor.privateKey, 'k1') };
    const reply = await askSigned(forger, 'shandong', { query: '{ me { channel } }' });
    expect([reply.status, codeOf(reply)]).toEqual([401, 'SIGNATURE_INVALID']);
  });

  it('refuses an unsigned call of the partner endpoint', async () => {
    const response = await fetch(`${hub.url}/partner/v1/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ me { channel } }' }),
    });
    expect(response.status).toBe(401);
  });

  it('refuses a purpose that the terms do not name', async () => {
    const reply = await askSigned(zhanjiang, 'shandong', {
      query: '{ me { channel } }',
      headers: { 'xinqiao-purpose': 'CURIOSITY' },
    });
    expect([reply.status, codeOf(reply)]).toEqual([403, 'PURPOSE_NOT_AGREED']);
  });

  it('tells a partner who it is', async () => {
    const reply = await askSigned(zhanjiang, 'shandong', {
      query: '{ me { channel platform purpose scopes } }',
    });
    expect(reply.data.me).toEqual({
      channel: 'PARTNER',
      platform: 'zhanjiang',
      purpose: 'BIDDING',
      scopes: SCOPES,
    });
  });
});

describe('what is shown', () => {
  const PENALTIES = `query Q($uscc: USCC!) { subject(by: { uscc: $uscc }) { uscc name known
    penalties { totalCount complete coverage { source status } edges { node { documentNo disclosure } } } } }`;

  it('refuses a code that is shaped like a person’s number and does not echo it', async () => {
    const number = '110101199003070011';
    const reply = await ask(hub.url, PENALTIES, { uscc: number });
    expect(codeOf(reply)).toBe('NATURAL_PERSON_SUBJECT');
    expect(reply.text).not.toContain(number);
  });

  it('does not echo a value that is no code', async () => {
    const reply = await ask(hub.url, PENALTIES, { uscc: '张三 secret' });
    expect(codeOf(reply)).toBe('BAD_USER_INPUT');
    expect(reply.text).not.toContain('secret');
    const literal = await ask(hub.url, '{ subject(by: { uscc: "secret 张三" }) { name } }');
    expect(codeOf(literal)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(literal.text).not.toContain('secret');
  });

  it('shows the public neither what expired nor what only government sees, not even in counts', async () => {
    const reply = await ask(hub.url, PENALTIES, { uscc: known.uscc });
    const { penalties } = reply.data.subject;
    expect(penalties.totalCount).toBe(7);
    expect(penalties.edges.every((it) => it.node.disclosure === 'PUBLIC')).toBe(true);
    expect(penalties.complete).toBe(true);
    expect(reply.extensions.coverage).toEqual([
      expect.objectContaining({ source: 'shandong/registry', status: 'ANSWERED' }),
    ]);
  });

  it('shows a partner what government sees', async () => {
    const reply = await askSigned(zhanjiang, 'shandong', {
      query: PENALTIES,
      variables: { uscc: known.uscc },
    });
    expect(reply.data.subject.penalties.totalCount).toBe(8);
  });

  it('nulls a field whose scope is missing and says so in coverage, once for a whole list', async () => {
    const reply = await askSigned(poor, 'shandong', {
      query: 'query Q($u: [USCC!]!) { subjects(usccs: $u) { name penalties { complete } } }',
      variables: { u: [usccOf(11), usccOf(900), usccOf(901)] },
    });
    expect(reply.data.subjects.map((it) => it.penalties)).toEqual([null, null, null]);
    expect(reply.errors?.map((it) => it.extensions['code'])).toEqual(['SCOPE_MISSING']);
    expect(reply.errors?.[0]?.extensions['places']).toBe(3);
    expect(reply.extensions.coverage[0]?.status).toBe('DENIED');
    expect(reply.extensions.complete).toBe(false);
  });

  it('denies the public a dataset that only government sees, whether or not there is a record', async () => {
    const query =
      'query Q($uscc: USCC!) { subject(by: { uscc: $uscc }) { housingPresales { complete coverage { status rule } edges { cursor } } } }';
    const replies = await Promise.all([known.uscc, usccOf(902)].map((uscc) => ask(hub.url, query, { uscc })));
    const [first, second] = replies.map((it) => it.data.subject.housingPresales);
    expect(first).toEqual({
      complete: false,
      edges: [],
      coverage: [{ status: 'DENIED', rule: 'DISCLOSURE' }],
    });
    expect(second).toEqual(first);
  });

  it('answers a well-formed code that the registry does not know', async () => {
    const reply = await ask(hub.url, PENALTIES, { uscc: usccOf(903) });
    expect(reply.data.subject).toMatchObject({
      known: false,
      name: null,
      penalties: { complete: true, totalCount: 0 },
    });
  });

  it('never finds a person-like sole trader by name on the public channel, and masks the name by code', async () => {
    const byName = 'query Q($name: String!) { subject(by: { name: $name }) { uscc } }';
    const missed = await ask(hub.url, byName, { name: trader.name });
    const unknown = await ask(hub.url, byName, { name: '测试无此企业有限公司' });
    expect(missed.data).toEqual(unknown.data);
    const byCode = await ask(hub.url, PENALTIES, { uscc: trader.uscc });
    expect(byCode.data.subject.name).not.toBe(trader.name);
    expect(byCode.text).not.toContain(trader.name);
    const partner = await askSigned(zhanjiang, 'shandong', {
      query: byName,
      variables: { name: trader.name },
    });
    expect(partner.data.subject.uscc).toBe(trader.uscc);
  });

  it('never calls an answer complete that asked nobody', async () => {
    const reply = await ask(
      hub.url,
      '{ subject(by: { name: "测试无此企业有限公司" }) { penalties { complete } } }',
    );
    expect(reply.data.subject).toBeNull();
    expect(reply.extensions.complete).toBe(false);
    expect(reply.extensions.coverage).toMatchObject([{ status: 'NOT_ASKED', rule: 'NO_SUBJECT' }]);
  });

  it('finds an organisation by its exact name after normalisation', async () => {
    const reply = await ask(hub.url, '{ subject(by: { name: "测试甲有限公司" }) { uscc matchedBy } }');
    expect(reply.data.subject).toEqual({ uscc: known.uscc, matchedBy: 'NAME' });
  });

  it('decides recognition for the asker from the agreement both hold', async () => {
    const query = `query Q($uscc: USCC!) { subject(by: { uscc: $uscc }) { evaluations { edges { node {
      grade recognition { outcome reason localGrade agreementNumber agreementVersion decidedBy } } } } } }`;
    const reply = await askSigned(zhanjiang, 'shandong', { query, variables: { uscc: known.uscc } });
    expect(reply.data.subject.evaluations.edges[0]?.node).toEqual({
      grade: 'A',
      recognition: {
        outcome: 'RECOGNISED',
        reason: 'UNDER_AGREEMENT',
        localGrade: 'AAA',
        agreementNumber: 'LZ-2026-1',
        agreementVersion: 2,
        decidedBy: '测试联席会议',
      },
    });
    const open = await ask(hub.url, query, { uscc: known.uscc });
    expect(open.data.subject.evaluations.edges[0]?.node.recognition).toBeNull();
  });
});

describe('two clocks', () => {
  const subject = { uscc: usccOf(13), name: '测试丁有限公司' };
  const CLOCKS = `query Q($uscc: USCC!, $validOn: Date, $knownAt: DateTime) { subject(by: { uscc: $uscc }) {
    penalties(validOn: $validOn, knownAt: $knownAt) { edges { node { documentNo content } } coverage { status rule } } } }`;
  const first = candidate('administrative_penalty', subject, penalty('测罚〔2025〕77 号', '2025-05-01'));
  const contents = (it: ConnectionReply): unknown[] => it.edges.map((edge) => edge.node);
  let between: Date;

  beforeAll(async () => {
    await store(hub.database, [first]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    between = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const statement = { ...first.statement, content: '罚款（更正）' };
    await store(hub.database, [{ ...first, statement, operation: 'CORRECT', hash: contentHash(statement) }]);
  });

  it('refuses to look back for those without the scope, the public among them', async () => {
    const variables = { uscc: subject.uscc, knownAt: between.toISOString() };
    expect(codeOf(await ask(hub.url, CLOCKS, variables))).toBe('SCOPE_MISSING');
    const future = await askSigned(zhanjiang, 'shandong', {
      query: CLOCKS,
      variables: { uscc: subject.uscc, knownAt: '2100-01-01T00:00:00.000Z' },
    });
    expect(codeOf(future)).toBe('NOT_YET_KNOWN');
  });

  it('shows what the hub knew at an instant', async () => {
    const look = async (knownAt: string | null): Promise<ConnectionReply> =>
      (await askSigned(zhanjiang, 'shandong', { query: CLOCKS, variables: { uscc: subject.uscc, knownAt } }))
        .data.subject.penalties;
    expect(contents(await look(between.toISOString()))).toEqual([
      { documentNo: '测罚〔2025〕77 号', content: '罚款' },
    ]);
    expect(contents(await look(null))).toMatchObject([{ content: '罚款（更正）' }]);
    expect(contents(await look('2020-01-01T00:00:00.000Z'))).toEqual([]);
  });

  it('shows what is in force on a day', async () => {
    const on = async (validOn: string): Promise<number> =>
      (await ask(hub.url, CLOCKS, { uscc: subject.uscc, validOn })).data.subject.penalties.edges.length;
    expect([await on('2025-04-30'), await on('2025-05-01'), await on('2030-01-02')]).toEqual([0, 1, 0]);
  });

  it('refuses a region that is none, and a list of too many', async () => {
    const query = `{ subject(by: { uscc: "${subject.uscc}" }) { penalties(regions: ["37.*"]) { complete } } }`;
    expect(codeOf(await ask(hub.url, query))).toBe('BAD_USER_INPUT');
    const many = await ask(
      hub.url,
      'query Q($u: USCC!, $r: [String!]) { subject(by: { uscc: $u }) { penalties(regions: $r) { complete } } }',
      { u: subject.uscc, r: Array.from({ length: 101 }, () => '3703') },
    );
    expect(many.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', limit: 100, actual: 101 });
    const region = (code: string): string =>
      `{ subject(by: { uscc: "${subject.uscc}" }) { penalties(regions: ["${code}"]) { edges { cursor } } } }`;
    const [inside, outside] = await Promise.all(['370300', '3704'].map((it) => ask(hub.url, region(it))));
    expect(inside?.data.subject.penalties.edges).toHaveLength(1);
    expect(outside?.data.subject.penalties.edges).toHaveLength(0);
  });
});

describe('paging', () => {
  const PAGE = `query Q($uscc: USCC!, $first: Int, $after: String, $last: Int, $before: String) {
    subject(by: { uscc: $uscc }) { penalties(first: $first, after: $after, last: $last, before: $before) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { documentNo decidedOn } } } } }`;
  const page = async (args: object): Promise<ConnectionReply> => {
    const reply = await ask(hub.url, PAGE, { uscc: known.uscc, ...args });
    return reply.data.subject.penalties;
  };

  it('refuses a page that is too large and a cursor of another list', async () => {
    const large = await ask(hub.url, PAGE, { uscc: known.uscc, first: 101 });
    expect(large.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_PAGE', limit: 100 });
    const wrong = await ask(hub.url, PAGE, { uscc: known.uscc, after: 'bm8' });
    expect(codeOf(wrong)).toBe('BAD_CURSOR');
  });

  it('walks forwards and backwards over the same list', async () => {
    const all = (await page({ first: 100 })).edges.map((it) => it.node.decidedOn);
    expect(all).toEqual(all.toSorted().reverse());
    const forwards: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await page({ first: 3, after });
      forwards.push(...edges.map((it) => it.node.decidedOn));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(forwards).toEqual(all);
    const backwards: string[] = [];
    for (let before: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await page({ last: 3, before });
      backwards.unshift(...edges.map((it) => it.node.decidedOn));
      before = pageInfo.startCursor;
      more = pageInfo.hasPreviousPage;
    }
    expect(backwards).toEqual(all);
  });
});

describe('reads', () => {
  const LIST = `query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc name
    penalties { edges { node { id } } } licences { edges { node { id } } } evaluations { edges { node { id } } } } }`;
  const usccs = Array.from({ length: 50 }, (_, place) => usccOf(100 + place));

  it('reads the database 1 + number of datasets times for a list of 50', async () => {
    await ask(hub.url, LIST, { u: usccs });
    commands.length = 0;
    const reply = await ask(hub.url, LIST, { u: usccs });
    expect(reply.data.subjects).toHaveLength(50);
    expect(commands).toEqual(['find', 'find', 'find', 'find']);
  });

  it('notes what a partner read before the answer, by key and never by value', async () => {
    const reply = await askSigned(zhanjiang, 'shandong', {
      query: LIST,
      variables: { u: [known.uscc] },
    });
    const [entry] = await listAudit(hub.database, 'READ', 50);
    expect(entry).toMatchObject({ actor: 'zhanjiang', purpose: 'BIDDING' });
    const noted = (await listAudit(hub.database, 'READ', 50)).filter(
      (it) => it.details['traceId'] === reply.extensions.traceId,
    );
    const keysOf = (dataset: string) =>
      noted.find((it) => it.details['dataset'] === dataset)?.details['keys'];
    expect(keysOf('administrative_penalty')).toHaveLength(8);
    expect(JSON.stringify(noted)).not.toContain('测试');
  });

  it('keeps one subject’s records when another has a great many', async () => {
    const busy = { uscc: usccOf(300), name: '测试繁忙有限公司' };
    const quiet = { uscc: usccOf(301), name: '测试清静有限公司' };
    await store(hub.database, [
      ...Array.from({ length: 120 }, (_, place) =>
        candidate('administrative_penalty', busy, penalty(`测罚〔2026〕${place} 号`, '2026-03-01')),
      ),
      candidate('administrative_penalty', quiet, penalty('测罚〔2019〕1 号', '2019-03-01')),
    ]);
    const reply = await ask(
      hub.url,
      'query Q($u: [USCC!]!) { subjects(usccs: $u) { penalties(first: 5) { pageInfo { hasNextPage } edges { node { decidedOn } } } } }',
      { u: [busy.uscc, quiet.uscc] },
    );
    const [first, second] = reply.data.subjects.map((it) => it.penalties) as [
      ConnectionReply,
      ConnectionReply,
    ];
    expect([first.edges.length, first.pageInfo.hasNextPage]).toEqual([5, true]);
    expect([second.edges.length, second.pageInfo.hasNextPage]).toEqual([1, false]);
  });
});
