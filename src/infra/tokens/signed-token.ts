import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWK } from 'jose';
import { HubError } from '../../domain/hub-error.ts';
import type { Signer } from '../signing/index.ts';
import type { PublicJwk } from './json-web-key.ts';

/** Longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 4_096;
/** Signatures a token may have. Symmetric ones and `none` are not among them. @see RFC 7518 section 3.1; RFC 8037 */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

function malformed(why: string, cause?: unknown): HubError {
  return new HubError('TOKEN_MALFORMED', 'refused', `the bearer token ${why}`, { cause });
}

/** What a token says of itself before anything of it is believed. */
export type TokenHead = { readonly keyId: string | null; readonly issuer: string };

/** Reads whose token it says to be, to know by which keys to verify it. @throws TOKEN_MALFORMED */
export function readTokenHead(token: string): TokenHead {
  if (token.length > MAX_TOKEN_LENGTH) throw malformed(`is longer than ${MAX_TOKEN_LENGTH} characters`);
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    if (alg === undefined || !ALGORITHMS.includes(alg))
      throw malformed(`is signed by none of ${ALGORITHMS.join(', ')}`);
    if (typeof iss !== 'string') throw malformed('names no issuer');
    return { keyId: kid ?? null, issuer: iss };
  } catch (cause) {
    throw cause instanceof HubError ? cause : malformed('is not of the form header.claims.signature', cause);
  }
}

/** Sets made of the same keys, so that each key is imported once. */
const sets = new WeakMap<readonly PublicJwk[], ReturnType<typeof createLocalJWKSet>>();

function setOf(keys: readonly PublicJwk[]): ReturnType<typeof createLocalJWKSet> {
  const known = sets.get(keys);
  if (known !== undefined) return known;
  const made = createLocalJWKSet({ keys: keys as JWK[] });
  sets.set(keys, made);
  return made;
}

/**
 * Verifies a token's signature with the keys of its issuer. The claims are not judged here.
 *
 * @throws TOKEN_MALFORMED, TOKEN_SIGNATURE_INVALID
 * @see RFC 7515 section 5.2; RFC 8725
 */
export async function verifyToken(token: string, keys: readonly PublicJwk[]): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, setOf(keys), { algorithms: ALGORITHMS });
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as unknown;
  } catch (cause) {
    const form = cause instanceof SyntaxError || cause instanceof errors.JWSInvalid;
    if (form) throw malformed('does not hold JSON', cause);
    throw new HubError('TOKEN_SIGNATURE_INVALID', 'refused', 'no key of the issuer verifies the token', {
      cause,
    });
  }
}

/** Signs claims as a token. The private key stays behind the signer. @throws TOKEN_KEY_UNSUPPORTED for a key of SM2 */
export function signToken(claims: Readonly<Record<string, unknown>>, signer: Signer): string {
  if (signer.algorithm !== 'ed25519') {
    throw new HubError(
      'TOKEN_KEY_UNSUPPORTED',
      'config',
      `key ${signer.keyId} is of ${signer.algorithm}: tokens are signed with Ed25519`,
    );
  }
  const encode = (value: object) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const signed = `${encode({ alg: 'EdDSA', typ: 'JWT', kid: signer.keyId })}.${encode(claims)}`;
  return `${signed}.${Buffer.from(signer.sign(Buffer.from(signed, 'ascii'))).toString('base64url')}`;
}
