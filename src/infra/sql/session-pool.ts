import { HubError } from '../../domain/hub-error.ts';
import { Gate } from '../gate/index.ts';
import type { SessionLimits, SqlSession } from './sql-session.ts';
import {
  bindStatement,
  MAX_ROWS,
  type BoundStatement,
  type SourceSqlDriver,
  type SqlLimits,
  type SqlRows,
  type SqlStatement,
} from './sql-source.ts';
import type { SqlTarget } from './sql-target.ts';

/** A connection that nobody used for so long is given back to its server. */
const IDLE_MS = 60_000;
/** Codes of a connection that is gone, as sockets and the drivers name it. */
const GONE =
  /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|PROTOCOL_|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED|08|57P0|SQLITE_GONE)/;
/** Codes of a statement that its server ended, or that waited too long for a lock. */
const LATE = /^(57014|55P03|ER_QUERY_INTERRUPTED|ER_STATEMENT_TIMEOUT|ER_LOCK_WAIT_TIMEOUT)/;

/** Codes whose message is about the statement; others, such as PostgreSQL's class 22, repeat values of rows. */
const OF_STATEMENT =
  /^(42|0A|25|28|3D|3F|SQLITE_|ORA-009|ER_PARSE|ER_SYNTAX|ER_BAD_|ER_NO_SUCH_|ER_NON_UNIQ|ER_UNKNOWN_|ER_CANT_EXECUTE|\w+DENIED)/;

/** How a pool reaches its database. */
export type PoolParts = {
  readonly driver: SourceSqlDriver;
  readonly connect: () => Promise<SqlSession>;
  /** Most connections at once; who comes then waits. */
  readonly most: number;
};

function errorOf(error: unknown, alive: boolean): HubError {
  if (error instanceof HubError) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (LATE.test(code))
    return new HubError('SQL_TIMEOUT', 'transient', 'the source database ended the statement', {
      cause: error,
    });
  if (!alive || GONE.test(code))
    return new HubError('SQL_UNREACHABLE', 'transient', 'the source database went away', { cause: error });
  const said = OF_STATEMENT.test(code) ? message : 'what it says is not shown, since it may repeat a value';
  const refused = `the source database refused the statement (${code}): ${said}`;
  return new HubError('SQL_FAILED', 'refused', refused, { cause: error });
}

/**
 * Connections to one database. A statement has one to itself; where it takes too long or is aborted, its connection is
 * abandoned and the server is told to end it.
 */
export class SessionPool implements SqlTarget {
  readonly #parts: PoolParts;
  readonly #gate: Gate;
  readonly #ending = new Set<Promise<unknown>>();
  #idle: { readonly session: SqlSession; readonly timer: NodeJS.Timeout }[] = [];

  constructor(parts: PoolParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.most);
  }

  async query(statement: SqlStatement, limits: SqlLimits): Promise<SqlRows> {
    const bound = this.#bind(statement);
    return this.#run(limits, (session, its) => session.query(bound, its));
  }

  async transact(statements: readonly SqlStatement[], limits: SqlLimits): Promise<void> {
    const bound = statements.map((it) => this.#bind(it));
    return this.#run(limits, (session, its) => session.transact(bound, its));
  }

  async close(): Promise<void> {
    const idle = this.#idle;
    this.#idle = [];
    for (const it of idle) {
      clearTimeout(it.timer);
      this.#watch(it.session.close());
    }
    await Promise.all(this.#ending);
  }

  #bind(statement: SqlStatement): BoundStatement {
    return bindStatement(statement, this.#parts.driver);
  }

  async #run<T>(
    limits: SqlLimits,
    work: (session: SqlSession, limits: SessionLimits) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const late = (): void => {
      controller.abort(new HubError('SQL_TIMEOUT', 'transient', `no answer within ${limits.timeoutMs} ms`));
    };
    if (limits.signal?.aborted === true) late();
    const { promise: over, reject } = Promise.withResolvers<never>();
    over.catch(() => undefined);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    const timer = setTimeout(late, limits.timeoutMs);
    limits.signal?.addEventListener('abort', late, { once: true });
    const its = { timeoutMs: limits.timeoutMs, maxRows: limits.maxRows ?? MAX_ROWS };
    try {
      return await this.#gate.pass(signal, async () => {
        signal.throwIfAborted();
        return this.#runIn(await this.#session(over), over, (session) => work(session, its));
      });
    } finally {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', late);
    }
  }

  async #runIn<T>(
    session: SqlSession,
    over: Promise<never>,
    work: (session: SqlSession) => Promise<T>,
  ): Promise<T> {
    const working = work(session);
    working.catch(() => undefined);
    try {
      const answer = await Promise.race([over, working]);
      this.#keep(session);
      return answer;
    } catch (error) {
      const failed = errorOf(error, session.isAlive());
      // After a refusal the connection is sound; after anything else something may still run in it.
      if (failed.code === 'SQL_FAILED') this.#keep(session);
      else this.#watch(session.abandon());
      throw failed;
    }
  }

  async #session(over: Promise<never>): Promise<SqlSession> {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.session.isAlive()) return kept.session;
      this.#watch(kept.session.close());
    }
    const connecting = this.#parts.connect().catch((cause: unknown) => {
      if (cause instanceof HubError && cause.kind === 'config') throw cause;
      throw new HubError('SQL_UNREACHABLE', 'transient', 'the source database cannot be reached', { cause });
    });
    try {
      return await Promise.race([over, connecting]);
    } catch (error) {
      // One that connects after all is not needed any more.
      this.#watch(connecting.then((it) => it.close()));
      throw error;
    }
  }

  #keep(session: SqlSession): void {
    const timer = setTimeout(() => {
      this.#idle = this.#idle.filter((it) => it.session !== session);
      this.#watch(session.close());
    }, IDLE_MS);
    timer.unref();
    this.#idle.push({ session, timer });
  }

  /** Lets an end take its time; `close` waits for it. A server that is gone needs no end. */
  #watch(ending: Promise<unknown>): void {
    const watched: Promise<unknown> = ending
      .catch(() => undefined)
      .finally(() => this.#ending.delete(watched));
    this.#ending.add(watched);
  }
}
