import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { walkIntegratorGuide } from '../../test/support/guide.ts';
import { medianOf } from '../ratio.ts';
import { machine } from '../report.ts';

const HELP = `script/bench guide [--json] [--rounds N]
  Walks through docs/quickstart-integrator.md from an empty folder, and measures how long its commands take from "init" to
  the first accepted row. A person's reading and typing is not in it. Progress goes to standard error.
  --json      one object on standard output as well
  --rounds N  walks, 1 to 20 (default 3)
`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Milliseconds from the start of `init` to the end of the run that accepts; of each of those blocks, by its first line. */
type Walk = {
  readonly fromInitMs: number;
  readonly blocks: { readonly line: string; readonly ms: number }[];
};

async function walk(): Promise<Walk> {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-guide-'));
  const blocks: { line: string; ms: number }[] = [];
  try {
    for await (const { block, out, err, exit, ms } of walkIntegratorGuide(folder)) {
      const line = block.split('\n')[0] ?? '';
      if (blocks.length === 0 && !line.startsWith('xinqiao init')) continue;
      if (exit !== 0 && exit !== 2) throw new Error(`${line} ended with ${String(exit)}: ${out}${err}`);
      blocks.push({ line, ms: Math.round(ms) });
      if (/ DONE\n.* accepted [1-9]/.test(out))
        return { fromInitMs: blocks.reduce((sum, it) => sum + it.ms, 0), blocks };
    }
    throw new Error('the guide accepted no row');
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function run(rounds: number): Promise<void> {
  const walks: Walk[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const it = await walk();
    walks.push(it);
    for (const { line, ms } of it.blocks) say(`  ${String(ms).padStart(6)} ms  ${line}`);
    say(`from init to the first accepted row: ${String(it.fromInitMs)} ms`);
  }
  const times = walks.map((it) => it.fromInitMs);
  const figures = { medianMs: medianOf(times), lowMs: Math.min(...times), highMs: Math.max(...times) };
  say(`median of ${String(rounds)}: ${String(figures.medianMs)} ms`);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ machine: machine(), rounds, ...figures, walks })}\n`);
}

const rounds = Number(values.rounds);
if (values.help) process.stdout.write(HELP);
else if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
  say('script/bench guide: --rounds takes a whole number from 1 to 20');
  process.exitCode = 64;
} else await run(rounds);
