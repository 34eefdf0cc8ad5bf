import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedStores } from '../../src/apps/embedded/index.ts';
import { openBenchDatabase } from '../bench-hub.ts';
import { medianOf, ratioOf } from '../ratio.ts';
import { machine } from '../report.ts';
import { DRIVERS, makeFile, recordOf, type Driver } from './made-files.ts';
import { readAsHub, readBare } from './read-file.ts';

const HELP = `script/bench intake [--json] [--rounds N] [--rows N] [--sizes A,B,…]
  Rows a second of each driver beside the bare parser on the same file and beside insertMany of the same rows, interleaved;
  and the most memory of a process that reads files of some sizes (XLSX up to 200000). Progress goes to standard error.
  --json      one object on standard output as well
  --rounds N  rounds of each driver (default 7)
  --rows N    rows of a file (default 50000)
  --sizes     rows of the files whose memory is measured (default 10000,100000,1000000)
`;
const MOST_SHEET_ROWS = 200_000;
const PROGRAM = join(import.meta.dirname, 'memory-process.ts');

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    rows: { type: 'string', default: '50000' },
    sizes: { type: 'string', default: '10000,100000,1000000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Rows a second of a piece of work that must have met every row. */
async function rate(rows: number, work: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  const found = await work();
  if (found !== rows) throw new Error(`${String(found)} of ${String(rows)} rows were read`);
  return rows / ((performance.now() - startedAt) / 1_000);
}

async function measureDriver(path: string, driver: Driver, size: { rows: number; rounds: number }) {
  const hub = () => rate(size.rows, () => readAsHub(path, driver));
  const bare = () => rate(size.rows, () => readBare(path, driver));
  await hub();
  await bare();
  const pairs: [number, number][] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    if (round % 2 === 0) {
      const ours = await hub();
      pairs.push([ours, await bare()]);
    } else {
      const theirs = await bare();
      pairs.push([await hub(), theirs]);
    }
  }
  const [ours, theirs] = [pairs.map(([it]) => it), pairs.map(([, it]) => it)];
  return { driver, ...ratioOf(pairs), hub: medianOf(ours), bare: medianOf(theirs) };
}

async function measureInsert(uri: string, size: { rows: number; rounds: number }): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const database = await openBenchDatabase(uri);
    const { connection } = database;
    const collection = connection.getClient().db(connection.name).collection('bench_rows');
    const documents = Array.from({ length: size.rows }, (_, row) => recordOf(row));
    rates.push(await rate(size.rows, async () => (await collection.insertMany(documents)).insertedCount));
    await database.close();
  }
  return medianOf(rates);
}

async function measureMemory(folder: string, sizes: readonly number[]) {
  const found: { driver: Driver; rows: number; peakMiB: number; heapMiB: number }[] = [];
  for (const driver of ['csv', 'ndjson', 'sqlite', 'xlsx'] as const) {
    for (const rows of sizes.map((it) => (driver === 'xlsx' ? Math.min(it, MOST_SHEET_ROWS - 1) : it))) {
      const path = await makeFile(folder, driver, rows);
      const args = ['--disable-warning=ExperimentalWarning', '--expose-gc', PROGRAM, path, driver];
      const said = execFileSync(process.execPath, args, { encoding: 'utf8' });
      const { peakMiB, heapMiB } = JSON.parse(said) as { peakMiB: number; heapMiB: number };
      found.push({ driver, rows, peakMiB, heapMiB });
      rmSync(path);
      say(
        `${driver} ${String(rows)} rows: ${String(peakMiB)} MiB at most, heap of ${String(heapMiB)} MiB after it`,
      );
    }
  }
  return found;
}

async function run(size: { rows: number; rounds: number }, sizes: readonly number[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-bench-'));
  const stores = await startEmbeddedStores({ dataDir: folder, wantFast: true, log: say });
  try {
    const drivers = [];
    for (const driver of DRIVERS) {
      const path = await makeFile(folder, driver, size.rows);
      const it = await measureDriver(path, driver, size);
      rmSync(path);
      drivers.push(it);
      const range = `${it.low.toFixed(2)}–${it.high.toFixed(2)}`;
      say(
        `${driver}: ${it.hub.toFixed(0)} rows/s, bare ${it.bare.toFixed(0)}, ratio ${it.median.toFixed(2)} (${range})`,
      );
    }
    const insertMany = await measureInsert(stores.mongo.uri, { ...size, rounds: Math.min(3, size.rounds) });
    say(`insertMany: ${insertMany.toFixed(0)} rows/s`);
    const memory = await measureMemory(folder, sizes);
    const report = { machine: machine(), store: stores.mongo.note, ...size, drivers, insertMany, memory };
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await stores.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const size = { rows: Number(values.rows), rounds: Number(values.rounds) };
const sizes = values.sizes.split(',').filter(Boolean).map(Number);
const areWhole = [size.rows, size.rounds, ...sizes].every((it) => Number.isInteger(it) && it >= 1);
if (values.help) process.stdout.write(HELP);
else if (!areWhole || size.rows >= MOST_SHEET_ROWS) {
  say(`script/bench intake: whole numbers from 1 on, and fewer than ${String(MOST_SHEET_ROWS)} rows`);
  process.exitCode = 64;
} else await run(size, sizes);
