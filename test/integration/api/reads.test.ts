import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { OWN_ASKER } from '../../../src/api/shared/index.ts';
import {
  ask,
  askSigned,
  candidate,
  codeOf,
  licence,
  penalty,
  store,
  usccOf,
  type RunningHub,
} from './hub-fixture.ts';
import { claimsFor, hubSigned, startAskedHub, type AskedHub } from './token-fixture.ts';

const known = { uscc: usccOf(71), name: '测试留痕有限公司' };
const housing = { name: '测试住房部门', uscc: usccOf(72, '370306', '11'), region: '370306' };
const AUTHORITY = usccOf(1, '370306', '11');
const ROUNDS = 7;

let hub: RunningHub;
let zhanjiang: Caller;
let keys: AskedHub['keys'];

beforeAll(async () => {
  ({ hub, keys, zhanjiang } = await startAskedHub({
    purposes: ['BIDDING'],
    scopes: ['read:penalty', 'read:licence'],
  }));
  await store(hub.database, [
    candidate('administrative_penalty', known, penalty('测罚〔2025〕71 号', '2025-05-01')),
    candidate('administrative_licence', known, licence('测许〔2025〕72 号', '2025-05-02'), {
      producer: housing,
    }),
  ]);
  const query = `{ subject(by: { uscc: "${known.uscc}" }) { penalties { edges { node { id } } } licences { edges { node { id } } } } }`;
  const now = Math.floor(Date.now() / 1_000);
  for (let round = 0; round < ROUNDS; round += 1) {
    const claims = claimsFor('zhanjiang', { iss: 'zhanjiang', exp: now + 60, act: { sub: 'zhuhai' } });
    const authorization = `Bearer ${hubSigned(keys.zhanjiang.privateKey, claims)}`;
    await askSigned(zhanjiang, 'shandong', { query, headers: { authorization } });
    await ask(hub.url, query);
  }
});

afterAll(async () => hub.close());

type Page = {
  reads: {
    edges: { cursor: string; node: Record<string, unknown> }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
};

const READS = `query Q($producer: USCC, $connector: ID, $first: Int, $after: String) {
  reads(producer: $producer, connector: $connector, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { cursor node { at platform onBehalfOf purpose basis dataset producer source records traceId } } } }`;

async function reads(variables: Record<string, unknown>): Promise<Page['reads']> {
  const answer = await hub.api.ask({ source: READS, variables, asker: OWN_ASKER });
  expect(answer.errors).toEqual([]);
  return (answer.data as Page).reads;
}

describe('who read what', () => {
  it('is kept from the public and from platforms without the scope', async () => {
    const query = `{ reads(producer: "${AUTHORITY}") { edges { cursor } } }`;
    expect(codeOf(await ask(hub.url, query))).toBe('SCOPE_MISSING');
    expect(codeOf(await askSigned(zhanjiang, 'shandong', { query }))).toBe('SCOPE_MISSING');
  });

  it.each([
    ['BAD_USER_INPUT', {}],
    ['BAD_PAGE', { producer: AUTHORITY, first: 101 }],
    ['BAD_CURSOR', { producer: AUTHORITY, after: 'nonsense' }],
  ])('is refused by %s', async (code, variables) => {
    const { errors } = await hub.api.ask({ source: READS, variables, asker: OWN_ASKER });
    expect(errors[0]?.extensions.code).toBe(code);
  });

  it('is told to an authority of its own records alone, with asker, purpose, basis and keys', async () => {
    const ofAuthority = await reads({ producer: AUTHORITY });
    expect(ofAuthority.edges).toHaveLength(ROUNDS);
    expect(ofAuthority.edges[0]?.node).toEqual({
      at: expect.any(String),
      platform: 'zhanjiang',
      onBehalfOf: 'zhuhai',
      purpose: 'BIDDING',
      basis: '测试办法第三条',
      dataset: 'administrative_penalty',
      producer: AUTHORITY,
      source: 'test-connector',
      records: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      traceId: expect.any(String),
    });
    const ofHousing = await reads({ producer: housing.uscc });
    expect(new Set(ofHousing.edges.map((it) => it.node['dataset']))).toEqual(
      new Set(['administrative_licence']),
    );
  });

  it('pages through the list without a gap and without a double', async () => {
    const whole = (await reads({ connector: 'test-connector' })).edges.map((it) => it.cursor);
    expect(whole).toHaveLength(2 * ROUNDS);
    const walked: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Page['reads'] = await reads({ connector: 'test-connector', first: 3, after });
      walked.push(...page.edges.map((it) => it.cursor));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(walked).toEqual(whole);
    expect(new Set(walked).size).toBe(walked.length);
  });
});
