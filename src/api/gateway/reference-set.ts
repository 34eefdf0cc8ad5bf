import type { Dataset } from '../../contracts/manifests/index.ts';
import { datasetSdl, subgraphNameOf } from '../datasets/index.ts';
import { readSchemaFile, subgraphDocument } from '../shared/index.ts';
import { IN_PROCESS, type SubgraphPart } from './compose.ts';

/** Subgraphs whose schema is written by hand, one file each below `schema/`. */
const WRITTEN = ['exchange', 'operations', 'recognition', 'subjects'] as const;

/**
 * The reference set: every written subgraph and one for each released dataset. Its composition is committed as
 * `schema/supergraph.graphql`; each hub composes its own at start.
 *
 * @returns parts for composition, and the own definitions of each generated subgraph by file name
 */
export function referenceParts(datasets: readonly Dataset[]): {
  parts: SubgraphPart[];
  generated: Record<string, string>;
} {
  const written = WRITTEN.map((name) => [name, readSchemaFile(name)] as const);
  const generated = datasets.map((it) => [subgraphNameOf(it), datasetSdl(it)] as const);
  return {
    parts: [...written, ...generated].map(([name, sdl]) => ({
      name,
      typeDefs: subgraphDocument(sdl),
      url: IN_PROCESS,
    })),
    generated: Object.fromEntries(generated),
  };
}
