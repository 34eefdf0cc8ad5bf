import { Command, InvalidArgumentError } from 'commander';

/** What the demo was asked for. */
export type DemoOptions = {
  /** Rows over all collected sources together. */
  readonly rows: number;
  readonly json: boolean;
  readonly serve: boolean;
  readonly keep: boolean;
  readonly seed: number;
};

const MIN_ROWS = 200;
const MAX_ROWS = 1_000_000;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number');
  return value;
}

function rowCount(text: string): number {
  const value = wholeNumber(text);
  if (value < MIN_ROWS || value > MAX_ROWS) throw new InvalidArgumentError(`from ${MIN_ROWS} to ${MAX_ROWS}`);
  return value;
}

/** Reads the arguments; `--help` and wrong ones end the process. */
export function parseOptions(words: readonly string[]): DemoOptions {
  const command = new Command('script/demo')
    .description(
      'Runs the main job on four local hubs: district → city → province → a query from another region.',
    )
    .option('--rows <n>', `decisions over all sources, ${MIN_ROWS} to ${MAX_ROWS}`, rowCount, 5_000)
    .option('--seed <n>', 'seed of the synthetic data', wholeNumber, 20_171_220)
    .option('--json', 'figures of every step as one JSON object on standard output', false)
    .option('--serve', 'keeps the hubs up afterwards and prints their URLs', false)
    .option('--keep', 'goes on with the data of the last run instead of a clean slate', false)
    .addHelpText(
      'after',
      '\nEverything runs on this machine; the data are synthetic organisations (测试…有限公司).',
    );
  command.parse([...words], { from: 'user' });
  return command.opts<DemoOptions>();
}
