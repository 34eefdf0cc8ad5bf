import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import {
  HUB_TOKEN_LIFE_SECONDS,
  TOKEN_LIFE_SECONDS,
  tokenClaimsSchema,
  type TokenClaims,
} from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { detectPersonNumber, redactText } from '../../domain/subject/index.ts';
import type { Caller } from '../../exchange/partners/index.ts';
import { isKeyValidAt } from '../../exchange/protocol/index.ts';
import {
  findJwk,
  readTokenHead,
  thumbprintOf,
  verifyToken,
  type PublicJwk,
} from '../../infra/tokens/index.ts';
import type { TokenGrant } from '../shared/index.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { ownJwks } from './mint-token.ts';

/** How far clocks of issuer and hub may differ, in seconds. */
const SLACK_SECONDS = 5;

/** Who brought a token, as the request's signature proved it. */
export type TokenBearer = { readonly partner: PartnerTerms; readonly keyId: string };

/** What tokens are judged by. */
export type TokenTrust = {
  readonly caller: Caller;
  readonly issuers: IssuerKeys;
  /** Base URL of this hub; a token may name it as its audience in place of the hub's id. */
  readonly publicUrl: string;
};

function refuse(code: string, message: string): HubError {
  return new HubError(code, 'refused', message);
}

/** The keys that verify a token: ours, the bearer's own, or those of an issuer that is trusted for the bearer. */
async function keysFor(
  head: { issuer: string; keyId: string | null },
  bearer: TokenBearer,
  trust: TokenTrust,
): Promise<readonly PublicJwk[]> {
  const { directory, database } = trust.caller;
  const { partner } = bearer;
  const nowMs = database.clock.now().getTime();
  if (head.issuer === directory.hub.id) return ownJwks(trust.caller).keys;
  if (head.issuer === partner.id) {
    const valid = directory.keysOf(partner).filter((it) => isKeyValidAt(it, nowMs));
    return valid.flatMap((it) => findJwk(it) ?? []);
  }
  if (!trust.issuers.trusts(head.issuer, partner.id))
    throw refuse('TOKEN_ISSUER_UNKNOWN', `this issuer is not trusted here for ${partner.id}`);
  return trust.issuers.keysOf(head.issuer, head.keyId);
}

function parseClaims(value: unknown): TokenClaims {
  const parsed = tokenClaimsSchema.safeParse(value);
  if (!parsed.success) {
    const places = parsed.error.issues.map((it) => it.path.join('.') || 'claims');
    throw new HubError('TOKEN_MALFORMED', 'refused', `the token’s claims are wrong: ${places.join(', ')}`, {
      details: { places },
    });
  }
  const { purpose, jti } = parsed.data;
  // Both are noted with each read: nothing that reads like a person's number may get there.
  if (redactText(purpose.basis).hits > 0 || detectPersonNumber(jti) !== null)
    throw refuse('TOKEN_MALFORMED', 'the token’s basis or id reads like a person’s number');
  return parsed.data;
}

function checkTime(claims: TokenClaims, bearer: TokenBearer, now: number): void {
  const { iat, exp, iss, act } = claims;
  const byHub = iss === bearer.partner.id || act !== undefined;
  const longest = byHub ? HUB_TOKEN_LIFE_SECONDS : TOKEN_LIFE_SECONDS;
  if (exp - iat > longest) {
    throw refuse('TOKEN_TOO_LONG_LIVED', `this token may live ${longest} seconds and lives ${exp - iat}`);
  }
  if (now >= exp + SLACK_SECONDS || iat > now + SLACK_SECONDS || exp <= iat)
    throw refuse('TOKEN_EXPIRED', `the token is good from ${iat} to ${exp}, and now is ${Math.floor(now)}`);
}

function isBound(claims: TokenClaims, bearer: TokenBearer, trust: TokenTrust): boolean {
  const { cnf } = claims;
  if (claims.sub !== bearer.partner.id) return false;
  if ('kid' in cnf && cnf.kid !== bearer.keyId) return false;
  if (!('jkt' in cnf)) return true;
  const key = trust.caller.directory.keysOf(bearer.partner).find((it) => it.id === bearer.keyId);
  const jwk = key === undefined ? null : findJwk(key);
  return jwk !== null && thumbprintOf(jwk) === cnf.jkt;
}

/**
 * Judges the token of a signed request: who issued it, for whom, for which hub, for how long. What it grants counts only
 * as far as the terms of the platform grant it too.
 *
 * @throws TOKEN_MALFORMED, TOKEN_SIGNATURE_INVALID, TOKEN_EXPIRED, TOKEN_TOO_LONG_LIVED, TOKEN_AUDIENCE,
 *   TOKEN_ISSUER_UNKNOWN, TOKEN_NOT_BOUND; ISSUER_KEYS_UNAVAILABLE (transient)
 */
export async function judgeToken(token: string, bearer: TokenBearer, trust: TokenTrust): Promise<TokenGrant> {
  const keys = await keysFor(readTokenHead(token), bearer, trust);
  const claims = parseClaims(await verifyToken(token, keys));
  checkTime(claims, bearer, trust.caller.database.clock.now().getTime() / 1_000);
  const audiences = [claims.aud].flat();
  const names = [trust.caller.directory.hub.id, trust.publicUrl];
  if (!audiences.some((it) => names.includes(it)))
    throw refuse('TOKEN_AUDIENCE', `the token is not for ${names[0] ?? ''}`);
  if (!isBound(claims, bearer, trust))
    throw refuse(
      'TOKEN_NOT_BOUND',
      'the token is bound to another platform or key than the request is signed by',
    );
  return {
    issuer: claims.iss,
    id: claims.jti,
    scopes: claims.scope.split(' '),
    purpose: claims.purpose.matter,
    basis: claims.purpose.basis,
    actor: claims.act?.sub ?? null,
  };
}
