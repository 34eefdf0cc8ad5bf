import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HubError } from '../../domain/hub-error.ts';
import { surroundings, which } from './locate.ts';

const STOP_GRACE_MS = 5_000;

/** A server process that belongs to this process and ends with it. */
export type ChildServer = {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** The first capture of a pattern in the output. @throws STORE_START_FAILED when the process ends before it appears */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<string>;
  /** Asks the process to end, and ends it after five seconds. */
  stop(): Promise<void>;
};

/** A port of this machine that nobody listens on at the moment, chosen by the operating system. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

function startFailed(program: string, logFile: string, cause?: unknown): HubError {
  return new HubError(
    'STORE_START_FAILED',
    'transient',
    `${program} ended or did not answer; see ${logFile}`,
    { cause },
  );
}

/**
 * Starts a server. It leads a process group of its own, so that Ctrl-C reaches only this process, which stops it in
 * order; and the kernel kills it when this process dies in any other way (Linux; `setpriv` is part of util-linux).
 *
 * @throws STORE_START_FAILED when the program cannot be started
 */
export async function startChildServer(options: {
  program: string;
  args: readonly string[];
  logFile: string;
}): Promise<ChildServer> {
  const guard = which('setpriv', surroundings().path);
  const command = [options.program, ...options.args];
  const guarded = guard === null ? command : [guard, '--pdeathsig', 'KILL', '--', ...command];
  const [first = options.program, ...rest] = guarded;
  const child = spawn(first, rest, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(startFailed(options.program, options.logFile, cause)));
  });
  return new RunningChild(child, options);
}

class RunningChild implements ChildServer {
  readonly pid: number;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #options: { program: string; logFile: string };
  readonly #output: string[] = [];

  constructor(child: ChildProcess, options: { program: string; logFile: string }) {
    this.#child = child;
    this.#options = options;
    this.pid = child.pid ?? 0;
    const log = createWriteStream(options.logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log.write(text);
        this.#output.push(text);
        if (this.#output.length > 200) this.#output.shift();
      });
    }
    const killNow = () => child.kill('SIGKILL');
    process.once('exit', killNow);
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        process.removeListener('exit', killNow);
        log.end(resolve);
      });
    });
  }

  async waitFor(pattern: RegExp, timeoutMs: number): Promise<string> {
    const find = () => pattern.exec(this.#output.join(''))?.[1];
    const seen = new Promise<string | undefined>((resolve) => {
      const look = () => {
        const found = find();
        if (found !== undefined) resolve(found);
      };
      look();
      this.#child.stdout?.on('data', look);
      this.#child.stderr?.on('data', look);
    });
    const clock = new AbortController();
    const late = delay(timeoutMs, undefined, { signal: clock.signal }).catch(() => undefined);
    const found = await Promise.race([seen, this.ended.then(find), late]);
    clock.abort();
    if (found === undefined) throw startFailed(this.#options.program, this.#options.logFile);
    return found;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }
}
