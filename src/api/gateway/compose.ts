import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';

/** A subgraph as composition reads it: its name, its schema and the place it is served at. */
export type SubgraphPart = {
  readonly name: string;
  readonly typeDefs: DocumentNode;
  /** `inproc:` in this process, else the `http(s):` address of its door. */
  readonly url: string;
};

/** A composed supergraph: the SDL a router serves and the schema askers see. */
export type Supergraph = { readonly sdl: string; readonly publicSdl: string };

/** Address of a subgraph that runs in this process. */
export const IN_PROCESS = 'inproc:';

/** What composing came to: a supergraph, or every fault. */
export type Composed =
  | { readonly supergraph: Supergraph; readonly faults: null }
  | { readonly supergraph: null; readonly faults: readonly string[] };

/** Composes subgraphs, in the order of their names, so that the same parts give the same text. */
export function composeParts(parts: readonly SubgraphPart[]): Composed {
  const ordered = [...parts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const result = composeServices(ordered.map(({ name, typeDefs, url }) => ({ name, typeDefs, url })));
  if (result.errors !== undefined) return { supergraph: null, faults: result.errors.map((it) => it.message) };
  return { supergraph: { sdl: result.supergraphSdl, publicSdl: result.publicSdl }, faults: null };
}

/** The supergraph that composing came to. @throws COMPOSITION_FAILED with every fault */
export function supergraphOf({ supergraph, faults }: Composed): Supergraph {
  if (supergraph !== null) return supergraph;
  throw new HubError('COMPOSITION_FAILED', 'config', `the subgraphs do not compose: ${faults.join('; ')}`, {
    details: { faults },
  });
}

/** Composes subgraphs here and now. @throws COMPOSITION_FAILED with every fault */
export function composeSupergraph(parts: readonly SubgraphPart[]): Supergraph {
  return supergraphOf(composeParts(parts));
}
