import { print } from 'graphql';
import { composeSupergraph, type SubgraphPart } from './compose.ts';
import { composeElsewhere } from './compose-elsewhere.ts';
import { planFor, type Planned } from './generation.ts';

function textOf(parts: readonly SubgraphPart[]): string {
  return JSON.stringify(parts.map(({ name, typeDefs, url }) => [name, url, print(typeDefs)]));
}

/**
 * Composes, and keeps the last result. A connector that comes or goes leaves the schema as it is: then nothing is
 * composed, no planner is made, and none of the plans made so far is lost.
 */
export class Composer {
  #last: { readonly text: string; readonly planned: Planned } | null = null;

  /**
   * Composes subgraphs: the first here and now, later ones in a thread of their own.
   *
   * @throws COMPOSITION_FAILED, COMPOSITION_TIMEOUT
   */
  async compose(parts: readonly SubgraphPart[]): Promise<Planned> {
    const text = textOf(parts);
    if (this.#last?.text === text) return this.#last.planned;
    const supergraph = this.#last === null ? composeSupergraph(parts) : await composeElsewhere(parts);
    const planned = await planFor(supergraph);
    this.#last = { text, planned };
    return planned;
  }
}
