import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { issueToken, storeRevocation } from '../../../src/api/access/index.ts';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import {
  askSigned,
  candidate,
  hubFile,
  licence,
  makeKeys,
  openPort,
  partnerTerms,
  startHub,
  store,
  usccOf,
  type ConnectionReply,
  type RunningHub,
} from './hub-fixture.ts';
import { platformOf } from './token-fixture.ts';

/* Zhanjiang asks Shandong with a token of Shandong; Shandong asks Zhoucun, whose terms ask for a token too. */
const keys = { shandong: makeKeys(), zhoucun: makeKeys(), zhanjiang: makeKeys() };
const terms = { purposes: ['BIDDING'], scopes: ['read:licence'] };
const known = { uscc: usccOf(51), name: '测试转问有限公司' };
const BASIS = '测试办法第五条';

let shandong: RunningHub;
let zhoucun: RunningHub;
let zhanjiang: Caller;
/** Authorization fields that arrived at Zhoucun. */
let arrived: (string | undefined)[] = [];

beforeAll(async () => {
  const [upper, lower] = await Promise.all([openPort(), openPort()]);
  lower.app.use((request, _response, next) => {
    arrived.push(request.headers.authorization);
    next();
  });
  zhoucun = await startHub(lower, {
    keys: keys.zhoucun,
    hub: hubFile('zhoucun', '370306', {
      partners: [partnerTerms('shandong', keys.shandong, { query: { ...terms, tokens: 'required' } })],
    }),
  });
  shandong = await startHub(upper, {
    keys: keys.shandong,
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('zhoucun', keys.zhoucun, {
          url: lower.url,
          ask: { datasets: ['administrative_licence'], timeoutMs: 5_000 },
        }),
        partnerTerms('zhanjiang', keys.zhanjiang, { query: terms }),
      ],
    }),
  });
  zhanjiang = platformOf('zhanjiang', keys.zhanjiang, { hub: shandong, keys: keys.shandong });
  await store(zhoucun.database, [
    candidate('administrative_licence', known, licence('测许〔2025〕51 号', '2025-05-05')),
  ]);
});

beforeEach(() => {
  arrived = [];
});

afterAll(async () => {
  await Promise.all([shandong.close(), zhoucun.close()]);
});

const QUERY = `{ subject(by: { uscc: "${known.uscc}" }) { licences { edges { node { documentNo } } coverage { source status rule } } } }`;

async function askFor(token: string | null): Promise<ConnectionReply> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const reply = await askSigned(zhanjiang, 'shandong', { query: QUERY, headers });
  return reply.data.subject.licences;
}

function tokenOfShandong(): string {
  const order = {
    partner: 'zhanjiang',
    scopes: ['read:licence'],
    matter: 'BIDDING',
    basis: BASIS,
    lifeSeconds: 300,
  };
  return issueToken(shandong.caller, order).token;
}

describe('a hub that asks another for a platform', () => {
  it('is denied where the terms ask for a token and the platform brought none, and says so in coverage', async () => {
    const { edges, coverage } = await askFor(null);
    expect(edges).toEqual([]);
    expect(arrived).toEqual([undefined]);
    expect(coverage.at(-1)).toEqual({ source: 'zhoucun', status: 'DENIED', rule: 'PARTNER_POLICY' });
  });

  it('mints a token of its own and never hands the platform’s on', async () => {
    const token = tokenOfShandong();
    const { edges } = await askFor(token);
    expect(edges).toHaveLength(1);
    const minted = arrived[0]?.replace('Bearer ', '') ?? '';
    expect(minted).not.toBe(token);
    const claims = decodeJwt(minted);
    expect(claims).toMatchObject({
      iss: 'shandong',
      sub: 'shandong',
      aud: 'zhoucun',
      scope: 'read:licence',
      purpose: { matter: 'BIDDING', basis: BASIS },
      act: { sub: 'zhanjiang' },
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(60);
    expect(claims.jti).not.toBe(decodeJwt(token).jti);
  });

  it('is noted with the original asker, purpose and basis at both hubs', async () => {
    await askFor(tokenOfShandong());
    const [below] = await listAudit(zhoucun.database, 'READ', 1);
    const [above] = await listAudit(shandong.database, 'READ', 1);
    expect(below).toMatchObject({
      actor: 'shandong',
      purpose: 'BIDDING',
      details: { onBehalfOf: 'zhanjiang', basis: BASIS },
    });
    expect(above).toMatchObject({ actor: 'zhanjiang', purpose: 'BIDDING', details: { basis: BASIS } });
  });

  it('is denied once its tokens are revoked over there', async () => {
    await storeRevocation(zhoucun.database, { kind: 'issuer', id: 'shandong' });
    const until = Date.now() + 2_000;
    let last = await askFor(tokenOfShandong());
    while (last.edges.length > 0 && Date.now() < until) last = await askFor(tokenOfShandong());
    expect(last.coverage.at(-1)).toMatchObject({ source: 'zhoucun', status: 'DENIED' });
  });
});
