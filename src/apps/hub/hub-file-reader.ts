import { statSync } from 'node:fs';
import { hubFileSchema, type HubFile } from '../../contracts/manifests/index.ts';
import { readYamlFile } from '../../infra/files/index.ts';

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'gone' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

/** Reads a hub file again each time it was changed: each call answers the changed file, or null where it is the same. */
export function hubFileReader(path: string): () => HubFile | null {
  let stamp = stampOf(path);
  return () => {
    const now = stampOf(path);
    if (now === stamp) return null;
    stamp = now;
    return readYamlFile(path, hubFileSchema);
  };
}
