import { hubFileSchema, type HubFile } from '../../contracts/manifests/index.ts';
import { fileStamp, readYamlFile } from '../../infra/files/index.ts';

/** Reads a hub file again each time it was changed: each call answers the changed file, or null where it is the same. */
export function hubFileReader(path: string): () => HubFile | null {
  let stamp = fileStamp(path);
  return () => {
    const now = fileStamp(path);
    if (now === stamp) return null;
    stamp = now;
    return readYamlFile(path, hubFileSchema);
  };
}
