import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectorSchema } from '../../../src/contracts/manifests/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import { readSource, type LoadedConnector, type RawPage } from '../../../src/intake/connectors/index.ts';

/** What reading a source gave: pages, rows as name → text, faults as `file:CODE`. */
export type Heard = { pages: RawPage[]; faults: string[]; rows: Record<string, string>[] };

/** A connector over any source that reads the columns DM and MC. */
export function connectorOf(source: object, sync: object = {}): LoadedConnector {
  const manifest = connectorSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Connector',
    metadata: {
      id: 'test-source',
      title: { zh: '测试', en: 'test' },
      owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
      dataset: 'housing_presale@1',
      legalBasis: { document: '测试办法', article: '第一条' },
    },
    source,
    sync,
    map: { 'subject.uscc': 'DM', 'subject.name': 'MC' },
  });
  return { ...manifest, directory: tmpdir(), revision: '000000000000' };
}

/** Reads a source to its end. */
export async function readAll(
  connector: LoadedConnector,
  more: { cursor?: Record<string, string>; isRead?: (sha256: string) => boolean; onPage?: () => void } = {},
): Promise<Heard> {
  const heard: Heard = { pages: [], faults: [], rows: [] };
  const onFault = (error: unknown, file: string | null): void => {
    heard.faults.push(`${file ?? ''}:${toHubError(error).code}`);
  };
  const { cursor = null, isRead = () => false, onPage } = more;
  for await (const page of readSource(connector, { cursor, isRead, onFault })) {
    heard.pages.push(page);
    heard.rows.push(
      ...page.rows.map((row) =>
        Object.fromEntries(page.columns.map((it, place) => [it, row.cells[place] ?? ''])),
      ),
    );
    onPage?.();
  }
  return heard;
}

/** A folder with files. */
export function inboxOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), 'xinqiao-inbox-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** A connector over a folder of files. */
export function filesOf(
  folder: string,
  format: 'csv' | 'tsv' | 'xlsx' | 'json' | 'ndjson' | 'xml',
  more: object = {},
): LoadedConnector {
  return connectorOf({ type: 'file', folder, path: '*', format, ...more });
}
