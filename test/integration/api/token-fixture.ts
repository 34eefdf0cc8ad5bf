import { randomUUID, type KeyObject } from 'node:crypto';
import type { Express } from 'express';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { signToken } from '../../../src/infra/tokens/index.ts';
import { hubFile, makeKeys, openPort, partnerTerms, startHub, type RunningHub } from './hub-fixture.ts';

export type Keys = ReturnType<typeof makeKeys>;
type Claims = Record<string, unknown>;

/** A calling platform that only signs: it has no hub of its own. */
export function platformOf(id: string, own: Keys, to: { hub: RunningHub; keys: Keys; id?: string }): Caller {
  const target = to.id ?? 'shandong';
  const file = hubFile(id, '440800', { partners: [partnerTerms(target, to.keys, { url: to.hub.url })] });
  return {
    directory: new PartnerDirectory(file),
    database: to.hub.database,
    signer: signerOf(own.privateKey, 'k1'),
  };
}

/** The province's hub, and a platform that may ask it. */
export type AskedHub = {
  readonly hub: RunningHub;
  /** The platform, which only signs. */
  readonly zhanjiang: Caller;
  readonly keys: { readonly shandong: Keys; readonly zhanjiang: Keys };
};

/** Starts Shandong with Zhanjiang as its one partner. @param query what Zhanjiang may ask, as a hub file says it */
export async function startAskedHub(
  query: object,
  more: Partial<Parameters<typeof startHub>[1]> = {},
): Promise<AskedHub> {
  const keys = { shandong: makeKeys(), zhanjiang: makeKeys() };
  const hub = await startHub(await openPort(), {
    keys: keys.shandong,
    hub: hubFile('shandong', '370000', { partners: [partnerTerms('zhanjiang', keys.zhanjiang, { query })] }),
    ...more,
  });
  return { hub, keys, zhanjiang: platformOf('zhanjiang', keys.zhanjiang, { hub, keys: keys.shandong }) };
}

/** Sound claims of a token for a platform, with what a test changes; `undefined` takes a member away. */
export function claimsFor(platform: string, changes: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1_000);
  const claims: Claims = {
    iss: 'https://issuer.example',
    sub: platform,
    aud: 'shandong',
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    scope: 'read:penalty read:licence',
    purpose: { matter: 'BIDDING', basis: '测试办法第三条' },
    cnf: { kid: 'k1' },
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** A token signed by a hub's own key. */
export function hubSigned(privateKey: KeyObject, claims: Claims): string {
  return signToken(claims, signerOf(privateKey, 'k1'));
}

/** An issuer of tokens beside the hubs, with the set of keys it publishes. */
export class Issuer {
  readonly jwks: { keys: JWK[] } = { keys: [] };
  readonly #keys = new Map<string, CryptoKey>();
  fetches = 0;
  away = false;

  /** Makes a key; published unless a test wants it hidden. */
  async addKey(kid: string, alg: 'ES256' | 'RS256' | 'EdDSA', published = true): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    this.#keys.set(kid, privateKey);
    if (published) this.jwks.keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  }

  /** Publishes the set at `/jwks.json`. */
  publish(app: Express): void {
    app.get('/jwks.json', (_request, response) => {
      this.fetches += 1;
      if (this.away) response.status(503).end();
      else response.json(this.jwks);
    });
  }

  /** Signs claims with one of its keys. */
  async sign(kid: string, alg: string, claims: Claims): Promise<string> {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new TypeError(`no key ${kid}`);
    return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
  }
}
