import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueToken, storeRevocation, dropRevocation } from '../../../src/api/access/index.ts';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import {
  ask,
  askSigned,
  candidate,
  closePort,
  codeOf,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  penalty,
  startHub,
  store,
  usccOf,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';
import { claimsFor, hubSigned, Issuer, platformOf } from './token-fixture.ts';

const keys = {
  shandong: makeKeys(),
  zhanjiang: makeKeys(),
  strict: makeKeys(),
  open: makeKeys(),
  other: makeKeys(),
};
const SCOPES = ['read:penalty', 'read:licence', 'read:history'];
const terms = { purposes: ['BIDDING', 'LICENSING'], scopes: SCOPES };
const known = { uscc: usccOf(41), name: '测试令牌有限公司' };
const issuer = new Issuer();

let place: Awaited<ReturnType<typeof openPort>>;
let hub: RunningHub;
let zhanjiang: Caller;
let strict: Caller;
let open: Caller;

beforeAll(async () => {
  place = await openPort();
  issuer.publish(place.app);
  await issuer.addKey('e1', 'ES256');
  hub = await startHub(await openPort(), {
    keys: keys.shandong,
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('zhanjiang', keys.zhanjiang, { query: terms }),
        partnerTerms('strict', keys.strict, { query: { ...terms, tokens: 'required' } }),
        partnerTerms('open', keys.open),
      ],
      issuers: [
        {
          id: 'https://issuer.example',
          jwks: { url: `${place.url}/jwks.json` },
          platforms: ['zhanjiang', 'open'],
        },
      ],
    }),
  });
  const to = { hub, keys: keys.shandong };
  zhanjiang = platformOf('zhanjiang', keys.zhanjiang, to);
  strict = platformOf('strict', keys.strict, to);
  open = platformOf('open', keys.open, to);
  await store(hub.database, [
    candidate('administrative_penalty', known, penalty('测罚〔2025〕41 号', '2025-05-01')),
  ]);
});

afterAll(async () => {
  await hub.close();
  await closePort(place.server);
});

const ME = '{ me { channel platform purpose scopes } }';

/** Asks with a token; the purpose stands in the token alone. */
async function askWith(caller: Caller, token: string, query = ME): Promise<Reply> {
  return askSigned(caller, 'shandong', {
    query,
    headers: { 'xinqiao-purpose': 'BIDDING', authorization: `Bearer ${token}` },
  });
}

async function refusalOf(claims: Record<string, unknown>, caller = zhanjiang): Promise<unknown[]> {
  const reply = await askWith(caller, await issuer.sign('e1', 'ES256', claims));
  return [reply.status, codeOf(reply)];
}

const now = () => Math.floor(Date.now() / 1_000);

