import { Command, InvalidArgumentError } from 'commander';

/** What the harness was asked for. */
export type FaultOptions = {
  readonly seed: number;
  readonly minutes: number;
  readonly json: boolean;
  readonly keep: boolean;
  /** Goals to measure one by one instead of the run under faults; empty: all; null: none. */
  readonly goals: readonly string[] | null;
  readonly backlog: number;
};

const SHORT_MINUTES = 5;
const BACKLOG = 100_000;
/** Everything beside the load: proof of the store, drain, control, mechanisms. */
const BESIDE_LOAD_SECONDS = 188;
const PER_SECOND = 140;
const ROUND_SECONDS = 112;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number');
  return value;
}

function minuteCount(text: string): number {
  const value = wholeNumber(text);
  if (value < SHORT_MINUTES || value > 1_440) throw new InvalidArgumentError(`from ${SHORT_MINUTES} to 1440`);
  return value;
}

/** Reads the arguments; `--help` and wrong ones end the process. */
export function parseOptions(words: readonly string[]): FaultOptions {
  const command = new Command('script/faults')
    .description(
      'Delivers under faults between three real hubs, and checks from outside that nothing was lost or doubled.',
    )
    .option('--seed <n>', 'seed of the records and of the order of the faults', wholeNumber, 20_261_121)
    .option('--minutes <n>', 'about how long; the short form is 5', minuteCount, SHORT_MINUTES)
    .option('--goals [ids]', 'measures goals one by one instead, such as G2,G14; without ids all of them')
    .option('--backlog <n>', 'deliveries that wait in G2', wholeNumber, BACKLOG)
    .option('--json', 'every figure as one JSON object on standard output', false)
    .option('--keep', 'keeps the folder with history, logs and databases, and names it', false)
    .addHelpText(
      'after',
      '\nKills only what it started. Exit: 0 every check held · 1 one did not · 130 interrupted.',
    );
  command.parse([...words], { from: 'user' });
  const { goals, ...rest } = command.opts<Omit<FaultOptions, 'goals'> & { goals?: string | true }>();
  if (goals === undefined) return { ...rest, goals: null };
  return { ...rest, goals: goals === true ? [] : goals.split(',') };
}

/** How large the load is, and how many rounds of every fault it meets. */
export function sizeOf(options: Pick<FaultOptions, 'minutes'>): {
  target: number;
  rounds: number;
  perSecond: number;
} {
  const seconds = Math.max(ROUND_SECONDS, options.minutes * 60 - BESIDE_LOAD_SECONDS);
  return { target: seconds * PER_SECOND, rounds: Math.round(seconds / ROUND_SECONDS), perSecond: PER_SECOND };
}
