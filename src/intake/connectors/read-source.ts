import type { Mapping } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { readFiles } from './file-pages.ts';
import type { LoadedConnector } from './loaded-connector.ts';
import type { CursorValues, RawPage } from './raw-page.ts';
import { readRest } from './rest-pages.ts';
import { readSql } from './sql-pages.ts';

/** Where reading goes on, and who is told of faults that do not end it. */
export type Reading = {
  readonly cursor: CursorValues | null;
  readonly isRead: (sha256: string) => boolean;
  readonly onFault: (error: unknown, file: string | null) => void;
  readonly signal?: AbortSignal | undefined;
};

const CODE_TARGETS: ReadonlySet<string> = new Set([
  'subject.uscc',
  'subject.registrationNo',
  'subject.orgCode',
  'subject.taxNo',
  'subject.formerUscc',
  'documentNo',
]);

const columnOf = (mapping: Mapping): string[] =>
  typeof mapping === 'string' ? [mapping] : 'from' in mapping ? [mapping.from] : [];

/** Every source column that a manifest names. */
export function columnsNamed(connector: Pick<LoadedConnector, 'map' | 'sync'>): string[] {
  const { map, sync } = connector;
  const deletes = sync.deletes === undefined ? [] : [sync.deletes.column];
  return [...Object.values(map).flatMap(columnOf), ...(sync.key ?? []), ...(sync.cursor ?? []), ...deletes];
}

/** Source columns that hold codes and numbers of papers, which a spreadsheet damages. */
function codeColumns({ map, sync }: LoadedConnector): string[] {
  const codes = Object.entries(map).filter(([target]) => CODE_TARGETS.has(target));
  return [...codes.flatMap(([, mapping]) => columnOf(mapping)), ...(sync.key ?? [])];
}

function pagesOf(
  connector: LoadedConnector,
  reading: Reading,
  known: readonly string[],
): AsyncGenerator<RawPage> {
  const { source, sync, directory } = connector;
  const { cursor, isRead, onFault, signal } = reading;
  switch (source.type) {
    case 'file':
      return readFiles({
        source,
        directory,
        expected: known,
        codes: codeColumns(connector),
        isRead,
        onFault,
      });
    case 'sql':
      return readSql({
        source,
        cursorColumns: sync.cursor ?? [],
        cursor,
        overlapSeconds: sync.overlap,
        signal,
      });
    case 'rest':
      return readRest({ source, expected: known, signal });
    case 'graphql':
      throw new HubError('BAD_FILE', 'config', `${connector.metadata.id} is only asked at query time`);
  }
}

/**
 * Reads a source as its manifest says, page by page. A fault of the source is told to `onFault`; the pages before it
 * are given out, so nothing that was accepted is lost.
 *
 * @param aliases further columns that the dataset knows: a header that holds none of all these is no header
 */
export async function* readSource(
  connector: LoadedConnector,
  reading: Reading,
  aliases: readonly string[] = [],
): AsyncGenerator<RawPage> {
  const pages = pagesOf(connector, reading, [...columnsNamed(connector), ...aliases]);
  try {
    for (;;) {
      const next = await pages.next().catch((error: unknown) => {
        reading.onFault(error, null);
        return { done: true, value: undefined } as const;
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await pages.return(undefined);
  }
}
