import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runControl } from './control-run.ts';
import { runGoals } from './goals/run-goals.ts';
import { runMain } from './main-run.ts';
import { runMechanisms } from './mechanisms.ts';
import { parseOptions, sizeOf, type FaultOptions } from './options.ts';
import { Programs } from './programs.ts';
import { failuresOf, figuresOf, type Findings } from './report.ts';
import { proveStore } from './store-proof.ts';
import { mongoStore, redisStore } from './stores.ts';

const PROOF_KILLS = 4;
const DRAIN_LIMIT_MS = 120_000;
/** As dense as the main run: the same rate, the same distance between faults. */
const CONTROL = { target: 7_200, perSecond: 140 };

const startedAt = Date.now();

function say(sentence: string): void {
  process.stderr.write(
    `${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(4)} s  ${sentence}\n`,
  );
}

async function run(options: FaultOptions, programs: Programs, folder: string): Promise<Findings> {
  const { seed } = options;
  const mongo = await mongoStore({ programs, folder, name: 'mongo' });
  await mongo.start();
  const storeProof = await proveStore(mongo, PROOF_KILLS);
  const { acknowledged, lost } = storeProof;
  say(`${mongo.label}: ${lost} of ${acknowledged} acknowledged writes lost over ${PROOF_KILLS} × kill -9`);
  if (lost > 0) throw new Error('this store loses acknowledged writes: nothing can be counted on it');
  const redis = await redisStore({ programs, folder, name: 'redis' });
  await redis.start();
  const shared = { programs, folder, seed, say };
  // The control run has its own Redis: the two runs share nothing but the machine.
  const [main, control] = await Promise.all([
    runMain({ ...shared, ...sizeOf(options), mongo, redis, drainLimitMs: DRAIN_LIMIT_MS }),
    runControl({ ...shared, ...CONTROL }),
  ]);
  say(`drained in ${main.drainMs} ms: ${main.drained}; now each mechanism is taken out once`);
  await redis.kill();
  const mechanisms = await runMechanisms({ ...shared, mongo });
  return { seed, store: mongo.label, storeProof, main, control, mechanisms };
}

const options = parseOptions(process.argv.slice(2));
const programs = new Programs();
const folder = mkdtempSync(join(tmpdir(), 'xinqiao-faults-'));
process.once('exit', () => {
  if (!options.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  else process.stderr.write(`kept: ${folder}\n`);
});
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interruption.abort();
    void programs.endAll().finally(() => process.exit(130));
  });
}

async function measureGoals(ids: readonly string[]): Promise<void> {
  const { seed, backlog } = options;
  const goals = await runGoals({ programs, folder, seed, backlog, ids, say });
  const ok = goals.length > 0 && goals.every((it) => it.held);
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, goals })}\n`);
  process.exitCode = ok ? 0 : 1;
}

async function runUnderFaults(): Promise<void> {
  const findings = await run(options, programs, folder);
  const failures = failuresOf(findings);
  for (const failure of failures) say(`✗ ${failure}`);
  const { main, control } = findings;
  say(
    `${main.accepted} accepted under ${main.faults} faults: ${main.violations.lost.length} lost, ` +
      `${main.violations.doubled.length} doubled, ${main.violations.receiptsWithoutEffect.length} receipts without ` +
      `effect; control ${control.lost} of ${control.accepted} lost`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify(figuresOf(findings))}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

try {
  await (options.goals === null ? runUnderFaults() : measureGoals(options.goals));
} catch (error) {
  // Programs that end because the run was interrupted are no finding.
  if (!interruption.signal.aborted)
    say(`✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
} finally {
  await programs.endAll();
}
process.exit();
