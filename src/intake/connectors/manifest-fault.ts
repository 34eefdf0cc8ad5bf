import { nearestWord } from '../../infra/files/index.ts';

/** What is wrong in a manifest, and the key it stands under. */
export type ManifestFault = { readonly path: readonly string[]; readonly message: string };

/** The nearest known word as the end of a sentence; empty where none is near. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === null ? '' : `: did you mean "${nearest}"?`;
}
