import { randomUUID } from 'node:crypto';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HUB_TOKEN_LIFE_SECONDS, type TokenClaims } from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Caller } from '../../exchange/partners/index.ts';
import { isKeyValidAt } from '../../exchange/protocol/index.ts';
import { findJwk, signToken, thumbprintOf, type PublicJwk } from '../../infra/tokens/index.ts';
import type { Asker } from '../shared/index.ts';

function refuse(code: string, message: string): HubError {
  return new HubError(code, 'refused', message);
}

function nowSeconds(caller: Caller): number {
  return Math.floor(caller.database.clock.now().getTime() / 1_000);
}

/**
 * The token with which this hub asks another one for an asker: issued by itself, for that hub alone, for the asker's
 * purpose and rights, for a minute. A client's own token is never handed on. Null where there is nothing to hand on: no
 * purpose with its basis, or a key of SM2.
 */
export function findHubToken(caller: Caller, partner: PartnerTerms, asker: Asker): string | null {
  const { signer } = caller;
  const { purpose, basis, scopes } = asker;
  if (purpose === null || basis === null || scopes.length === 0 || signer.algorithm !== 'ed25519')
    return null;
  const iat = nowSeconds(caller);
  const claims: TokenClaims = {
    iss: caller.directory.hub.id,
    sub: caller.directory.hub.id,
    aud: partner.id,
    iat,
    exp: iat + HUB_TOKEN_LIFE_SECONDS,
    jti: randomUUID(),
    scope: scopes.join(' '),
    purpose: { matter: purpose, basis },
    cnf: { kid: signer.keyId },
    ...(asker.hub === null ? {} : { act: { sub: asker.hub } }),
  };
  return signToken(claims, signer);
}

/** What a token is issued for. */
export type IssueOrder = {
  readonly partner: string;
  readonly scopes: readonly string[];
  readonly matter: string;
  readonly basis: string;
  readonly lifeSeconds: number;
  /** Key of the partner to bind it to; the newest valid one when absent. */
  readonly keyId?: string;
};

/**
 * Issues a token of this hub to one of its partners, within the partner's terms.
 *
 * @throws UNKNOWN_PARTNER, TERMS_MISSING, PURPOSE_NOT_AGREED, SCOPE_MISSING, UNKNOWN_KEY, TOKEN_KEY_UNSUPPORTED
 */
export function issueToken(caller: Caller, order: IssueOrder): { token: string; claims: TokenClaims } {
  const { directory, signer } = caller;
  const partner = directory.get(order.partner);
  const { query } = partner;
  if (query === null) throw refuse('TERMS_MISSING', `${partner.id} has no query terms in the hub file`);
  if (!query.purposes.includes(order.matter))
    throw refuse('PURPOSE_NOT_AGREED', `the terms of ${partner.id} name: ${query.purposes.join(', ')}`);
  const beyond = order.scopes.filter((it) => !query.scopes.includes(it));
  if (beyond.length > 0)
    throw refuse('SCOPE_MISSING', `the terms of ${partner.id} do not give ${beyond.join(', ')}`);
  const iat = nowSeconds(caller);
  const valid = directory.keysOf(partner).filter((it) => isKeyValidAt(it, iat * 1_000));
  const key = order.keyId === undefined ? valid.at(-1) : valid.find((it) => it.id === order.keyId);
  if (key === undefined) throw refuse('UNKNOWN_KEY', `${partner.id} has no such valid key`);
  const jwk = findJwk(key);
  const claims: TokenClaims = {
    iss: directory.hub.id,
    sub: partner.id,
    aud: directory.hub.id,
    iat,
    exp: iat + order.lifeSeconds,
    jti: randomUUID(),
    scope: order.scopes.join(' '),
    purpose: { matter: order.matter, basis: order.basis },
    cnf: jwk === null ? { kid: key.id } : { jkt: thumbprintOf(jwk) },
  };
  return { token: signToken(claims, signer), claims };
}

/** The keys by which tokens of this hub are verified, as a JSON Web Key Set. @see RFC 7517 section 5 */
export function ownJwks(caller: Caller): { keys: PublicJwk[] } {
  const nowMs = caller.database.clock.now().getTime();
  const { ring, signer } = caller;
  const keys =
    ring === undefined
      ? [{ ...signer, id: signer.keyId }]
      : ring.content().keys.filter((it) => isKeyValidAt(it, nowMs));
  return { keys: keys.flatMap((it) => findJwk(it) ?? []) };
}
