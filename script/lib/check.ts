import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { parseArgs } from 'node:util';

/** One check: a program and its arguments. Tests are counted one by one, any other step counts as one. */
type Step = { title: string; command: readonly string[]; tests?: boolean };
type Tally = { passed: number; failed: number };

const ROOT = resolve(import.meta.dirname, '../..');

const tool = (name: string, ...args: string[]) => [join(ROOT, 'node_modules/.bin', name), ...args];
const node = (file: string, ...args: string[]) => [process.execPath, join(ROOT, file), ...args];
/** The tests of one project of `jest.config.js`. */
const jest = (title: string, project: string): Step => ({
  title,
  tests: true,
  command: tool('jest', '--selectProjects', project),
});

const STILL: readonly Step[] = [
  { title: 'format', command: tool('prettier', '--check', '--log-level', 'warn', '.') },
  { title: 'lint', command: tool('eslint', '--max-warnings', '0', '.') },
  { title: 'types', command: tool('tsc', '--noEmit', '-p', '.') },
  { title: 'dependency rules', command: node('script/lib/dependency-rules.ts') },
  { title: 'generated documents', command: node('script/generate-docs.ts', '--check') },
  jest('unit tests', 'unit'),
  jest('connector tests', 'connectors'),
  jest('architecture tests', 'architecture'),
];

const WITH_SERVERS: readonly Step[] = [
  jest('contract tests', 'contract'),
  jest('integration tests', 'integration'),
  jest('journey tests', 'journey'),
  jest('fault checkers and laws', 'faults'),
];

function stepsFor(paths: readonly string[], quick: boolean): readonly Step[] {
  if (paths.length > 0) {
    const patterns = paths.map((path) => resolve(path).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    return [{ title: 'tests', tests: true, command: tool('jest', ...patterns) }];
  }
  return quick ? STILL : [...STILL, ...WITH_SERVERS];
}

/** Runs a program with this program's standard error as its output; resolves with its exit code. */
async function run(command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
  });
  // Ctrl-C reaches the child by the terminal; this program waits for it to stop its own servers.
  const wait = () => undefined;
  const forward = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', forward);
  try {
    return await new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (code, signal) =>
        done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  } finally {
    process.off('SIGINT', wait).off('SIGTERM', forward);
  }
}

/** Counts the tests of one Jest run. A suite that could not start, or a run without tests, is a failure. */
function countTests(reportFile: string, code: number): Tally {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numRuntimeErrorTestSuites: number;
  };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const silent = failed === 0 && (code !== 0 || report.numPassedTests === 0);
  return { passed: report.numPassedTests, failed: silent ? 1 : failed };
}

async function check(step: Step, folder: string): Promise<Tally> {
  if (step.tests !== true) {
    const code = await run(step.command);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
  const reportFile = join(folder, `${step.title.replaceAll(' ', '-')}.json`);
  const code = await run([...step.command, '--silent', '--json', '--outputFile', reportFile]);
  return countTests(reportFile, code);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-check-'));
  const total: Tally = { passed: 0, failed: 0 };
  try {
    for (const step of stepsFor(positionals, values.quick)) {
      const startedAt = Date.now();
      const tally = await check(step, folder);
      total.passed += tally.passed;
      total.failed += tally.failed;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const verdict = tally.failed === 0 ? 'ok' : `${tally.failed} FAILED`;
      process.stderr.write(`${step.title.padEnd(22)} ${seconds.padStart(7)} s  ${verdict}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main();
