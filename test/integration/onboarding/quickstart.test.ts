import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandboxProcess, type SandboxProcess } from '../../support/sandbox.ts';

const ROOT = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(ROOT, 'docs/quickstart-partner.md'), 'utf8');

/** The blocks of the guide that a reader runs, in order. */
const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');

const INSTALL = /^npm install .*$/gm;

/** What the guide installs, as name and version. */
const installed = blocks
  .flatMap((block) => block.match(INSTALL) ?? [])
  .flatMap((line) => [...line.matchAll(/ ((?:@[\w-]+\/)?[\w-]+)@(\S+)/g)])
  .map(([, name = '', version = '']) => ({ name, version }));

/** Packages are those of the clone: the guide must work where no registry answers. */
const withoutInstall = (block: string): string => block.replaceAll(INSTALL, ':');

/** Programs are started by these tests, on a machine that may be busy. */
jest.setTimeout(120_000);

let sandbox: SandboxProcess;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-quickstart-'));
});

afterAll(async () => {
  await sandbox.interrupt();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a block as a reader's shell does, in the guide's folder; the first failure ends it. */
async function run(block: string): Promise<{ exit: number | null; out: string; err: string }> {
  const { url, partner } = sandbox.facts;
  const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', block], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: undefined, HUB: url, KEY: partner.keyFile },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exit, out, err };
}

/** What a reader sees after each block; a block without a word here must only succeed. */
const SEEN: readonly (readonly [block: RegExp, seen: readonly RegExp[]])[] = [
  [/livez/, [/^ok$/m]],
  [/cat > question\.json/, [/"name":"测试甲食品有限公司"/, /"fineWanYuan":"1\.200000"/, /"sandbox":true/]],
  [/withdrawn\.json/, [/"penalties":\{"complete":true,"edges":\[\]/]],
  [/merged\.json/, [/"matchedBy":"FORMER_CODE"/, /"name":"测试戊仓储有限公司"/]],
  [/wrong\.json/, [/"code":"BAD_USER_INPUT"/, /^1$/m]],
  [/genpkey/, [/^[A-Za-z0-9+/]{43}=$/m]],
  [/ask-signed\.sh/, [/^1$/m, /^"grade":"A"$/m]],
  [/cat > client\.ts/, [/^测试戊仓储有限公司 测监罚字〔\d{4}〕5号 1\.200000$/m]],
];

describe('the guide for partners', () => {
  it('names the versions that this clone is tested with', () => {
    expect(installed.length).toBeGreaterThan(5);
    for (const { name, version } of installed) {
      const file = join(ROOT, 'node_modules', name, 'package.json');
      const found = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
      expect({ name, version }).toEqual({ name, version: found });
    }
  });

  it('begins with the sandbox and names its partner as it is', () => {
    expect(guide).toMatch(/^script\/server --sandbox$/m);
    for (const word of [sandbox.facts.partner.id, sandbox.facts.partner.purpose])
      expect(guide).toContain(word);
  });

  it('leaves no expectation without its block', () => {
    for (const [block] of SEEN) expect(blocks.filter((it) => block.test(it))).not.toEqual([]);
  });

  it('works from an empty folder, block after block', async () => {
    for (const block of blocks) {
      if (block.includes('npm install') && !existsSync(join(folder, 'node_modules'))) {
        symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      }
      const { exit, out, err } = await run(withoutInstall(block));
      expect({ block, exit, said: exit === 0 ? '' : out + err }).toEqual({ block, exit: 0, said: '' });
      for (const [of, seen] of SEEN) {
        if (of.test(block)) for (const it of seen) expect(out).toMatch(it);
      }
    }
  });

  it('fails where the hub does not answer as the guide says', async () => {
    const wrong = await run(
      'sed s/grade/grades/ clean.json > typo.json; ./ask-signed.sh typo.json | grep grade.:',
    );
    expect(wrong.exit).not.toBe(0);
  });
});
