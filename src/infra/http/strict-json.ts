function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: readonly unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, it) => sum + countMembers(it), own);
}

/**
 * Parses JSON in which each object names a member once: of two, readers take different ones, and a signature would
 * cover both.
 *
 * @throws SyntaxError for text that is not JSON or names a member twice
 * @see RFC 7493 (I-JSON) section 2.3
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Outside of texts a colon stands for exactly one member; a member that was named twice is kept once.
  const named = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
  if (named !== countMembers(value)) throw new SyntaxError('a member is named twice');
  return value;
}
