import { openMysqlSession } from './mysql-session.ts';
import { openPostgresSession } from './postgres-session.ts';
import { SessionPool, type PoolParts } from './session-pool.ts';
import { openOptionalSession } from './optional-session.ts';
import type { SourceSqlDriver, SqlDriver, SqlSource } from './sql-source.ts';
import { openSqliteSession } from './sqlite-session.ts';
import type { SqlTarget } from './sql-target.ts';

export * from './errors.ts';
export {
  parameterNames,
  type SourceSqlDriver,
  type SqlDriver,
  type SqlLimits,
  type SqlRows,
  type SqlSource,
  type SqlStatement,
  type SqlValue,
} from './sql-source.ts';

export type { SqlTarget } from './sql-target.ts';

const READ: Readonly<Record<SourceSqlDriver, (dsn: string) => ReturnType<PoolParts['connect']>>> = {
  sqlite: (dsn) => openSqliteSession(dsn, 'read'),
  mysql: (dsn) => openMysqlSession(dsn, 'read only'),
  postgresql: (dsn) => openPostgresSession(dsn, 'on'),
  sqlserver: (dsn) => openOptionalSession('sqlserver', dsn),
  oracle: (dsn) => openOptionalSession('oracle', dsn),
  dm: (dsn) => openOptionalSession('dm', dsn),
};

const WRITE: Readonly<Record<SqlDriver, (typeof READ)[SqlDriver]>> = {
  sqlite: (dsn) => openSqliteSession(dsn, 'write'),
  mysql: (dsn) => openMysqlSession(dsn, 'read write'),
  postgresql: (dsn) => openPostgresSession(dsn, 'off'),
};

/**
 * Opens a source database for reading; nothing is connected before the first statement.
 *
 * @param dsn a path for SQLite, a connection address for the others
 * @param most statements that may run at once, each on a connection of its own; further ones wait
 */
export function openSql(driver: SourceSqlDriver, dsn: string, most = 1): SqlSource {
  return new SessionPool({ driver, most, connect: () => READ[driver](dsn) });
}

/**
 * Opens a database that is written to; nothing is connected before the first statement.
 *
 * @param dsn a path for SQLite, a connection address for MySQL and PostgreSQL
 */
export function openSqlTarget(driver: SqlDriver, dsn: string): SqlTarget {
  return new SessionPool({ driver, most: 1, connect: () => WRITE[driver](dsn) });
}
