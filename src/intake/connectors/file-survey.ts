import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';

/** A file that waits in a source's folder. */
export type WaitingFile = { readonly name: string; readonly path: string };

/** What a first pass over a file finds out. */
export type FileSurvey = {
  readonly sha256: string;
  /** Digest by SM3, GB/T 32905-2016. */
  readonly sm3: string;
  readonly bytes: number;
  readonly isUtf8: boolean;
};

function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`, 'i');
}

/** `*.ok` beside `a.csv` is `a.ok` or `a.csv.ok`. */
function isDone(name: string, names: ReadonlySet<string>, marker: string): boolean {
  const ending = marker.replace(/^\*/, '');
  return names.has(name + ending) || names.has(name.replace(/\.[^.]*$/, '') + ending);
}

/**
 * The complete files of a source, by name; a file without its marker is left alone.
 *
 * @throws NO_SOURCE_FOLDER, SECRET_NOT_SET (config)
 */
export function listFiles(source: FileSourceSpec, directory: string): WaitingFile[] {
  const folder = resolve(directory, resolveReferences(source.folder));
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((it) => it.isFile())
      .map((it) => it.name);
  } catch (cause) {
    throw new HubError('NO_SOURCE_FOLDER', 'config', `the folder ${source.folder} does not exist`, { cause });
  }
  const pattern = patternOf(resolveReferences(source.path));
  const all = new Set(names);
  return names
    .filter((it) => pattern.test(it) && (source.done === undefined || isDone(it, all, source.done)))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}

/** One pass over a file: its digest, and whether it is UTF-8 to the last byte. */
export async function surveyFile(path: string): Promise<FileSurvey> {
  const digest = createHash('sha256');
  const sm3 = createHash('sm3');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const state = { bytes: 0, isUtf8: true };
  const decode = (chunk?: Buffer): void => {
    try {
      if (state.isUtf8) decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      state.isUtf8 = false;
    }
  };
  for await (const chunk of createReadStream(path)) {
    const buffer = chunk as Buffer;
    state.bytes += buffer.byteLength;
    digest.update(buffer);
    sm3.update(buffer);
    decode(buffer);
  }
  decode();
  return { sha256: digest.digest('hex'), sm3: sm3.digest('hex'), ...state };
}
