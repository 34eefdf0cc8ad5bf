import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const SETPRIV = '/usr/bin/setpriv';
const STOP_MS = 5_000;

/** One program that the harness started; signals go to its own process id alone. */
export type Program = {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<void>;
  isAlive(): boolean;
  /** Whether it ended though the harness did not end it. */
  endedByItself(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Calls back for each line on standard output. */
  onLine(listener: (line: string) => void): void;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGTERM, after five seconds SIGKILL. */
  stop(): Promise<void>;
};

/** What to start: `env` is all that the program sees beside PATH and HOME. */
export type Start = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
};

/**
 * Every program of a run. None outlives the harness: they are ended in order at its end and on a signal, killed when
 * it exits in any other way, and the kernel kills them when it is killed itself.
 */
export class Programs {
  readonly #living = new Set<Program>();
  #closed = false;

  constructor() {
    process.once('exit', () => this.#living.forEach((it) => it.signal('SIGKILL')));
  }

  /** Starts a program. @throws when it cannot be started or the run has ended */
  async start(start: Start): Promise<Program> {
    if (this.#closed) throw new Error('the run has ended');
    const command = [start.command, ...start.args];
    const guarded = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--', ...command] : command;
    const [first = '', ...rest] = guarded;
    const child = spawn(first, rest, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...start.env },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const program = programOf(child, start);
    this.#living.add(program);
    void program.ended.then(() => this.#living.delete(program));
    return program;
  }

  /** Lets nothing start any more and ends everything. */
  async endAll(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#living].map((it) => it.kill()));
  }
}

function programOf(child: ChildProcess, start: Start): Program {
  const log = createWriteStream(start.logFile, { flags: 'a' });
  child.stderr?.pipe(log, { end: false });
  child.stdout?.pipe(log, { end: false });
  const lines = child.stdout === null ? null : createInterface({ input: child.stdout });
  let alive = true;
  let asked = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      alive = false;
      resolve();
    });
  });
  const signal = (name: NodeJS.Signals) => {
    if (alive) child.kill(name);
  };
  return {
    name: start.name,
    pid: child.pid ?? 0,
    ended,
    isAlive: () => alive,
    endedByItself: () => !alive && !asked,
    signal,
    onLine: (listener) => lines?.on('line', listener),
    async kill() {
      asked = true;
      signal('SIGKILL');
      await ended;
    },
    async stop() {
      asked = true;
      signal('SIGTERM');
      const clock = new AbortController();
      void delay(STOP_MS, undefined, { signal: clock.signal }).then(
        () => signal('SIGKILL'),
        () => undefined,
      );
      await ended;
      clock.abort();
    },
  };
}

/** Looks until something holds; false when the time is over. */
export async function holdsWithin(
  timeoutMs: number,
  holds: () => boolean | Promise<boolean>,
  everyMs = 50,
): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > until) return false;
    await delay(everyMs);
  }
  return true;
}
