import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HubError } from '../../domain/hub-error.ts';
import type { SqlTarget } from './sql-target.ts';
import {
  bindStatement,
  type BoundStatement,
  type SqlLimits,
  type SqlRows,
  type SqlSource,
} from './sql-source.ts';

type Failure = { readonly message: string; readonly errcode: number | null };
type Reply =
  | { readonly answer: SqlRows; readonly failure?: undefined }
  | { readonly answer?: undefined; readonly failure: Failure };

const PROGRAM = fileURLToPath(new URL('./sqlite-process.ts', import.meta.url));
/** SQLite's result codes for a file that is locked, cannot be read or opened, or is no database. */
const UNREACHABLE = [5, 10, 14, 26];

function failureOf(failure: Failure): HubError {
  const gone = failure.errcode !== null && UNREACHABLE.includes(failure.errcode & 0xff);
  const details = { errcode: failure.errcode };
  return gone
    ? new HubError('SQL_UNREACHABLE', 'transient', 'the source database cannot be opened', { details })
    : new HubError('SQL_FAILED', 'refused', `the source database refused the statement: ${failure.message}`, {
        details,
      });
}

/** A child of its own with an empty environment: it needs no secret of ours. */
function startChild(path: string, mode: 'read' | 'write'): ChildProcess {
  const child = fork(PROGRAM, [path, mode], {
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // A child that dies between two statements is found by the next one.
  child.on('error', () => undefined);
  child.unref();
  child.channel?.unref();
  return child;
}

function ask(
  child: ChildProcess,
  bound: BoundStatement | BoundStatement[],
  limits: SqlLimits,
): Promise<SqlRows> {
  const { promise, resolve, reject } = Promise.withResolvers<SqlRows>();
  const late = (): void =>
    reject(new HubError('SQL_TIMEOUT', 'transient', `no answer within ${limits.timeoutMs} ms`));
  const ended = (): void =>
    reject(new HubError('SQL_UNREACHABLE', 'transient', 'the program that reads the database ended'));
  const onMessage = (reply: unknown): void => {
    const { answer, failure } = reply as Reply;
    if (answer !== undefined) resolve(answer);
    else reject(failureOf(failure));
  };
  // The timer keeps this process alive while a statement runs; the child itself does not.
  const timer = setTimeout(late, limits.timeoutMs);
  child.once('message', onMessage);
  child.once('exit', ended);
  child.once('error', ended);
  limits.signal?.addEventListener('abort', late, { once: true });
  if (limits.signal?.aborted === true) late();
  else child.send(bound);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('message', onMessage);
    child.off('exit', ended);
    child.off('error', ended);
    limits.signal?.removeEventListener('abort', late);
  });
}

/**
 * A SQLite file. Each statement runs in a child process that is killed at the deadline: a call into SQLite cannot be
 * interrupted, and a thread that is told to end waits for it. The next statement gets a new child. Statements follow
 * each other.
 */
function openFile(dsn: string, mode: 'read' | 'write') {
  const path = dsn.replace(/^sqlite:(\/\/)?/, '');
  let child: ChildProcess | null = null;
  let before: Promise<unknown> = Promise.resolve();
  const run = async (bound: BoundStatement | BoundStatement[], limits: SqlLimits): Promise<SqlRows> => {
    const used = (child ??= startChild(path, mode));
    try {
      return await ask(used, bound, limits);
    } catch (error) {
      used.kill('SIGKILL');
      child = null;
      throw error;
    }
  };
  return {
    /** Binds at once, so that a wrong statement is told before its turn. */
    inTurn(bound: BoundStatement | BoundStatement[], limits: SqlLimits): Promise<SqlRows> {
      const turn = before.then(() => run(bound, limits));
      before = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await before;
      child?.kill('SIGKILL');
      child = null;
    },
  };
}

/**
 * A SQLite file, read only.
 *
 * @param dsn path of the file; an optional `sqlite:` in front is taken off
 */
export function openSqlite(dsn: string): SqlSource {
  const file = openFile(dsn, 'read');
  return {
    query: async (statement, limits) => file.inTurn(bindStatement(statement, 'sqlite'), limits),
    close: () => file.close(),
  };
}

/** A SQLite file that is written to; one that does not exist is never made. @param dsn as for {@link openSqlite} */
export function openSqliteTarget(dsn: string): SqlTarget {
  const file = openFile(dsn, 'write');
  return {
    query: async (statement, limits) => file.inTurn(bindStatement(statement, 'sqlite'), limits),
    async transact(statements, limits) {
      await file.inTurn(
        statements.map((it) => bindStatement(it, 'sqlite')),
        limits,
      );
    },
    close: () => file.close(),
  };
}
