import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LoadedConnector } from '../connectors/index.ts';
import { serveCalls, servePages, type SampleCall, type SampleServer } from './sample-server.ts';

/** A connector that reads its samples in the place of its source. */
export type PlacedSamples = { readonly connector: LoadedConnector; readonly close: () => void };

type Source = LoadedConnector['source'];

function placeDatabase(samples: string): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-samples-'));
  const path = join(folder, 'samples.sqlite');
  const database = new DatabaseSync(path);
  for (const name of readdirSync(samples).filter((it) => it.endsWith('.sql')))
    database.exec(readFileSync(join(samples, name), 'utf8'));
  database.close();
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function serve(source: Source, samples: string): Promise<SampleServer> {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(samples, name), 'utf8')) as unknown;
  if (existsSync(join(samples, 'calls.json'))) return serveCalls(read('calls.json') as SampleCall[]);
  const parameter = source.type === 'rest' && 'parameter' in source.paging ? source.paging.parameter : 'page';
  return servePages(read('pages.json') as unknown[], parameter);
}

/**
 * Puts the samples of a connector where its source would be, on this machine alone: files stay files, `*.sql` becomes
 * a SQLite database, `pages.json` is served page by page, `calls.json` call by call. Nothing of the environment is
 * asked for.
 *
 * @param connector its folder holds `samples/`
 */
export async function placeSamples(connector: LoadedConnector): Promise<PlacedSamples> {
  const { source, directory } = connector;
  const samples = join(directory, 'samples');
  switch (source.type) {
    case 'file':
      return {
        connector: { ...connector, source: { ...source, via: 'directory', folder: samples } },
        close: () => undefined,
      };
    case 'sql': {
      const database = placeDatabase(samples);
      return {
        connector: { ...connector, source: { ...source, driver: 'sqlite', dsn: database.path } },
        close: () => {
          database.remove();
        },
      };
    }
    case 'rest':
    case 'graphql': {
      const server = await serve(source, samples);
      return {
        connector: { ...connector, source: { ...source, url: server.url } },
        close: () => {
          server.close();
        },
      };
    }
  }
}
