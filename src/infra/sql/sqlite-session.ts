import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HubError } from '../../domain/hub-error.ts';
import type { SessionLimits, SqlSession } from './sql-session.ts';
import type { BoundStatement, SqlRows } from './sql-source.ts';

type Failure = { readonly message: string; readonly errcode: number | null; readonly isTooLarge: boolean };
type Reply =
  | { readonly answer: SqlRows; readonly failure?: undefined }
  | { readonly answer?: undefined; readonly failure: Failure };

/** What a child is sent: one statement to read with, or several to write with. */
export type SqliteRequest = { readonly bound: BoundStatement | BoundStatement[]; readonly maxRows: number };

const PROGRAM = fileURLToPath(new URL('./sqlite-process.ts', import.meta.url));
/** SQLite's result codes for a file that is locked, cannot be read or opened, or is no database. */
const UNREACHABLE = [5, 10, 14, 26];

function failureOf({ message, errcode, isTooLarge }: Failure): Error {
  if (isTooLarge) return new HubError('SQL_TOO_LARGE', 'refused', message);
  const gone = errcode !== null && UNREACHABLE.includes(errcode & 0xff);
  const details = { errcode };
  return gone
    ? new HubError('SQL_UNREACHABLE', 'transient', 'the source database cannot be opened', { details })
    : Object.assign(new Error(message), { code: `SQLITE_${String(errcode)}` });
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

function ask(child: ChildProcess, request: SqliteRequest): Promise<SqlRows> {
  const { promise, resolve, reject } = Promise.withResolvers<SqlRows>();
  const ended = (): void => reject(Object.assign(new Error('the child ended'), { code: 'SQLITE_GONE' }));
  const onMessage = (reply: unknown): void => {
    const { answer, failure } = reply as Reply;
    if (answer !== undefined) resolve(answer);
    else reject(failureOf(failure));
  };
  child.once('message', onMessage);
  child.once('exit', ended);
  child.once('error', ended);
  child.send(request);
  return promise.finally(() => {
    child.off('message', onMessage);
    child.off('exit', ended);
    child.off('error', ended);
  });
}

/**
 * A SQLite file. Statements run in a child process that is killed at the deadline: a call into SQLite cannot be
 * interrupted, and a thread that is told to end waits for it. A file that does not exist is never made.
 *
 * @param dsn path of the file; an optional `sqlite:` in front is taken off
 */
export function openSqliteSession(dsn: string, mode: 'read' | 'write'): Promise<SqlSession> {
  const child = startChild(dsn.replace(/^sqlite:(\/\/)?/, ''), mode);
  const end = (): Promise<void> => {
    child.kill('SIGKILL');
    return Promise.resolve();
  };
  return Promise.resolve({
    isAlive: () => child.connected && child.exitCode === null && child.signalCode === null,
    query: (bound: BoundStatement, { maxRows }: SessionLimits) => ask(child, { bound, maxRows }),
    async transact(bound: readonly BoundStatement[], { maxRows }: SessionLimits) {
      await ask(child, { bound: [...bound], maxRows });
    },
    abandon: end,
    close: end,
  });
}
