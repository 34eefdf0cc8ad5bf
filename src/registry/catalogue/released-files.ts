import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubError } from '../../domain/hub-error.ts';

/** The list of released files below a connectors folder, in the form of `sha256sum`. */
export const RELEASED_LIST = 'released.sha256';

const LINE = /^([0-9a-f]{64}) {2}((?:catalogue|codes|datasets)\/[a-z0-9_-]+@\d+\.(?:yml|csv))$/;

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Digest of each released file by its place; empty where nothing is released. @throws BAD_FILE */
export function readReleased(directory: string): Map<string, string> {
  const path = join(directory, RELEASED_LIST);
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((it) => it !== '');
  return new Map(
    lines.map((line, place) => {
      const [, sha256, file] = LINE.exec(line) ?? [];
      if (sha256 !== undefined && file !== undefined) return [file, sha256] as const;
      throw new HubError('BAD_FILE', 'config', `${RELEASED_LIST}:${place + 1} is no line of sha256sum`);
    }),
  );
}

/**
 * Refuses a folder whose released files are not what they were: records refer to them by name and version for ever.
 *
 * @throws RELEASED_FILE_CHANGED
 */
export function requireReleased(directory: string): void {
  const changed = [...readReleased(directory)]
    .filter(([file, sha256]) => {
      const path = join(directory, file);
      return !existsSync(path) || digestOf(path) !== sha256;
    })
    .map(([file]) => file);
  if (changed.length === 0) return;
  const message = `released files stay as they are: restore ${changed.join(', ')}, and write a new version in a new file`;
  throw new HubError('RELEASED_FILE_CHANGED', 'config', message, { details: { changed } });
}

/**
 * Releases files: from now on they may not change. A file that is released already stays as it is.
 *
 * @param files places below the folder, such as `datasets/commendation@2.yml`
 * @returns those that were not released before
 * @throws FILE_MISSING, BAD_FILE, RELEASED_FILE_CHANGED
 */
export function releaseFiles(directory: string, files: readonly string[]): string[] {
  requireReleased(directory);
  const released = readReleased(directory);
  const fresh = files.filter((it) => !released.has(it));
  for (const file of fresh) {
    const path = join(directory, file);
    if (!existsSync(path)) throw new HubError('FILE_MISSING', 'config', `${path} cannot be read`);
    const line = `${digestOf(path)}  ${file}`;
    if (!LINE.test(line)) {
      const message = `${file} cannot be released: give its place below the folder, datasets/<name>@<version>.yml`;
      throw new HubError('BAD_FILE', 'config', message);
    }
    released.set(file, digestOf(path));
  }
  const lines = [...released].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, it]) => `${it}  ${file}\n`);
  writeFileSync(join(directory, RELEASED_LIST), lines.join(''));
  return fresh;
}
