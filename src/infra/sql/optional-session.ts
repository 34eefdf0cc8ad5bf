import { HubError } from '../../domain/hub-error.ts';
import { BoundedRows } from './bounded-rows.ts';
import type { SqlSession } from './sql-session.ts';
import { textOf, type BoundStatement, type OptionalSqlDriver, type SqlRows } from './sql-source.ts';

/** The package of each driver; none of them comes with the hub. */
export const OPTIONAL_PACKAGES: Readonly<Record<OptionalSqlDriver, string>> = {
  sqlserver: 'mssql',
  oracle: 'oracledb',
  dm: 'dmdb',
};

/** One connection of such a driver: what we ask of it. */
type Connection = {
  query(bound: BoundStatement, maxRows: number): Promise<{ columns: string[]; rows: unknown[][] }>;
  close(): Promise<void>;
};

/** The parts of `mssql` that are used. */
type Mssql = {
  readonly ConnectionPool: new (dsn: string) => {
    connect(): Promise<MssqlPool>;
  };
};
type MssqlPool = { request(): MssqlRequest; close(): Promise<void> };
type MssqlRequest = {
  arrayRowMode: boolean;
  input(name: string, value: string | number | null): void;
  query(text: string): Promise<{ recordset: unknown[][]; columns: readonly { name: string }[][] }>;
};

/** The parts that `oracledb` and `dmdb` share. */
type Oracle = {
  readonly STRING?: unknown;
  readonly OUT_FORMAT_ARRAY: unknown;
  getConnection(options: object): Promise<OracleConnection>;
};
type OracleConnection = {
  execute(
    text: string,
    values: readonly (string | number | null)[],
    options: object,
  ): Promise<{ metaData?: readonly { name: string }[]; rows?: unknown[][] }>;
  close(): Promise<void>;
};

/** The package of a driver, where an operator installed it. @throws DRIVER_NOT_INSTALLED */
async function loadPackage(driver: OptionalSqlDriver): Promise<unknown> {
  const name = OPTIONAL_PACKAGES[driver];
  try {
    const loaded = (await import(name)) as { readonly default?: unknown };
    return loaded.default ?? loaded;
  } catch (cause) {
    const message = `${driver} needs the package ${name}: npm install --no-save ${name}; it is untested here`;
    throw new HubError('DRIVER_NOT_INSTALLED', 'config', message, { cause, details: { package: name } });
  }
}

async function connectSqlServer(dsn: string): Promise<Connection> {
  const { ConnectionPool } = (await loadPackage('sqlserver')) as Mssql;
  const pool = await new ConnectionPool(dsn).connect();
  return {
    async query({ text, parameters }) {
      const request = pool.request();
      request.arrayRowMode = true;
      for (const [place, value] of parameters.entries()) request.input(`p${place + 1}`, value);
      const { recordset, columns } = await request.query(text);
      return { columns: (columns[0] ?? []).map((it) => it.name), rows: recordset };
    },
    close: () => pool.close(),
  };
}

/** Numbers and times of Oracle come as texts in one form, so that no digit is lost. */
const ORACLE_FORMS = `alter session set nls_date_format = 'YYYY-MM-DD HH24:MI:SS'
  nls_timestamp_format = 'YYYY-MM-DD HH24:MI:SS.FF6' nls_numeric_characters = '. '`;

async function connectOracleLike(driver: 'oracle' | 'dm', dsn: string): Promise<Connection> {
  const library = (await loadPackage(driver)) as Oracle;
  const connection = await library.getConnection(
    driver === 'dm' ? { connectString: dsn } : { connectionString: dsn, connectString: dsn },
  );
  if (driver === 'oracle') await connection.execute(ORACLE_FORMS, [], {});
  const asText = driver === 'oracle' ? { fetchTypeHandler: () => ({ type: library.STRING }) } : {};
  return {
    async query({ text, parameters }, maxRows) {
      await connection.execute('set transaction read only', [], {});
      try {
        const options = { outFormat: library.OUT_FORMAT_ARRAY, maxRows: maxRows + 1, ...asText };
        const { metaData = [], rows = [] } = await connection.execute(text, parameters, options);
        return { columns: metaData.map((it) => it.name), rows };
      } finally {
        await connection.execute('rollback', [], {});
      }
    },
    close: () => connection.close(),
  };
}

/** A time that came as a Date has lost what the database knew behind the milliseconds, and its zone. */
function cellOf(value: unknown, column: string): string | null {
  if (!(value instanceof Date)) return textOf(value);
  const message = `column ${column} comes as a date of JavaScript: convert it to text in the statement`;
  throw new HubError('SQL_NOT_TEXT', 'config', message, { details: { column } });
}

function rowsOf(answer: { columns: string[]; rows: unknown[][] }, maxRows: number): SqlRows {
  const rows = new BoundedRows(maxRows);
  for (const row of answer.rows) rows.add(row.map((it, place) => cellOf(it, answer.columns[place] ?? '')));
  return rows.under(answer.columns);
}

/**
 * Connects to SQL Server, Oracle or 达梦 with a driver that the operator installed. Untested here: nobody but the
 * operator has the server. The login must be one that may only read.
 *
 * @throws DRIVER_NOT_INSTALLED, SQL_NOT_TEXT (config)
 */
export async function openOptionalSession(driver: OptionalSqlDriver, dsn: string): Promise<SqlSession> {
  const connection =
    driver === 'sqlserver' ? await connectSqlServer(dsn) : await connectOracleLike(driver, dsn);
  let alive = true;
  const end = async (): Promise<void> => {
    alive = false;
    await connection.close();
  };
  return {
    isAlive: () => alive,
    query: async (bound, { maxRows }) => rowsOf(await connection.query(bound, maxRows), maxRows),
    transact: () =>
      Promise.reject(new HubError('SQL_FAILED', 'refused', `${driver} is read here and never written to`)),
    abandon: end,
    close: end,
  };
}
