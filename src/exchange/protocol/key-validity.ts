import type { PartnerKey } from '../../contracts/manifests/index.ts';

/**
 * Whether a key was valid at an instant: not before `from`, not after `until`, and before `revokedAt`.
 *
 * The instant is mostly the signer's own word. For a request it is bounded by the window of 300 seconds; for a receipt
 * nothing bounds it but that the key was not yet revoked then, so whoever stole a key can date a document back before
 * the revocation. Where that matters, the receiver's own note of when it got the document decides, never this function.
 */
export function isKeyValidAt(key: Pick<PartnerKey, 'from' | 'until' | 'revokedAt'>, atMs: number): boolean {
  if (!Number.isFinite(atMs) || atMs < Date.parse(key.from)) return false;
  if (key.until !== null && atMs > Date.parse(key.until)) return false;
  return !isKeyRevokedAt(key, atMs);
}

/** Whether a key was revoked at an instant or before. */
export function isKeyRevokedAt(key: Pick<PartnerKey, 'revokedAt'>, atMs: number): boolean {
  return key.revokedAt !== null && atMs >= Date.parse(key.revokedAt);
}
