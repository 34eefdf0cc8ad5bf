import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { HubError } from '../../domain/hub-error.ts';
import { callHttp } from '../../infra/http/index.ts';
import type { HubStatus } from '../hub/index.ts';
import { ended, stop, type Children } from './children.ts';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 150;
/** Waiting is this many times as long as looking. */
const LOOK_SHARE = 10;

/** One hub, running in a process of its own. */
export type HubProcess = {
  readonly id: string;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly children: Children;
  stop(): Promise<void>;
};

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

async function answers(url: string): Promise<boolean> {
  try {
    return (
      (await callHttp({ method: 'GET', url: `${url}/readyz`, timeoutMs: 2_000, maxBytes: 65_536 })).status ===
      200
    );
  } catch {
    return false;
  }
}

/**
 * Starts a hub and waits until it is ready.
 *
 * @throws HUB_DID_NOT_START with the place of its log
 */
export async function startHubProcess(hub: {
  children: Children;
  id: string;
  url: string;
  environment: Readonly<Record<string, string>>;
  logFile: string;
}): Promise<HubProcess> {
  const { children, id, url, environment } = hub;
  const child = children.start(['serve'], environment);
  child.stdout.resume();
  child.stderr.pipe(createWriteStream(hub.logFile, { flags: 'a' }));
  const until = Date.now() + READY_TIMEOUT_MS;
  while (!(await answers(hub.url))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new HubError('HUB_DID_NOT_START', 'config', `hub ${hub.id} did not start: see ${hub.logFile}`);
    }
    await pause(POLL_MS);
  }
  return { id, url, environment, children, stop: () => stop(child) };
}

/** The state of a running hub. */
export async function statusOf(hub: HubProcess): Promise<HubStatus> {
  const answer = await callHttp({
    method: 'GET',
    url: `${hub.url}/statusz`,
    timeoutMs: 30_000,
    maxBytes: 1_048_576,
  });
  return JSON.parse(answer.body.toString('utf8')) as HubStatus;
}

/** Looks at running hubs until they are as wanted. @throws DEMO_STUCK after the time */
export async function waitUntil(
  what: string,
  done: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const askedAt = Date.now();
    if (await done()) return;
    if (Date.now() > until)
      throw new HubError('DEMO_STUCK', 'defect', `${what} did not come to an end in ${timeoutMs} ms`);
    // A look at a large registry costs the hub work: the longer it takes, the less often it is asked for.
    await pause(Math.max(POLL_MS, LOOK_SHARE * (Date.now() - askedAt)));
  }
}

/**
 * Runs a command of `xinqiao` for a hub and gives its lines of JSON; progress lines go to `onProgress`.
 *
 * @throws COMMAND_FAILED when it ended without a result or was ended from outside
 */
export async function runCommand<T>(
  hub: HubProcess,
  words: readonly string[],
  onProgress: (value: { connector: string; read: number }) => void = () => undefined,
): Promise<T[]> {
  const child = hub.children.start(words, hub.environment);
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!line.startsWith('{"progress"')) errors.push(line);
    else onProgress((JSON.parse(line) as { progress: { connector: string; read: number } }).progress);
  });
  const lines: T[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as T);
  await ended(child);
  if (child.exitCode === null || (child.exitCode === 1 && lines.length === 0)) {
    throw new HubError(
      'COMMAND_FAILED',
      'defect',
      `xinqiao ${words.join(' ')}: ${errors.slice(-5).join(' | ')}`,
    );
  }
  return lines;
}
