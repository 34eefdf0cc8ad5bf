import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPTS = ['bootstrap', 'demo', 'server', 'test', 'xinqiao', 'bench', 'faults'].map(
  (name) => `script/${name}`,
);
const PROGRAMS = [...SCRIPTS, '.ci/run'];

describe('the scripts', () => {
  it.each(['--store', '--store mongod', '--fast'])(
    'refuse %s with a word on standard error only',
    (words) => {
      const { status, stdout, stderr } = spawnSync(join(ROOT, 'script/bootstrap'), words.split(' '), {
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
      expect(stderr).toContain('script/bootstrap');
    },
  );

  it.each(PROGRAMS)('%s can be run and its syntax is right', (name) => {
    expect(statSync(join(ROOT, name)).mode & 0o111).toBe(0o111);
    expect(spawnSync('bash', ['-n', join(ROOT, name)]).status).toBe(0);
  });

  it('leave standard output to the program that they start', () => {
    const installed = spawnSync(join(ROOT, 'script/bootstrap'), ['--store', 'none'], { encoding: 'utf8' });
    expect({ status: installed.status, stdout: installed.stdout }).toEqual({ status: 0, stdout: '' });
    for (const name of ['demo', 'server', 'xinqiao', 'bench', 'faults']) {
      expect(readFileSync(join(ROOT, 'script', name), 'utf8')).toMatch(
        /^bootstrap --store (any|fast|none)$/m,
      );
    }
  });
});
