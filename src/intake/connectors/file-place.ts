import { readdirSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { fetchSftp, listSftp, sftpAddressOf, type SftpFile } from '../../infra/sftp/index.ts';

/** Most bytes of a file that is fetched from elsewhere. */
const MAX_FETCH_BYTES = 4_294_967_296;

/** Where files wait. */
export type FilePlace = {
  /** Names of the complete files, in order; a file without its marker is left alone. */
  list(): Promise<string[]>;
  /** Makes a file readable here and gives its path. @param into a private folder for files that come from elsewhere */
  fetch(name: string, into: () => string): Promise<string>;
};

/** What a glob of `*` and `?` matches, without regard to case. */
export function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`, 'i');
}

/** `*.ok` beside `a.csv` is `a.ok` or `a.csv.ok`; a marker itself is no file to read. */
function isDone(name: string, names: ReadonlySet<string>, marker: string): boolean {
  const ending = marker.replace(/^\*/, '');
  if (name.endsWith(ending)) return false;
  return names.has(name + ending) || names.has(name.replace(/\.[^.]*$/, '') + ending);
}

function complete(names: readonly string[], source: FileSourceSpec): string[] {
  const pattern = patternOf(resolveReferences(source.path));
  const all = new Set(names);
  return names
    .filter((it) => pattern.test(it) && (source.done === undefined || isDone(it, all, source.done)))
    .sort();
}

function directoryPlace(source: FileSourceSpec, directory: string): FilePlace {
  const folder = resolve(directory, resolveReferences(source.folder));
  return {
    list() {
      try {
        const entries = readdirSync(folder, { withFileTypes: true });
        return Promise.resolve(
          complete(
            entries.filter((it) => it.isFile()).map((it) => it.name),
            source,
          ),
        );
      } catch (cause) {
        throw new HubError('NO_SOURCE_FOLDER', 'config', `the folder ${source.folder} does not exist`, {
          cause,
        });
      }
    },
    fetch: (name) => Promise.resolve(join(folder, name)),
  };
}

function sftpPlace(source: FileSourceSpec): FilePlace {
  if (source.sftp === undefined)
    throw new HubError('BAD_FILE', 'config', 'source.sftp says where the server is: it is missing');
  const address = sftpAddressOf(source.sftp);
  const folder = resolveReferences(source.folder);
  const known = new Map<string, SftpFile>();
  return {
    async list() {
      for (const it of await listSftp(address, folder)) known.set(it.name, it);
      return complete([...known.keys()], source);
    },
    async fetch(name, into) {
      const path = join(into(), 'fetched');
      const before = known.get(name);
      const after = await fetchSftp(address, {
        from: posix.join(folder, name),
        to: path,
        maxBytes: MAX_FETCH_BYTES,
      });
      if (before?.bytes === after.bytes && before.modifiedAtMs === after.modifiedAtMs) return path;
      const message =
        'the file was replaced or written to while it was fetched: it is fetched again as a whole';
      throw new HubError('FILE_CHANGED', 'transient', message);
    },
  };
}

/** The place that a manifest names. @throws BAD_FILE, SECRET_NOT_SET (config) */
export function filePlaceOf(source: FileSourceSpec, directory: string): FilePlace {
  return source.via === 'sftp' ? sftpPlace(source) : directoryPlace(source, directory);
}
