import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../support/hubs.ts';

jest.setTimeout(120_000);
const PATIENCE_MS = 90_000;
const DEMO = resolve('src/apps/demo/main.ts');
const MARK = `interrupted-${randomBytes(8).toString('hex')}`;

let folder: string;
let demo: ChildProcess;
let told = '';

/** Processes that inherited this test's mark, by what the kernel knows of them. */
function markedProcesses(): number[] {
  return readdirSync('/proc')
    .filter((it) => /^\d+$/.test(it))
    .filter((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'environ'), 'latin1').includes(MARK);
      } catch {
        return false;
      }
    })
    .map(Number);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-interrupted-'));
  demo = spawn(process.execPath, [DEMO, '--rows', '3000', '--serve'], {
    cwd: folder,
    detached: true,
    env: { ...process.env, XINQIAO_CONNECTORS_DIR: resolve('connectors'), XINQIAO_MARK: MARK },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  demo.stdout?.on('data', (text: Buffer) => (told += text.toString()));
});

afterAll(() => {
  for (const pid of markedProcesses()) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const untilTold = (text: string) => eventually(text, () => Promise.resolve(told.includes(text)), PATIENCE_MS);

describe('script/demo, interrupted by Ctrl-C while it collects', () => {
  it('ends with 130 and says so, and claims no check', async () => {
    await untilTold('1. 归集');
    expect(markedProcesses().length).toBeGreaterThanOrEqual(5);
    process.kill(-(demo.pid ?? 0), 'SIGINT');
    const [code] = (await once(demo, 'close')) as [number];
    expect([code, told.includes('INTERRUPTED'), /[✓✗]/.test(told)]).toEqual([130, true, false]);
  });

  it('leaves no process behind', async () => {
    await eventually('the end of everything', () => Promise.resolve(markedProcesses().length === 0));
    expect(markedProcesses()).toEqual([]);
  });

  it('leaves the log of each hub for who wants to know', () => {
    for (const hub of ['zhoucun', 'zibo', 'shandong', 'zhanjiang'])
      expect(existsSync(join(folder, '.data/demo', `${hub}.log`))).toBe(true);
  });
});
