import { statSync } from 'node:fs';

/** What tells without reading whether a file may be another one than before: a missing one has a stamp as well. */
export function fileStamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.ino} ${stats.size} ${stats.ctimeMs}`;
}
