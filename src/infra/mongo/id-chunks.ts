const CHUNK = 100;

/**
 * Cuts a list of ids for `$in` filters. The embedded stand-ins match a document against a list one by one, so that
 * long lists cost by their square; a MongoDB server does not mind either way.
 */
export function idChunks<T>(ids: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, at) =>
    ids.slice(at * CHUNK, (at + 1) * CHUNK),
  );
}
