import type { SqlSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { openSql } from '../../infra/sql/index.ts';
import type { FoundColumn } from './column-shapes.ts';

/** A table or view. */
export type FoundTable = {
  readonly name: string;
  readonly columns: readonly FoundColumn[];
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** The database's own estimate; null where it has none. */
  readonly rows: number | null;
};

/** Table, column, declared type, 1 for a column of the key, estimate of rows; in order. */
const STATEMENTS: Readonly<Record<string, string>> = {
  sqlite: `select m.name as a, c.name as b, c.type as c, c.pk > 0 as d, null as e from sqlite_schema m, pragma_table_info(m.name) c
    where m.type in ('table', 'view') and m.name not like 'sqlite~_%' escape '~' order by m.name, c.cid`,
  mysql: `select c.table_name, c.column_name, c.column_type, c.column_key = 'PRI', t.table_rows
    from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = database() order by c.table_name, c.ordinal_position`,
  postgresql: `select c.table_name, c.column_name, c.data_type,
      exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indisprimary and i.indrelid = r.oid and a.attname = c.column_name),
      r.reltuples::bigint
    from information_schema.columns c
    join pg_class r on r.oid = (quote_ident(c.table_schema) || '.' || quote_ident(c.table_name))::regclass
    where c.table_schema = current_schema() order by c.table_name, c.ordinal_position`,
};

function tableOf(name: string, rows: readonly (string | null)[][]): FoundTable {
  const estimate = Number(rows[0]?.[4] ?? Number.NaN);
  const isKey = (it: string | null | undefined): boolean => it === '1' || it === 't' || it === 'true';
  return {
    name,
    columns: rows.map(([, column, type]) => ({ name: column ?? '', type: type ?? '' })),
    key: rows.filter((it) => isKey(it[3])).map((it) => it[1] ?? ''),
    rows: Number.isFinite(estimate) && estimate >= 0 ? estimate : null,
  };
}

/** Tables and views of a database, with what it says of them. @throws DISCOVER_UNSUPPORTED and the codes of infra/sql */
export async function discoverTables(source: SqlSourceSpec): Promise<FoundTable[]> {
  const text = STATEMENTS[source.driver];
  if (text === undefined) {
    const message = `the tables of ${source.driver} are not listed here: name one in source.query`;
    throw new HubError('DISCOVER_UNSUPPORTED', 'config', message);
  }
  const sql = openSql(source.driver, resolveReferences(source.dsn));
  try {
    const { rows } = await sql.query({ text, values: {} }, { timeoutMs: source.timeoutMs });
    return Array.from(
      Map.groupBy(rows, (it) => it[0] ?? ''),
      ([name, its]) => tableOf(name, its),
    );
  } finally {
    await sql.close();
  }
}
