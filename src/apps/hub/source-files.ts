import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../../domain/record/index.ts';
import { fileStamp } from '../../infra/files/index.ts';

/** Texts of what a hub is served from, by their place below the connectors folder, ascending. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Folders whose every file counts, whatever connectors a hub has. */
const SHARED = ['catalogue', 'datasets', 'codes'] as const;
/** The list of released files, which none of them may leave. */
const RELEASED = 'released.sha256';

function namesIn(directory: string, folder: string): string[] {
  try {
    return readdirSync(join(directory, folder)).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/** Places of the files that count: every catalogue, dataset and code list, and the manifests of the named connectors. */
function placesOf(directory: string, connectors: readonly string[]): string[] {
  const shared = SHARED.flatMap((folder) => namesIn(directory, folder));
  return [...shared, RELEASED, ...connectors.map((id) => `sources/${id}/connector.yml`)].sort();
}

/** What tells without reading whether any of the files may have changed. */
export function markOfSources(directory: string, connectors: readonly string[]): string {
  return placesOf(directory, connectors)
    .map((it) => `${it} ${fileStamp(join(directory, it))}`)
    .join('\n');
}

/** Reads the files; one that is missing is left out, and whoever loads it says so. */
export function readSourceFiles(directory: string, connectors: readonly string[]): SourceFiles {
  const files = placesOf(directory, connectors).flatMap((place) => {
    try {
      return [[place, readFileSync(join(directory, place), 'utf8')] as const];
    } catch {
      return [];
    }
  });
  return new Map(files);
}

/** One digest over names and texts. */
export function digestOfSources(files: SourceFiles): string {
  return sha256Hex(JSON.stringify([...files]));
}

/** Writes files of a former generation into a folder of their own, so that they are loaded like any others. */
export function writeSourceFiles(files: SourceFiles): { directory: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'xinqiao-generation-'));
  for (const [place, text] of files) {
    mkdirSync(dirname(join(directory, place)), { recursive: true });
    writeFileSync(join(directory, place), text);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
