import { connectorSchema } from '../../contracts/manifests/index.ts';
import { toHubError } from '../../domain/hub-error.ts';
import { readSource, UNNAMED_OWNER, type LoadedConnector } from '../connectors/index.ts';
import type { SampleRows } from './profile-columns.ts';

/** A connector that maps nothing: any header will do. */
function readerOf(source: Record<string, unknown>): LoadedConnector {
  const manifest = connectorSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Connector',
    metadata: {
      id: 'sample',
      title: { zh: '取样', en: 'sample' },
      owner: UNNAMED_OWNER,
      dataset: 'sample@1',
      legalBasis: { document: '取样', article: '取样' },
    },
    source,
    map: {},
  });
  return { ...manifest, directory: '.', revision: 'sample' };
}

/**
 * Reads the first rows of a source, whatever its columns are called. Rows stay in memory and are never written.
 *
 * @throws the codes of the source's reader where it gives no row at all
 */
export async function sampleSource(source: Record<string, unknown>, most: number): Promise<SampleRows> {
  const columns: string[] = [];
  const rows: string[][] = [];
  let fault: unknown = null;
  const onFault = (error: unknown): void => {
    fault = error;
  };
  const reading = { cursor: null, isRead: () => false, onFault };
  for await (const page of readSource(readerOf(source), reading)) {
    const places = page.columns.map((it) => {
      if (!columns.includes(it)) columns.push(it);
      return columns.indexOf(it);
    });
    for (const { cells } of page.rows.slice(0, most - rows.length)) {
      const row = columns.map(() => '');
      places.forEach((place, it) => (row[place] = cells[it] ?? ''));
      rows.push(row);
    }
    if (rows.length >= most) break;
  }
  if (rows.length === 0 && fault !== null) throw toHubError(fault);
  return { columns, rows };
}
