import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PARENT = join(import.meta.dirname, '../../support/embedded-parent.ts');

type Parent = { process: ChildProcess; pids: number[]; uris: string[]; ended: Promise<unknown> };

async function startParent(folder: string): Promise<Parent> {
  const child = spawn(process.execPath, [PARENT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.once('exit', () => reject(new Error('the parent ended early')));
  });
  const facts = JSON.parse(line) as { pids: number[]; uris: string[] };
  return { process: child, ended, ...facts };
}

/** A process is running when the system knows it and it is not a zombie that waits for its parent. */
function isRunning(pid: number): boolean {
  try {
    const state = /^\d+ \(.*\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

async function expectAllToEnd(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (pids.some(isRunning) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(pids.filter(isRunning)).toEqual([]);
}

describe('embedded stores', () => {
  const folders: string[] = [];
  const parents: Parent[] = [];
  afterEach(async () => {
    // A failing test must not leave what it started.
    for (const parent of parents.splice(0)) {
      parent.process.kill('SIGKILL');
      for (const pid of parent.pids.filter(isRunning)) process.kill(pid, 'SIGKILL');
    }
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  const start = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xinqiao-parent-'));
    folders.push(folder);
    const parent = await startParent(folder);
    parents.push(parent);
    return parent;
  };

  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('end when their parent gets %s', async (signal) => {
    const parent = await start();
    expect(parent.pids.length).toBe(2);
    expect(parent.pids.every(isRunning)).toBe(true);
    parent.process.kill(signal);
    await parent.ended;
    await expectAllToEnd(parent.pids);
  });

  it('of two runs at once have their own ports and live on when the other run ends', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(new Set([...one.uris, ...two.uris]).size).toBe(4);
    one.process.kill('SIGKILL');
    await one.ended;
    await expectAllToEnd(one.pids);
    expect(two.pids.every(isRunning)).toBe(true);
    two.process.kill('SIGKILL');
    await two.ended;
    await expectAllToEnd(two.pids);
  });
});