describe('a token', () => {
  it('is asked for where the terms say so', async () => {
    const reply = await askSigned(strict, 'shandong', { query: ME });
    expect([reply.status, codeOf(reply)]).toEqual([401, 'TOKEN_MISSING']);
  });

  it.each([
    ['is no JWT', 'nonsense'],
    ['has no signature', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
    ['is far too long', `${'a'.repeat(5_000)}.e30.a`],
  ])('is refused where it %s', async (_, token) => {
    expect(codeOf(await askWith(zhanjiang, token))).toBe('TOKEN_MALFORMED');
  });

  it('is refused on an unsigned request', async () => {
    const token = await issuer.sign('e1', 'ES256', claimsFor('zhanjiang'));
    const reply = await ask(hub.url, ME, {}, { authorization: `Bearer ${token}` });
    expect([reply.status, codeOf(reply)]).toEqual([401, 'TOKEN_NOT_BOUND']);
  });

  it.each([
    ['TOKEN_EXPIRED', () => ({ iat: now() - 200, exp: now() - 10 })],
    ['TOKEN_EXPIRED', () => ({ iat: now() + 60, exp: now() + 120 })],
    ['TOKEN_TOO_LONG_LIVED', () => ({ exp: now() + 302 })],
    ['TOKEN_TOO_LONG_LIVED', () => ({ act: { sub: 'zhuhai' } })],
    ['TOKEN_AUDIENCE', () => ({ aud: 'guangdong' })],
    ['TOKEN_ISSUER_UNKNOWN', () => ({ iss: 'https://elsewhere.example' })],
    ['TOKEN_NOT_BOUND', () => ({ sub: 'strict' })],
    ['TOKEN_NOT_BOUND', () => ({ cnf: { kid: 'k2' } })],
    ['TOKEN_NOT_BOUND', () => ({ cnf: { jkt: 'A'.repeat(43) } })],
    ['TOKEN_MALFORMED', () => ({ cnf: undefined })],
    ['TOKEN_MALFORMED', () => ({ jti: undefined })],
    ['TOKEN_MALFORMED', () => ({ purpose: { matter: 'BIDDING' } })],
    ['TOKEN_MALFORMED', () => ({ purpose: { matter: 'BIDDING', basis: '依据 11010519491231002X' } })],
    ['TOKEN_DIFFERS', () => ({ purpose: { matter: 'LICENSING', basis: '测试办法第三条' } })],
  ])('is refused by %s', async (code, changes) => {
    expect(await refusalOf(claimsFor('zhanjiang', changes()))).toEqual([401, code]);
  });

  it('is refused where the issuer is trusted for other platforms only', async () => {
    expect(await refusalOf(claimsFor('strict'), strict)).toEqual([401, 'TOKEN_ISSUER_UNKNOWN']);
  });

  it('is refused where the platform has no query terms', async () => {
    expect(await refusalOf(claimsFor('open'), open)).toEqual([403, 'TERMS_MISSING']);
  });

  it('is refused where another key signed it than the issuer published', async () => {
    const forger = new Issuer();
    await forger.addKey('e1', 'ES256');
    const reply = await askWith(zhanjiang, await forger.sign('e1', 'ES256', claimsFor('zhanjiang')));
    expect(codeOf(reply)).toBe('TOKEN_SIGNATURE_INVALID');
  });

  it('gives the rights that both it and the terms give', async () => {
    const claims = claimsFor('zhanjiang', { scope: 'read:penalty read:operations' });
    const reply = await askWith(zhanjiang, await issuer.sign('e1', 'ES256', claims));
    expect(reply.data.me).toEqual({
      channel: 'PARTNER',
      platform: 'zhanjiang',
      purpose: 'BIDDING',
      scopes: ['read:penalty'],
    });
  });

  it('notes its basis with the read', async () => {
    const token = await issuer.sign(
      'e1',
      'ES256',
      claimsFor('zhanjiang', { purpose: { matter: 'BIDDING', basis: '测试办法第九条' } }),
    );
    const query = `{ subject(by: { uscc: "${known.uscc}" }) { penalties { edges { node { id } } } } }`;
    expect((await askWith(zhanjiang, token, query)).data.subject.penalties.edges).toHaveLength(1);
    const [entry] = await listAudit(hub.database, 'READ', 1);
    expect(entry).toMatchObject({
      actor: 'zhanjiang',
      purpose: 'BIDDING',
      details: { basis: '测试办法第九条' },
    });
  });

  it('counts no more once it or its issuer is revoked', async () => {
    const claims = claimsFor('zhanjiang');
    const token = await issuer.sign('e1', 'ES256', claims);
    expect((await askWith(zhanjiang, token)).status).toBe(200);
    await storeRevocation(hub.database, { kind: 'token', id: String(claims['jti']) });
    await expectSoon(() => askWith(zhanjiang, token).then(codeOf), 'TOKEN_REVOKED');
    const another = await issuer.sign('e1', 'ES256', claimsFor('zhanjiang'));
    expect((await askWith(zhanjiang, another)).status).toBe(200);
    const whole = { kind: 'issuer' as const, id: 'https://issuer.example' };
    await storeRevocation(hub.database, whole);
    await expectSoon(() => askWith(zhanjiang, another).then(codeOf), 'TOKEN_REVOKED');
    await dropRevocation(hub.database, whole);
    await expectSoon(() => askWith(zhanjiang, another).then((it) => it.status), 200);
  });
});

/** Asks again until the answer is the expected one, for two seconds at most. */
async function expectSoon(look: () => Promise<unknown>, expected: unknown): Promise<void> {
  const until = Date.now() + 2_000;
  for (;;) {
    const seen = await look();
    if (seen === expected) return;
    if (Date.now() > until)
      throw new Error(`expected ${String(expected)} within two seconds, saw ${String(seen)}`);
  }
}

describe('tokens of hubs', () => {
  it('are issued by this hub within the terms, bound to the platform’s key', async () => {
    const order = {
      partner: 'strict',
      scopes: ['read:penalty'],
      matter: 'BIDDING',
      basis: '测试办法第三条',
      lifeSeconds: 300,
    };
    expect(() => issueToken(hub.caller, { ...order, scopes: ['read:operations'] })).toThrow(
      expect.objectContaining({ code: 'SCOPE_MISSING' }),
    );
    expect(() => issueToken(hub.caller, { ...order, matter: 'CURIOSITY' })).toThrow(
      expect.objectContaining({ code: 'PURPOSE_NOT_AGREED' }),
    );
    expect(() => issueToken(hub.caller, { ...order, partner: 'open' })).toThrow(
      expect.objectContaining({ code: 'TERMS_MISSING' }),
    );
    const { token, claims } = issueToken(hub.caller, order);
    expect(claims.cnf).toEqual({ jkt: expect.any(String) });
    expect((await askWith(strict, token)).data.me).toMatchObject({ scopes: ['read:penalty'] });
    expect(codeOf(await askWith(zhanjiang, token))).toBe('TOKEN_NOT_BOUND');
  });

  it('made by the platform itself live a minute and name whom it asks for', async () => {
    const own = (changes: object) =>
      hubSigned(keys.strict.privateKey, claimsFor('strict', { iss: 'strict', exp: now() + 60, ...changes }));
    expect(codeOf(await askWith(strict, own({ exp: now() + 61 })))).toBe('TOKEN_TOO_LONG_LIVED');
    const query = `{ subject(by: { uscc: "${known.uscc}" }) { penalties { edges { node { id } } } } }`;
    expect((await askWith(strict, own({ act: { sub: 'zhuhai' } }), query)).status).toBe(200);
    const [entry] = await listAudit(hub.database, 'READ', 1);
    expect(entry).toMatchObject({ actor: 'strict', details: { onBehalfOf: 'zhuhai' } });
  });

  it('count for nothing where another platform made them', async () => {
    const token = hubSigned(
      keys.zhanjiang.privateKey,
      claimsFor('strict', { iss: 'zhanjiang', exp: now() + 60 }),
    );
    expect(codeOf(await askWith(strict, token))).toBe('TOKEN_ISSUER_UNKNOWN');
    const forged = hubSigned(keys.other.privateKey, claimsFor('strict', { iss: 'strict', exp: now() + 60 }));
    expect(codeOf(await askWith(strict, forged))).toBe('TOKEN_SIGNATURE_INVALID');
  });
});

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens, and once more for a key id they do not name', async () => {
    const before = issuer.fetches;
    const tokens = await Promise.all(
      Array.from({ length: 5 }, () => issuer.sign('e1', 'ES256', claimsFor('zhanjiang'))),
    );
    for (const token of tokens) expect((await askWith(zhanjiang, token)).status).toBe(200);
    expect(issuer.fetches).toBe(before);
    await issuer.addKey('hidden', 'RS256', false);
    const hidden = await issuer.sign('hidden', 'RS256', claimsFor('zhanjiang'));
    for (let times = 0; times < 3; times += 1)
      expect(codeOf(await askWith(zhanjiang, hidden))).toBe('TOKEN_SIGNATURE_INVALID');
    expect(issuer.fetches - before).toBeLessThanOrEqual(1);
  });

  it('refuse a hub file whose key set cannot be read, with every fault', async () => {
    const spare = await openPort();
    const file = hubFile('shandong', '370000', {
      partners: [partnerTerms('zhanjiang', keys.zhanjiang, { query: terms })],
      issuers: ['one', 'two'].map((id) => ({
        id,
        jwks: { file: `no-such-folder/${id}.json` },
        platforms: ['zhanjiang'],
      })),
    });
    await expect(
      startHub(spare, { keys: keys.shandong, hub: file, database: hub.database }),
    ).rejects.toMatchObject({
      code: 'JWKS_BAD',
      details: { faults: [expect.any(String), expect.any(String)] },
    });
    await closePort(spare.server);
  });

  it('may be of Ed25519, P-256 or RSA', async () => {
    const another = new Issuer();
    await another.addKey('r1', 'RS256');
    await another.addKey('d1', 'EdDSA');
    const at = await openPort();
    another.publish(at.app);
    const beside = await startHub(await openPort(), {
      keys: keys.shandong,
      hub: hubFile('shandong', '370000', {
        partners: [partnerTerms('zhanjiang', keys.zhanjiang, { query: terms })],
        issuers: [
          { id: 'https://issuer.example', jwks: { url: `${at.url}/jwks.json` }, platforms: ['zhanjiang'] },
        ],
      }),
    });
    const caller = {
      ...platformOf('zhanjiang', keys.zhanjiang, { hub: beside, keys: keys.shandong }),
      signer: signerOf(keys.zhanjiang.privateKey, 'k1'),
    };
    for (const [kid, alg] of [
      ['r1', 'RS256'],
      ['d1', 'EdDSA'],
    ] as const) {
      const reply = await askWith(caller, await another.sign(kid, alg, claimsFor('zhanjiang')));
      expect([alg, reply.status, codeOf(reply)]).toEqual([alg, 200, undefined]);
    }
    await beside.close();
    await closePort(at.server);
  });
});
