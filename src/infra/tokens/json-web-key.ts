import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';
import { findRawKey, type SignatureAlgorithm } from '../signing/index.ts';

/** A public key as JSON; members beyond those are ignored. @see RFC 7517 section 4 */
const publicJwkSchema = z
  .looseObject({
    kty: z.enum(['OKP', 'EC', 'RSA']),
    kid: z.string().min(1).max(200).optional(),
    alg: z.string().max(20).optional(),
    use: z.string().max(20).optional(),
    crv: z.string().max(20).optional(),
    x: z.string().max(200).optional(),
    y: z.string().max(200).optional(),
    n: z.string().max(2_000).optional(),
    e: z.string().max(20).optional(),
  })
  .refine((key) => !('d' in key) && !('k' in key), { error: 'a private key stands in a public set' });
const jwksSchema = z.looseObject({ keys: z.array(z.unknown()).max(100) });

/** One public key of an issuer. */
export type PublicJwk = z.output<typeof publicJwkSchema>;

function isUsable(key: PublicJwk): boolean {
  if (key.use !== undefined && key.use !== 'sig') return false;
  if (key.kty === 'OKP') return key.crv === 'Ed25519';
  return key.kty === 'RSA' || key.crv === 'P-256';
}

/**
 * The keys of a set that can verify a token: Ed25519, P-256 and RSA; other keys are left out, as the standard asks.
 *
 * @throws JWKS_BAD for what is no set, holds a private key, or no usable one
 * @see RFC 7517 section 5
 */
export function parseJwks(text: string, where: string): PublicJwk[] {
  const bad = (why: string, cause?: unknown) =>
    new HubError('JWKS_BAD', 'config', `the key set ${where} ${why}`, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad('is not JSON', cause);
  }
  const set = jwksSchema.safeParse(value);
  if (!set.success) throw bad('is not of the form {"keys": […]}');
  const keys = set.data.keys.flatMap((it) => {
    const key = publicJwkSchema.safeParse(it);
    if (key.success) return isUsable(key.data) ? [key.data] : [];
    if (key.error.issues.some((issue) => issue.code === 'custom'))
      throw bad('holds a private key: replace both');
    return [];
  });
  if (keys.length === 0) throw bad('holds no key of Ed25519, P-256 or RSA');
  return keys;
}

/** A signing key as a JSON Web Key; null for SM2, which JOSE has no name for. @see RFC 8037 section 2 */
export function findJwk(key: {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: string;
}): PublicJwk | null {
  if (key.algorithm !== 'ed25519') return null;
  const raw = findRawKey('ed25519', key.publicKey);
  if (raw === null) return null;
  return {
    kty: 'OKP',
    crv: 'Ed25519',
    x: Buffer.from(raw).toString('base64url'),
    kid: key.id,
    alg: 'EdDSA',
    use: 'sig',
  };
}

/** Thumbprint of an Ed25519 key: SHA-256, base64url, 43 characters. @see RFC 7638 section 3; RFC 8037 appendix A.3 */
export function thumbprintOf(key: PublicJwk): string {
  const members = JSON.stringify({ crv: key.crv, kty: key.kty, x: key.x });
  return createHash('sha256').update(members).digest('base64url');
}
