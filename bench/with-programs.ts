import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Programs } from '../test/faults/programs.ts';

/** Ends a measurement whose options are not usable. */
export function refuseOptions(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 64;
}

/**
 * Runs a measurement over programs of its own in a folder of its own; both go whatever happens, and at Ctrl-C. The report
 * goes to standard error, and with `json` as one object to standard output.
 */
export async function runWithPrograms(
  json: boolean,
  measure: (programs: Programs, folder: string) => Promise<object>,
): Promise<void> {
  const programs = new Programs();
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void programs.endAll().finally(() => process.exit(130)));
  }
  try {
    const report = await measure(programs, folder);
    process.stderr.write(`${JSON.stringify(report, null, 2)}\n`);
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await programs.endAll();
  }
}
