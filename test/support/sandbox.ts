import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { findFreePort } from '../../src/apps/embedded/index.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a sandbox says that it serves. */
export type SandboxFacts = {
  readonly sandbox: true;
  readonly url: string;
  readonly partner: {
    readonly id: string;
    readonly purpose: string;
    readonly keyId: string;
    readonly keyFile: string;
  };
  readonly organisations: readonly { readonly uscc: string; readonly name: string; readonly state: string }[];
};

/** A sandbox in a process of its own, as `script/server --sandbox` starts it. */
export type SandboxProcess = {
  readonly facts: SandboxFacts;
  readonly child: ChildProcess;
  /** Ctrl-C, and the exit code that follows it. */
  interrupt(): Promise<number | null>;
};

/** Starts a sandbox on a free port. */
export async function startSandboxProcess(
  environment: Readonly<Record<string, string>> = {},
): Promise<SandboxProcess> {
  const port = String(await findFreePort());
  const inherited = { ...process.env, NODE_ENV: undefined, NODE_OPTIONS: undefined };
  const child = spawn(
    process.execPath,
    [join(ROOT, 'src/apps/cli/main.ts'), 'serve', '--sandbox', '--json'],
    { env: { ...inherited, XINQIAO_PORT: port, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then((code) => reject(new Error(`the sandbox ended with ${code}: ${said.join('')}`)));
  });
  return {
    facts: JSON.parse(line) as SandboxFacts,
    child,
    interrupt() {
      child.kill('SIGINT');
      return ended;
    },
  };
}
