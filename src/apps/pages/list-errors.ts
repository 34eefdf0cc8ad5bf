import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorEntry } from '../../domain/error-entry.ts';

/** One line of a closet's catalogue, with the closet it stands in, such as `exchange/inbox`. */
export type ListedError = ErrorEntry & { readonly closet: string };

/** The folder that this program runs from. */
const ROOT = join(import.meta.dirname, '../../..');

/**
 * Every error of every catalogue below a folder's `src`, closet by closet: the source of `docs/errors.md` and of the
 * page `/errors` alike.
 */
export async function listErrors(baseDir: string = ROOT): Promise<ListedError[]> {
  const files = readdirSync(join(baseDir, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((it) => /(^|[\\/])errors\.ts$/.test(it))
    .sort();
  const listed: ListedError[] = [];
  for (const file of files) {
    const closet = dirname(file).replaceAll('\\', '/');
    const url = pathToFileURL(join(baseDir, 'src', file)).href;
    const exported = (await import(url)) as Record<string, readonly ErrorEntry[]>;
    const catalogues = Object.entries(exported).filter(([name]) => name.endsWith('_ERRORS'));
    for (const [, entries] of catalogues) listed.push(...entries.map((it) => ({ ...it, closet })));
  }
  return listed;
}
