import { z } from 'zod';
import { slugSchema } from '../manifests/index.ts';

/** Longest life of a token, in seconds. */
export const TOKEN_LIFE_SECONDS = 300;
/** Longest life of one that a hub makes to ask another hub, in seconds. */
export const HUB_TOKEN_LIFE_SECONDS = 60;

/**
 * What a token says. `sub` is the platform that signs the request, `act.sub` the platform for which a hub asks; `cnf`
 * binds the token to the key of the request's signature. Members beyond these are ignored.
 *
 * @see RFC 7519 section 4; RFC 7800 section 3 (`cnf`); RFC 8693 section 4.2 (`scope`)
 */
export const tokenClaimsSchema = z.looseObject({
  iss: z.string().min(1).max(200),
  sub: slugSchema,
  aud: z.union([z.string().max(400), z.array(z.string().max(400)).min(1).max(8)]),
  /** Seconds since 1970. */
  iat: z.int().positive(),
  exp: z.int().positive(),
  jti: z.string().regex(/^[A-Za-z0-9._~-]{8,100}$/, '8 to 100 characters of A–Z a–z 0–9 . _ ~ -'),
  /** Scopes with a blank between them, such as `read:licence read:penalty`. */
  scope: z
    .string()
    .regex(/^[a-z][a-z:-]*( [a-z][a-z:-]*)*$/, 'scopes with one blank between them')
    .max(2_000),
  /** Why: the matter's code, one of those agreed, and the document and article that allow it. */
  purpose: z.strictObject({ matter: z.string().min(1).max(100), basis: z.string().min(1).max(200) }),
  /** Id (`kid`) or thumbprint (`jkt`) of the key that signs the request. */
  cnf: z.union([z.object({ jkt: z.string().length(43) }), z.object({ kid: z.string().min(1).max(64) })]),
  act: z.object({ sub: slugSchema }).optional(),
});

/** Parsed claims of a token. */
export type TokenClaims = z.output<typeof tokenClaimsSchema>;
