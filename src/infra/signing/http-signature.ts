import { parseDictionary, isInnerList } from 'structured-headers';
import { HubError } from '../../domain/hub-error.ts';
import { contentDigest, matchesContentDigest } from './content-digest.ts';
import { verifySignature, type VerificationKey } from './public-key.ts';
import type { Signer } from './signer.ts';

/** Longest life of a signature, in seconds. */
export const SIGNATURE_WINDOW_SECONDS = 300;

/** Components every signature covers, in this order. @see RFC 9421 section 2 */
const COVERED = ['@method', '@target-uri', 'content-digest', 'idempotency-key'] as const;

/** Names of the algorithms in the parameter `alg`. `sm2-sm3` is ours: no registry of RFC 9421 has a name for it. */
const ALG = { ed25519: 'ed25519', sm2: 'sm2-sm3' } as const;

/** The parts of a request that a signature covers. */
export type SignedMessage = {
  readonly method: string;
  /** Configured public URL of the receiver plus path and query: proxies may rewrite what arrives. */
  readonly targetUri: string;
  readonly body: Uint8Array;
  readonly idempotencyKey: string;
};

/** What a verified signature tells. */
export type VerifiedSignature = {
  readonly keyId: string;
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly expires: number;
};

function signatureBase(
  values: Readonly<Record<(typeof COVERED)[number], string>>,
  parameters: string,
): Uint8Array {
  const lines = COVERED.map((name) => `"${name}": ${values[name]}`);
  return Buffer.from([...lines, `"@signature-params": ${parameters}`].join('\n'), 'utf8');
}

/**
 * Signs a request: the fields to send with it.
 *
 * @param at seconds since 1970 by the database's clock
 * @param nonce fresh for each attempt
 * @see RFC 9421 section 3.1; RFC 9530 section 2
 */
export function signRequest(
  message: SignedMessage,
  signer: Signer,
  attempt: { at: number; nonce: string },
): Record<string, string> {
  const digest = contentDigest(message.body);
  const covered = COVERED.map((name) => `"${name}"`).join(' ');
  const expires = attempt.at + SIGNATURE_WINDOW_SECONDS;
  const parameters = `(${covered});created=${attempt.at};expires=${expires};nonce="${attempt.nonce}";keyid="${signer.keyId}";alg="${ALG[signer.algorithm]}"`;
  const values = {
    '@method': message.method,
    '@target-uri': message.targetUri,
    'content-digest': digest,
    'idempotency-key': message.idempotencyKey,
  };
  const signature = Buffer.from(signer.sign(signatureBase(values, parameters))).toString('base64');
  return {
    'content-digest': digest,
    'idempotency-key': message.idempotencyKey,
    'signature-input': `xq=${parameters}`,
    signature: `xq=:${signature}:`,
  };
}

function refuse(code: string, message: string): HubError {
  return new HubError(code, 'refused', message);
}

type Parameters = { created: number; expires: number; nonce: string; keyid: string };

function parseParameters(field: string): { parameters: Parameters; text: string } {
  const text = field.slice(field.indexOf('=') + 1);
  const malformed = () =>
    refuse('SIGNATURE_MALFORMED', 'Signature-Input is not xq=(…);created;expires;nonce;keyid');
  let member;
  try {
    member = parseDictionary(field).get('xq');
  } catch {
    throw malformed();
  }
  if (member === undefined || !isInnerList(member)) throw malformed();
  const names = member[0].map(([item]) => item);
  if (names.length !== COVERED.length || !COVERED.every((it, place) => names[place] === it))
    throw malformed();
  const get = (name: string) => member[1].get(name);
  const [created, expires, nonce, keyid] = [get('created'), get('expires'), get('nonce'), get('keyid')];
  if (typeof created !== 'number' || typeof expires !== 'number') throw malformed();
  if (typeof nonce !== 'string' || typeof keyid !== 'string') throw malformed();
  return { parameters: { created, expires, nonce, keyid }, text };
}

/**
 * Verifies a signed request against a key found by its id.
 *
 * @param fields request fields by lower-case name
 * @param findKey the sender's public key valid at the signature's time, or null; the key decides the algorithm
 * @param now seconds since 1970
 * @throws SIGNATURE_MISSING, SIGNATURE_MALFORMED, SIGNATURE_EXPIRED, UNKNOWN_KEY, DIGEST_MISMATCH, SIGNATURE_INVALID
 */
export function verifyRequest(
  message: SignedMessage,
  fields: Readonly<Record<string, string | undefined>>,
  trust: { findKey: (keyId: string, at: number) => VerificationKey | null; now: number },
): VerifiedSignature {
  const { 'signature-input': input, signature, 'content-digest': digest } = fields;
  if (input === undefined || signature === undefined || digest === undefined) {
    throw refuse('SIGNATURE_MISSING', 'Signature-Input, Signature and Content-Digest are needed');
  }
  const { parameters, text } = parseParameters(input);
  const { created, expires } = parameters;
  const outside = trust.now > expires || created > trust.now + SIGNATURE_WINDOW_SECONDS;
  if (
    outside ||
    expires - created > SIGNATURE_WINDOW_SECONDS ||
    trust.now - created > SIGNATURE_WINDOW_SECONDS
  ) {
    throw refuse(
      'SIGNATURE_EXPIRED',
      `signature of ${created} is outside its window at ${trust.now}: sign again`,
    );
  }
  const publicKey = trust.findKey(parameters.keyid, created);
  if (publicKey === null) throw refuse('UNKNOWN_KEY', `key ${parameters.keyid} is not valid for this sender`);
  if (!matchesContentDigest(digest, message.body)) {
    throw refuse('DIGEST_MISMATCH', 'the body is not the one Content-Digest names');
  }
  const values = {
    '@method': message.method,
    '@target-uri': message.targetUri,
    'content-digest': digest,
    'idempotency-key': message.idempotencyKey,
  };
  const bytes = Buffer.from(/^xq=:([A-Za-z0-9+/=]+):$/.exec(signature.trim())?.[1] ?? '', 'base64');
  if (!verifySignature(publicKey, signatureBase(values, text), bytes)) {
    throw refuse(
      'SIGNATURE_INVALID',
      'the signature does not verify over method, URI, digest and idempotency key',
    );
  }
  return { keyId: parameters.keyid, nonce: parameters.nonce, created, expires };
}
