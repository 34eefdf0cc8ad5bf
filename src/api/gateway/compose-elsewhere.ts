import { Worker } from 'node:worker_threads';
import { print } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';
import { supergraphOf, type Composed, type SubgraphPart, type Supergraph } from './compose.ts';

/** What the worker is sent, as text: syntax trees do not travel between threads cheaply. */
export type ComposeTask = readonly { readonly name: string; readonly sdl: string; readonly url: string }[];

/** Longest a composition may take, in milliseconds. */
const COMPOSE_TIMEOUT_MS = 60_000;

/**
 * Composes subgraphs in a thread of its own, so that queries under way do not wait for it.
 *
 * @throws COMPOSITION_FAILED with every fault, COMPOSITION_TIMEOUT
 */
export async function composeElsewhere(parts: readonly SubgraphPart[]): Promise<Supergraph> {
  const task: ComposeTask = parts.map(({ name, typeDefs, url }) => ({ name, sdl: print(typeDefs), url }));
  const worker = new Worker(new URL('./compose-worker.ts', import.meta.url));
  let timer: NodeJS.Timeout | undefined;
  try {
    const composed = await new Promise<Composed>((resolve, reject) => {
      const late = new HubError('COMPOSITION_TIMEOUT', 'transient', 'the subgraphs take too long to compose');
      timer = setTimeout(() => reject(late), COMPOSE_TIMEOUT_MS);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage(task);
    });
    return supergraphOf(composed);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
