const LINK = /<([^>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]+))?)*)/g;
const RELATION = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/**
 * Where an answer says that the next page is, resolved against the address that was asked; null where it says nothing.
 *
 * @see RFC 8288 section 3
 */
export function findNextLink(headers: Headers, asked: string): string | null {
  for (const [, target = '', parameters = ''] of (headers.get('link') ?? '').matchAll(LINK)) {
    const relation = RELATION.exec(parameters);
    const words = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (words.includes('next') && URL.canParse(target, asked)) return new URL(target, asked).href;
  }
  return null;
}
