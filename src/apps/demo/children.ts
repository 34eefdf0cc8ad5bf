import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HubError } from '../../domain/hub-error.ts';
import { childEnvironment } from '../../infra/config/index.ts';

const CLI = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const STOP_MS = 8_000;

/** Resolves when a process has ended. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/** Asks a process to end, and ends it after eight seconds. */
export async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended(child);
  clearTimeout(timer);
}

/** The programs that the demo started. None of them outlives it. */
export class Children {
  readonly #living = new Set<ChildProcess>();
  #closed = false;

  constructor() {
    process.once('exit', () => this.#living.forEach((it) => it.kill('SIGKILL')));
  }

  /** Starts `xinqiao` with some words. @throws INTERRUPTED once the demo ends */
  start(words: readonly string[], environment: Readonly<Record<string, string>>) {
    if (this.#closed) throw new HubError('INTERRUPTED', 'transient', 'the demo was interrupted');
    const child = spawn(process.execPath, [CLI, ...words], {
      env: childEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#living.add(child);
    child.once('exit', () => this.#living.delete(child));
    return child;
  }

  /** Ends everything that runs, and lets nothing start any more. */
  async end(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#living].map(stop));
  }
}
