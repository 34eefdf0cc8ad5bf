import { createHash, timingSafeEqual } from 'node:crypto';

const FORM = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/** Value of the Content-Digest field for a body. @see RFC 9530 section 2 */
export function contentDigest(body: Uint8Array | string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** Whether a Content-Digest field names exactly this body. A field without sha-256 does not match. */
export function matchesContentDigest(field: string, body: Uint8Array): boolean {
  const given = FORM.exec(field.trim())?.[1];
  if (given === undefined) return false;
  const actual = createHash('sha256').update(body).digest();
  return timingSafeEqual(Buffer.from(given, 'base64'), actual);
}
