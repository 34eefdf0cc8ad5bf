import type { BoundStatement, SqlRows } from './sql-source.ts';

/** What one statement may take of a session. */
export type SessionLimits = { readonly timeoutMs: number; readonly maxRows: number };

/** One connection, which runs one statement at a time. Errors are the driver's own. */
export type SqlSession = {
  /** Whether it can still be used. */
  isAlive(): boolean;
  query(bound: BoundStatement, limits: SessionLimits): Promise<SqlRows>;
  /** All of the statements or none. */
  transact(bound: readonly BoundStatement[], limits: SessionLimits): Promise<void>;
  /** Ends the connection; what runs in it is ended at the server too. Resolves when that was asked for. */
  abandon(): Promise<void>;
  /** Ends a connection in which nothing runs. */
  close(): Promise<void>;
};
