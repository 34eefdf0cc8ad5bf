import { openMysql, openMysqlTarget } from './mysql-source.ts';
import { openPostgres, openPostgresTarget } from './postgres-source.ts';
import type { SqlDriver, SqlSource } from './sql-source.ts';
import { openSqlite, openSqliteTarget } from './sqlite-source.ts';
import type { SqlTarget } from './sql-target.ts';

export * from './errors.ts';
export {
  parameterNames,
  type SqlDriver,
  type SqlLimits,
  type SqlRows,
  type SqlSource,
  type SqlStatement,
  type SqlValue,
} from './sql-source.ts';

export type { SqlTarget } from './sql-target.ts';

/**
 * Opens a source database for reading; nothing is connected before the first statement.
 *
 * @param dsn a path for SQLite, a connection address for MySQL and PostgreSQL
 */
export function openSql(driver: SqlDriver, dsn: string): SqlSource {
  if (driver === 'sqlite') return openSqlite(dsn);
  return driver === 'mysql' ? openMysql(dsn) : openPostgres(dsn);
}

/**
 * Opens a database that is written to; nothing is connected before the first statement.
 *
 * @param dsn a path for SQLite, a connection address for MySQL and PostgreSQL
 */
export function openSqlTarget(driver: SqlDriver, dsn: string): SqlTarget {
  if (driver === 'sqlite') return openSqliteTarget(dsn);
  return driver === 'mysql' ? openMysqlTarget(dsn) : openPostgresTarget(dsn);
}
