import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openScratch, sweepScratch } from './scratch-folder.ts';

describe('a private folder', () => {
  it('of a process that was killed is gone after the next sweep; one in use stays', async () => {
    const mine = openScratch();
    const program = join(import.meta.dirname, 'scratch-folder.ts');
    const code = `import { openScratch } from ${JSON.stringify(program)};
      console.log(openScratch().path); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const theirs = await new Promise<string>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    });
    writeFileSync(join(theirs, 'a.csv'), 'x');
    sweepScratch();
    expect(existsSync(join(theirs, 'a.csv'))).toBe(true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    sweepScratch();
    expect([existsSync(theirs), existsSync(mine.path)]).toEqual([false, true]);
    mine.remove();
    expect(existsSync(mine.path)).toBe(false);
  });

  it('is closed to everyone else', () => {
    const folder = openScratch();
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    folder.remove();
  });
});
