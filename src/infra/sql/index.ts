import { openMysql } from './mysql-source.ts';
import { openPostgres } from './postgres-source.ts';
import type { SqlDriver, SqlSource } from './sql-source.ts';
import { openSqlite } from './sqlite-source.ts';

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

/**
 * Opens a source database for reading; nothing is connected before the first statement.
 *
 * @param dsn a path for SQLite, a connection address for MySQL and PostgreSQL
 */
export function openSql(driver: SqlDriver, dsn: string): SqlSource {
  if (driver === 'sqlite') return openSqlite(dsn);
  return driver === 'mysql' ? openMysql(dsn) : openPostgres(dsn);
}
