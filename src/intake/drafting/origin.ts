import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { HubError } from '../../domain/hub-error.ts';
import { callHttp } from '../../infra/http/index.ts';

/** Where a draft looks for rows, as the manifest's `source` will be read, and how it will be written. */
export type Origin = {
  /** The source to read the sample from now. */
  readonly reads: Record<string, unknown>;
  /** The source as the manifest writes it; secrets and addresses are references. */
  readonly writes: (columns: { key: string | null; changedAt: string | null }) => Record<string, unknown>;
  /** Name of the table in samples. */
  readonly table: string;
  /** What must be set before the manifest can be used, such as an environment variable; null where nothing must. */
  readonly variable: { readonly name: string; readonly holds: string } | null;
};

/** What a person says of a source beside its address. */
export type OriginOptions = {
  readonly id: string;
  readonly table?: string | undefined;
  readonly format?: string | undefined;
  /** Path to the list of rows in JSON, or the element of a row in XML. */
  readonly rows?: string | undefined;
};

const FORMATS: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.txt': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.xlsx': 'xlsx',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.xml': 'xml',
};
const DATABASES = new Set(['.db', '.sqlite', '.sqlite3']);
const DRIVERS: Readonly<Record<string, string>> = {
  mysql: 'mysql',
  mariadb: 'mysql',
  postgres: 'postgresql',
  postgresql: 'postgresql',
};
const MAX_LOOK_BYTES = 16_777_216;

const variableOf = (id: string, what: string): string =>
  `XQ_${id.toUpperCase().replaceAll('-', '_')}_${what}`;

const unknownOrigin = (message: string): HubError => new HubError('UNKNOWN_ORIGIN', 'config', message);

/** Path of the longest list of objects in a JSON value, dot separated; null where there is none. */
export function findRowsPath(value: unknown): string | null {
  const lists: { path: string; length: number }[] = [];
  const look = (it: unknown, path: readonly string[]): void => {
    if (typeof it !== 'object' || it === null || path.length > 6) return;
    if (Array.isArray(it)) {
      const rows = (it as unknown[]).filter((row) => typeof row === 'object' && row !== null);
      if (rows.length > 0) lists.push({ path: path.join('.'), length: rows.length });
      return;
    }
    for (const [key, inner] of Object.entries(it)) look(inner, [...path, key]);
  };
  look(value, []);
  return lists.sort((a, b) => b.length - a.length)[0]?.path ?? null;
}

/** Name of the element below the root, as the first bytes of a file show it. */
function findRowElement(path: string): string {
  const start = readFileSync(path).subarray(0, 65_536).toString('latin1');
  const names = Array.from(start.matchAll(/<([A-Za-z_][\w.-]*)[\s/>]/g), (it) => it[1] ?? '');
  return names[1] ?? 'row';
}

function rowsInFile(path: string, format: string, given: string | undefined): { rows?: string } {
  if (given !== undefined) return { rows: given };
  if (format === 'xml') return { rows: findRowElement(path) };
  if (format !== 'json' || statSync(path).size > MAX_LOOK_BYTES) return {};
  try {
    const found = findRowsPath(JSON.parse(readFileSync(path, 'utf8')));
    return found === null || found === '' ? {} : { rows: found };
  } catch {
    // What is wrong with the text, its reader says better.
    return {};
  }
}

function fileOrigin(path: string, { format: given, rows }: OriginOptions): Origin {
  const ending = extname(path.replace(/\.(gz|zip)$/i, '')).toLowerCase();
  const format = given ?? FORMATS[ending];
  if (format === undefined)
    throw unknownOrigin(
      `${basename(path)}: which format? Give one with --format csv|tsv|xlsx|json|ndjson|xml`,
    );
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw unknownOrigin(`there is no file ${path}`);
  const source = { type: 'file', folder: dirname(resolve(path)), format, ...rowsInFile(path, format, rows) };
  return {
    reads: { ...source, path: basename(path) },
    writes: () => ({ ...source, path: `*${extname(path)}` }),
    table: 'source',
    variable: null,
  };
}

const quoted = (name: string, driver: string): string => {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  return driver === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
};

/** The statement that reads a table page by page behind its cursor. */
function queryOf(
  table: string,
  columns: { key: string | null; changedAt: string | null },
  driver: string,
): string {
  const { key, changedAt } = columns;
  const from = `select * from ${quoted(table, driver)}`;
  if (key === null) return `${from} limit :limit`;
  const id = quoted(key, driver);
  if (changedAt === null)
    return `${from} where :cursor.${key} is null or ${id} > :cursor.${key} order by ${id} limit :limit`;
  const time = quoted(changedAt, driver);
  const later = `${time} > :cursor.${changedAt} or (${time} = :cursor.${changedAt} and ${id} > :cursor.${key})`;
  return `${from} where :cursor.${changedAt} is null or ${later} order by ${time}, ${id} limit :limit`;
}

function tableOrigin(driver: string, dsn: string, { id, table }: OriginOptions): Origin {
  if (table === undefined)
    throw unknownOrigin('which table? Give it with --table; xinqiao discover lists what there is');
  const name = variableOf(id, 'DSN');
  const source = { type: 'sql', driver };
  return {
    reads: { ...source, dsn, query: `select * from ${quoted(table, driver)} limit :limit` },
    writes: (columns) => ({ ...source, dsn: `\${env:${name}}`, query: queryOf(table, columns, driver) }),
    table: quoted(table, driver),
    variable: {
      name,
      holds: driver === 'sqlite' ? 'the path of the database file' : 'the address of the database',
    },
  };
}

async function feedOrigin(url: string, { id, rows: given }: OriginOptions): Promise<Origin> {
  const answer = await callHttp({
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    timeoutMs: 30_000,
    maxBytes: MAX_LOOK_BYTES,
  });
  if (answer.status !== 200) throw unknownOrigin(`the address answers with ${String(answer.status)}`);
  let rows = given;
  try {
    rows ??= findRowsPath(JSON.parse(answer.body.toString('utf8'))) ?? undefined;
  } catch {
    throw unknownOrigin('the address answers with something else than JSON: write the manifest by hand');
  }
  if (rows === undefined || rows === '')
    throw unknownOrigin('no list of rows was found in the answer: say where it stands with --rows data.list');
  const name = variableOf(id, 'URL');
  const source = { type: 'rest', rows };
  return {
    reads: { ...source, url, paging: { by: 'page', maxPages: 1 } },
    writes: () => ({
      ...source,
      url: `\${env:${name}}`,
      paging: { by: 'page', parameter: 'page', sizeParameter: 'size' },
    }),
    table: 'source',
    variable: { name, holds: 'the address of the feed' },
  };
}

/**
 * Finds out what a file, a table or an address is.
 *
 * @param text a file, a SQLite file, a database address or an HTTP address
 * @throws UNKNOWN_ORIGIN and the codes of infra/http
 */
export async function originOf(text: string, options: OriginOptions): Promise<Origin> {
  if (/^https?:\/\//i.test(text)) return feedOrigin(text, options);
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  const driver = scheme === undefined ? undefined : DRIVERS[scheme];
  if (driver !== undefined) return tableOrigin(driver, text, options);
  if (scheme !== undefined)
    throw unknownOrigin(`${scheme}:// is not read here: give a file, mysql://, postgresql:// or https://`);
  if (DATABASES.has(extname(text).toLowerCase())) return tableOrigin('sqlite', resolve(text), options);
  return fileOrigin(text, options);
}
