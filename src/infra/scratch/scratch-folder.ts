import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A private folder of this process for files that pass through; nothing of it stays. */
export type ScratchFolder = { readonly path: string; remove(): void };

/** All scratch folders of one user stand here, so that those of a killed process are found again. */
function baseFolder(): string {
  return join(tmpdir(), `xinqiao-scratch-${userInfo().uid}`);
}

/** When a process began, in clock ticks since boot: a process id alone is used again. 0 where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold blanks; field 22 is the 20th behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes the folders of processes that ended without removing them. */
export function sweepScratch(): void {
  const base = baseFolder();
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return;
  }
  for (const name of names) {
    const [pid = '', start = ''] = name.split('-');
    const lives = isAlive(Number(pid)) && startOf(Number(pid)) === start;
    if (!lives) rmSync(join(base, name), { recursive: true, force: true });
  }
}

/** Makes a folder that only this user can look into. It goes with `remove`, or at the next `sweepScratch`. */
export function openScratch(): ScratchFolder {
  const name = `${process.pid}-${startOf(process.pid)}-${randomBytes(6).toString('hex')}`;
  const path = join(baseFolder(), name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
