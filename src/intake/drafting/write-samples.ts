import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeTable } from '../../infra/tables/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';

type Rows = { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

const objectsOf = ({ columns, rows }: Rows): Record<string, string>[] =>
  rows.map((cells) => Object.fromEntries(columns.map((it, place) => [it, cells[place] ?? ''])));

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Puts a list where a dotted path leads. */
function nested(path: string | undefined, list: unknown): unknown {
  if (path === undefined || path === '') return list;
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), list);
}

function sqlOf(table: string, { columns, rows }: Rows): string {
  const names = columns.map(quoteName);
  const lines = rows.map(
    (cells) =>
      `insert into ${table} values (${columns.map((_, it) => quoteText(cells[it] ?? '')).join(', ')});`,
  );
  return `create table ${table} (${names.map((it) => `${it} text`).join(', ')});\n${lines.join('\n')}\n`;
}

function xmlOf(element: string, data: Rows): string {
  const steps = element.split('.');
  const row = steps.at(-1) ?? 'row';
  const outer = steps.length > 1 ? steps.slice(0, -1) : ['rows'];
  const lines = objectsOf(data).map((it) => {
    const cells = Object.entries(it).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`);
    return `  <${row}>${cells.join('')}</${row}>`;
  });
  const open = outer.map((it) => `<${it}>`).join('');
  const close = outer
    .map((it) => `</${it}>`)
    .toReversed()
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}\n${lines.join('\n')}\n${close}\n`;
}

async function fileOf(
  source: Extract<LoadedConnector['source'], { type: 'file' }>,
  data: Rows,
): Promise<Buffer> {
  const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  switch (source.format) {
    case 'csv':
    case 'xlsx': {
      const format = { format: source.format, encoding: 'utf-8', bom: false } as const;
      const lead = Array.from({ length: (source.header ?? 1) - 1 }, () => ({}));
      return writeTable(data.columns, [...lead, ...objectsOf(data)], format);
    }
    case 'tsv':
      return Buffer.from([data.columns, ...data.rows].map((it) => `${it.join('\t')}\n`).join(''));
    case 'json':
      return json(nested(source.rows, objectsOf(data)));
    case 'ndjson':
      return Buffer.from(
        objectsOf(data)
          .map((it) => `${JSON.stringify(it)}\n`)
          .join(''),
      );
    case 'xml':
      return Buffer.from(xmlOf(source.rows ?? 'row', data));
  }
}

/**
 * Writes rows in the form of a connector's source below `samples/` of its folder.
 *
 * @param table name of the table that a SQL source reads
 */
export async function writeSamples(
  connector: Pick<LoadedConnector, 'source' | 'directory'>,
  data: Rows,
  table: string,
): Promise<void> {
  const { source, directory } = connector;
  const folder = join(directory, 'samples');
  mkdirSync(folder, { recursive: true });
  if (source.type === 'file')
    writeFileSync(join(folder, `sample.${source.format}`), await fileOf(source, data));
  else if (source.type === 'sql') writeFileSync(join(folder, 'sample.sql'), sqlOf(table, data));
  else {
    const pages = [nested(source.rows, objectsOf(data)), nested(source.rows, [])];
    writeFileSync(join(folder, 'pages.json'), `${JSON.stringify(pages, null, 2)}\n`);
  }
}
