import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedStores } from '../../src/apps/embedded/index.ts';
import { openBenchDatabase } from '../bench-hub.ts';
import { machine } from '../report.ts';
import { measureFanOut, measureScale } from './measure-scale.ts';
import { measureSwaps } from './measure-swaps.ts';

const HELP = `script/bench sources [--json] [--rounds N] [--swaps N] [--long]
  What asking costs with 5, 20 and 60 datasets for lists of 1, 50 and 100 subjects; how long a question takes that asks 1,
  5, 20 and 60 sources of which each answers after 4 ms; and what swapping the supergraph under load does to requests and to
  resident memory. Progress goes to standard error.
  --json      one object on standard output as well
  --rounds N  rounds, each of every size in turn (default 9)
  --swaps N   generations to swap through (default 200)
  --long      swaps through 10000
`;
const DATASETS = [5, 20, 60];
const SOURCES = [1, 5, 20, 60];
const SWAPPED_DATASETS = 20;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    swaps: { type: 'string', default: '200' },
    long: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function run(rounds: number, swaps: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-bench-'));
  const stores = await startEmbeddedStores({ dataDir: folder, wantFast: true, log: say });
  const stop = async () => {
    await stores.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  try {
    const database = await openBenchDatabase(stores.mongo.uri);
    const fanOut = await measureFanOut(database, SOURCES, rounds * 5);
    for (const it of fanOut)
      say(`${it.sources} sources at 4 ms: ${it.medianMs.toFixed(1)} ms, worst ${it.worstMs.toFixed(1)} ms`);
    const scale = await measureScale(database, DATASETS, rounds);
    for (const it of scale) {
      const lists = Object.entries(it.cpuMs).map(([subjects, [median, low, high]]) => {
        return `list of ${subjects} ${median.toFixed(2)} ms (${low.toFixed(2)}–${high.toFixed(2)})`;
      });
      say(
        `${it.datasets} datasets: start ${it.startMs.toFixed(0)} ms, first ${it.firstMs.toFixed(0)} ms, ${lists.join(', ')}`,
      );
    }
    const swapped = await measureSwaps(database, { datasets: SWAPPED_DATASETS, swaps }, say);
    say(
      `${swapped.swaps} swaps: ${swapped.failed} of ${swapped.asked} questions failed, memory × ${swapped.growth}`,
    );
    await database.close();
    const report = { machine: machine(), store: stores.mongo.note, rounds, fanOut, scale, swaps: swapped };
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    process.exitCode = swapped.failed === 0 ? 0 : 1;
  } finally {
    await stop();
  }
}

const [rounds, swaps] = [Number(values.rounds), values.long ? 10_000 : Number(values.swaps)];
if (values.help) process.stdout.write(HELP);
else if (!(Number.isInteger(rounds) && rounds >= 1 && Number.isInteger(swaps) && swaps >= 2)) {
  say('script/bench sources: --rounds and --swaps are whole numbers, at least 1 and 2');
  process.exitCode = 64;
} else await run(rounds, swaps);
