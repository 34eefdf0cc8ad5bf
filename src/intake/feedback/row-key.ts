import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../domain/record/index.ts';

/** To whom a row of a workbook belongs: its connector and its dataset, by name and version. */
export type RowOwner = { readonly source: string; readonly dataset: string };

const sealOf = (secret: Buffer, words: unknown): string =>
  createHmac('sha256', secret).update(canonicalJson(words)).digest('base64url');

function tagOf(secret: Buffer, { source, dataset }: RowOwner, digest: string): string {
  return sealOf(secret, ['feedback row', source, dataset, digest]).slice(0, 32);
}

const same = (a: string, b: string): boolean => {
  const [left, right] = [a, b].map((it) => createHash('sha256').update(it).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
};

/** The hidden key of a row: its keyed digest, sealed for owner and item, so that only this hub can issue it. */
export function rowKeyOf(secret: Buffer, owner: RowOwner, digest: string): string {
  return `${digest}.${tagOf(secret, owner, digest)}`;
}

/**
 * Reads a hidden row key.
 *
 * @returns the digest of the row; `foreign` for a key of another owner or hub; `lost` for anything that is no key
 */
export function readRowKey(
  secret: Buffer,
  owner: RowOwner,
  text: string,
): { readonly digest: string } | 'foreign' | 'lost' {
  const [, digest, tag] = /^([0-9a-f]{64})\.([A-Za-z0-9_-]{32})$/.exec(text.trim()) ?? [];
  if (digest === undefined || tag === undefined) return 'lost';
  return same(tag, tagOf(secret, owner, digest)) ? { digest } : 'foreign';
}

/** The checksum of a workbook's hidden sheet. */
export function sealWorkbook(secret: Buffer, facts: Readonly<Record<string, string>>): string {
  return sealOf(secret, ['feedback workbook', facts]);
}

/** Whether a checksum is the one of these facts. */
export function isSealed(secret: Buffer, facts: Readonly<Record<string, string>>, checksum: string): boolean {
  return same(checksum, sealWorkbook(secret, facts));
}
