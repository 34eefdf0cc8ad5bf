import { isIPv4, isIPv6 } from 'node:net';

/** The eight groups of an IPv6 address, its `::` filled up. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before;
  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

/**
 * The class of addresses that share a quota on the public channel: a /24 of IPv4, a /56 of IPv6, which is what one
 * household or office is commonly given. An address that is none shares one class with all such.
 *
 * @param address as the connection or a trusted proxy gives it
 */
export function addressClassOf(address: string | undefined): string {
  const bare = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(bare)) return `${bare.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(bare) || bare.includes('.')) return 'unknown';
  const [a = '0', b = '0', c = '0', d = '0'] = groupsOf(bare);
  const hex = (group: string) => Number.parseInt(group, 16).toString(16);
  return `${hex(a)}:${hex(b)}:${hex(c)}:${(Number.parseInt(d, 16) & 0xff00).toString(16)}::/56`;
}
