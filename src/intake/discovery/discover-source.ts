import type { SourceSpec } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { readFiles, readRest, type RawPage } from '../connectors/index.ts';
import { shapeOf, shownName } from './column-shapes.ts';
import { discoverTables, type FoundTable } from './discover-tables.ts';

export type { ColumnShape, FoundColumn } from './column-shapes.ts';
export type { FoundTable } from './discover-tables.ts';

/** What a source holds, by its shape alone; a stream is a file, a table, or a feed. */
export type Discovery = {
  readonly streams: readonly FoundTable[];
  /** What could not be looked into: where and why. */
  readonly faults: readonly {
    readonly stream: string | null;
    readonly code: string;
    readonly message: string;
  }[];
};

function streamOf(name: string, page: RawPage): FoundTable {
  const valuesAt = (place: number): string[] => page.rows.map((it) => it.cells[place] ?? '');
  const columns = page.columns.map((it, place) => ({ name: shownName(it), type: shapeOf(valuesAt(place)) }));
  const whole = page.fileEnds === true ? page.rows.length : null;
  return { name, columns, key: [], rows: page.declaredTotal ?? whole };
}

/** Takes the first page of each file, or of the feed. */
async function firstPages(pages: AsyncGenerator<RawPage>, feed: string): Promise<FoundTable[]> {
  const streams = new Map<string, FoundTable>();
  for await (const page of pages) {
    const name = page.file?.name ?? feed;
    if (!streams.has(name)) streams.set(name, streamOf(name, page));
    if (page.file === undefined) break;
  }
  return [...streams.values()];
}

/**
 * Lists what a source holds: files with their columns, tables with columns and keys, the columns of a feed's first page.
 * Shapes only: no value is given out, nor a word that may be one.
 *
 * @param directory folder that relative paths start from
 * @throws DISCOVER_UNSUPPORTED and the codes of the source's reader
 */
export async function discoverSource(source: SourceSpec, directory: string): Promise<Discovery> {
  const faults: Discovery['faults'][number][] = [];
  const onFault = (error: unknown, stream: string | null): void => {
    const { code, message } = toHubError(error);
    faults.push({ stream, code, message });
  };
  switch (source.type) {
    case 'file': {
      const reading = { source, directory, expected: [], codes: [], isRead: () => false, onFault };
      return { streams: await firstPages(readFiles(reading), ''), faults };
    }
    case 'sql':
      return { streams: await discoverTables(source), faults };
    case 'rest':
      return { streams: await firstPages(readRest({ source, expected: [] }), 'feed'), faults };
    case 'graphql':
      throw new HubError(
        'DISCOVER_UNSUPPORTED',
        'config',
        'a GraphQL source describes itself: ask its schema',
      );
  }
}
