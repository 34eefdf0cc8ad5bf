import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedStores } from '../src/apps/embedded/index.ts';
import { findVariable } from '../src/infra/config/index.ts';
import { fillRegistry, writePenaltyFile } from './bench-data.ts';
import { openBenchDatabase } from './bench-hub.ts';
import { measureStages, type IntakeStage } from './intake-stages.ts';
import { measureIntake } from './intake.ts';
import { INTAKE_RATIO, parseOptions, type BenchOptions } from './options.ts';
import { countCommands, measureQuery } from './queries.ts';
import type { PairResult } from './ratio.ts';
import { measureInProcess } from './reconciliation-in-process.ts';
import {
  DIFFERENCES,
  measureReconciliation,
  reconciliationHead,
  reconciliationLines,
} from './reconciliation.ts';
import { machine, ratioHead, ratioIn, ratioLine, sidesIn, stageLines, type BenchReport } from './report.ts';

const MAX_INTAKE_ROUNDS = 5;

const say = (text: string): void => {
  process.stderr.write(text);
};

type Found = {
  readonly pairs: Map<string, PairResult>;
  commands: { reads: number; writes: number } | null;
  stages: IntakeStage[];
};

function note(found: Found, name: string, pair: PairResult): void {
  found.pairs.set(name, pair);
  say(ratioLine(name, pair));
}

async function benchQueries(uri: string, options: BenchOptions, found: Found, folder: string): Promise<void> {
  const names = options.names.filter((it) => it !== INTAKE_RATIO);
  if (names.length === 0) return;
  const database = await openBenchDatabase(uri);
  try {
    const bench = { database, codes: await fillRegistry(database, folder) };
    for (const name of names) note(found, name, await measureQuery(bench, name, options.rounds));
    found.commands = await countCommands(uri, bench);
    const { reads, writes } = found.commands;
    say(`list of 50 subjects × 3 datasets: ${reads} database reads (aim 4), ${writes} write\n`);
  } finally {
    await database.close();
  }
}

async function benchIntake(uri: string, options: BenchOptions, found: Found, folder: string): Promise<void> {
  if (!options.names.includes(INTAKE_RATIO)) return;
  await writePenaltyFile(folder, options.rows);
  note(found, INTAKE_RATIO, await measureIntake(uri, Math.min(options.rounds, MAX_INTAKE_ROUNDS)));
  found.stages = await measureStages(uri);
  say(`where the time of intake goes (${options.rows} rows):\n${stageLines(found.stages)}`);
}

/** Reconciliation of two hubs, size by size. */
async function benchReconciliation(mongoUri: string, options: BenchOptions, folder: string): Promise<object> {
  say(reconciliationHead());
  const runs: object[] = [];
  for (const records of options.reconcile) {
    const run = options.inProcess
      ? await measureInProcess(records, DIFFERENCES)
      : await measureReconciliation({ mongoUri, folder }, records);
    say(reconciliationLines(run));
    runs.push({ records, ...run });
  }
  return { machine: machine(), runs };
}

async function benchRatios(uri: string, options: BenchOptions, found: Found, folder: string): Promise<void> {
  say(ratioHead());
  await benchQueries(uri, options, found, folder);
  await benchIntake(uri, options, found, folder);
}

function reportOf(found: Found, facts: { store: string; rounds: number; seconds: number }): BenchReport {
  const pairs = [...found.pairs];
  const { commands } = found;
  return {
    machine: machine(),
    store: facts.store,
    rounds: facts.rounds,
    ratios: Object.fromEntries(pairs.map(([name, pair]) => [name, ratioIn(pair)])),
    sides: Object.fromEntries(pairs.map(([name, pair]) => [name, sidesIn(pair)])),
    databaseReads: commands === null ? {} : { list50: commands.reads },
    databaseWrites: commands === null ? {} : { list50: commands.writes },
    intakeStages: found.stages,
    seconds: facts.seconds,
  };
}

/** Ctrl-C stops what was started, in order, and then ends this process. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void stop().finally(() => process.exit(130));
    });
  }
}

async function run(options: BenchOptions): Promise<void> {
  if (findVariable('NODE_ENV') !== 'production') {
    throw new Error('measure with NODE_ENV=production, on which graphql-js depends: start by script/bench');
  }
  const startedAt = Date.now();
  const folder = join(import.meta.dirname, '../.data/bench', String(process.pid));
  mkdirSync(folder, { recursive: true });
  const found: Found = { pairs: new Map(), commands: null, stages: [] };
  const mongoUri = findVariable('MONGODB_URI');
  const stores = await startEmbeddedStores({
    dataDir: join(folder, 'stores'),
    wantFast: true,
    log: (sentence) => say(`${sentence}\n`),
    ...(mongoUri === undefined || mongoUri === '' ? {} : { given: { mongoUri } }),
  });
  const stop = async () => {
    await stores.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  stopOnSignal(stop);
  let reconciled: object | null = null;
  try {
    if (options.reconcile.length > 0) {
      reconciled = await benchReconciliation(stores.mongo.uri, options, folder);
    } else await benchRatios(stores.mongo.uri, options, found, folder);
  } finally {
    await stop();
  }
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  say(`${seconds} s in all\n`);
  const report =
    reconciled === null
      ? reportOf(found, { store: stores.mongo.note, rounds: options.rounds, seconds })
      : { ...reconciled, store: stores.mongo.note, seconds };
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** The arguments; wrong ones end the process with code 64. */
function readOptions(): BenchOptions | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    say(`script/bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 64;
    return null;
  }
}

const options = readOptions();
if (options !== null) await run(options);
