import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findVariable } from '../../infra/config/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import versions from './versions.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../../..');

/** Where things are looked for; tests pass their own. */
export type Surroundings = {
  /** Folders to search, as in the PATH variable. */
  readonly path: string;
  /** Xinqiao's folder in the user's cache. */
  readonly cacheDir: string;
  /** The clone's folder for what was installed into it. */
  readonly runtimeDir: string;
  /** A mongod named by the user, or null. */
  readonly systemBinary: string | null;
};

/** The machine this process runs on. */
export function surroundings(): Surroundings {
  const cache = findVariable('XDG_CACHE_HOME');
  return {
    path: findVariable('PATH') ?? '',
    cacheDir: join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'xinqiao'),
    runtimeDir: join(ROOT, '.runtime'),
    systemBinary: findVariable('MONGOMS_SYSTEM_BINARY') ?? null,
  };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first program of that name in the folders of a PATH, or null. */
export function which(name: string, path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

/** A MongoDB-protocol server that can be started. */
export type MongoProgram = {
  readonly kind: 'mongod' | 'mongod-download' | 'secantusd-rs' | 'secantusd-py';
  readonly program: string;
};

/** Folder into which mongod's own download is put. */
export function mongodFolder(around: Surroundings): string {
  return join(around.cacheDir, 'mongod');
}

function findDownload(around: Surroundings): string | null {
  try {
    const names = readdirSync(mongodFolder(around));
    const name = names.find((it) => it.startsWith('mongod') && it.endsWith(`-${versions.mongod}`));
    return name === undefined ? null : join(mongodFolder(around), name);
  } catch {
    return null;
  }
}

/**
 * The best MongoDB-protocol server on the machine: mongod named or on PATH, mongod downloaded before, the fast
 * stand-in, the slow stand-in. Nothing is installed and no network is used here: `script/bootstrap` does that.
 *
 * @throws STORE_NOT_INSTALLED
 */
export function findMongoProgram(around: Surroundings): MongoProgram {
  const named = around.systemBinary;
  const candidates: readonly (readonly [MongoProgram['kind'], string | null])[] = [
    ['mongod', named !== null && isProgram(named) ? named : which('mongod', around.path)],
    ['mongod-download', findDownload(around)],
    [
      'secantusd-rs',
      join(around.cacheDir, `secantusd-rs-${versions['secantusd-rs']}`, 'bin', 'secantusd-rs'),
    ],
    ['secantusd-py', join(around.runtimeDir, 'secantusd-py', 'bin', 'secantusd-py')],
  ];
  for (const [kind, program] of candidates) {
    if (program !== null && isProgram(program)) return { kind, program };
  }
  throw new HubError(
    'STORE_NOT_INSTALLED',
    'config',
    'no MongoDB server was found on this machine: run script/bootstrap',
  );
}

/** The Redis (or Valkey) server on PATH, or null. */
export function findRedisProgram(around: Surroundings): string | null {
  return which('redis-server', around.path) ?? which('valkey-server', around.path);
}
