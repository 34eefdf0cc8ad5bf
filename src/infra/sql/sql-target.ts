import type { SqlLimits, SqlRows, SqlStatement } from './sql-source.ts';

/** A database that is written to: every write is one transaction with bound values. */
export type SqlTarget = {
  /**
   * Reads.
   *
   * @throws SQL_UNREACHABLE, SQL_TIMEOUT (transient), SQL_FAILED, SQL_BAD_STATEMENT; no message names an address
   */
  query(statement: SqlStatement, limits: SqlLimits): Promise<SqlRows>;
  /** Runs the statements in one transaction: all of them take effect or none. @throws as `query` */
  transact(statements: readonly SqlStatement[], limits: SqlLimits): Promise<void>;
  close(): Promise<void>;
};
