import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const RUNS = join(import.meta.dirname, '../../.data/test-runs');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A folder of this process' own for servers' files; folders of processes that have ended are removed first. */
export function openRunFolder(): string {
  mkdirSync(RUNS, { recursive: true });
  for (const name of readdirSync(RUNS)) {
    if (!isAlive(Number(name))) rmSync(join(RUNS, name), { recursive: true, force: true });
  }
  const folder = join(RUNS, String(process.pid));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Removes this process' folder. */
export function removeRunFolder(): void {
  rmSync(join(RUNS, String(process.pid)), { recursive: true, force: true });
}
