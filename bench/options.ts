import { parseArgs } from 'node:util';

/** What can be measured, by the name of its ratio. */
export const RATIO_NAMES = [
  'monolith.list50',
  'monolith.one',
  'apollo.list50',
  'apollo.one',
  'tuned.list50',
  'tuned.one',
  'driver.list50',
  'intake.insertMany',
] as const;
/** One of {@link RATIO_NAMES}. */
export type RatioName = (typeof RATIO_NAMES)[number];
/** The one ratio that is of rows, not of requests. */
export const INTAKE_RATIO = 'intake.insertMany';
/** Ratios of CPU a request. */
export type QueryRatioName = Exclude<RatioName, typeof INTAKE_RATIO>;

/** What the benchmark was asked for. */
export type BenchOptions = {
  readonly json: boolean;
  /** Rounds of each pair of sides. */
  readonly rounds: number;
  /** Rows of the file that is taken in, each round. */
  readonly rows: number;
  readonly names: readonly RatioName[];
  /** Sizes of the sets to reconcile; empty: the ratios are measured. */
  readonly reconcile: readonly number[];
  /** Reconciles sets in this process instead of stores. */
  readonly inProcess: boolean;
};

const HELP = `script/bench [--json] [--rounds N] [--rows N] [--only name]…
script/bench reconciliation [--json] [--records N]… [--in-process]
  Measures the hub against its peers, interleaved in one run, and prints a table to standard error; or reconciliation
  of two hubs: bytes, round trips and time with 0, 1, 100 and 1,000 differences.
  --json      one object on standard output as well
  --rounds N  rounds of each pair, 3 to 100 (default 9; intake always takes 5 of them at most)
  --rows N    rows of the file of the intake measurement (default 10000)
  --records N records of a set to reconcile, 1000 to 10000000 (default 10000 and 100000)
  --in-process  reconciles sets in this process instead of stores, where stores of that size would take too long
  --only      a name, or the beginning of names: ${RATIO_NAMES.join(', ')}
`;

function wholeNumber(text: string, from: number, to: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new RangeError(`${text} is no whole number from ${from} to ${to}`);
}

function namesOf(wanted: readonly string[]): readonly RatioName[] {
  const unknown = wanted.find((it) => !RATIO_NAMES.some((name) => name.startsWith(it)));
  if (unknown !== undefined) throw new RangeError(`${unknown} names no ratio: ${RATIO_NAMES.join(', ')}`);
  return wanted.length === 0
    ? RATIO_NAMES
    : RATIO_NAMES.filter((name) => wanted.some((it) => name.startsWith(it)));
}

/** Reads the arguments; null when help was asked for and given. @throws RangeError, TypeError for wrong ones */
export function parseOptions(words: readonly string[]): BenchOptions | null {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '9' },
      rows: { type: 'string', default: '10000' },
      'in-process': { type: 'boolean', default: false },
      records: { type: 'string', multiple: true, default: ['10000', '100000'] },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  const [suite, ...rest] = positionals;
  if ((suite !== undefined && suite !== 'reconciliation') || rest.length > 0) {
    throw new RangeError(`${positionals.join(' ')}: the one word to give is reconciliation`);
  }
  const sizes = values.records.map((it) => wholeNumber(it, 1_000, 10_000_000));
  return {
    reconcile: suite === undefined ? [] : sizes,
    json: values.json,
    inProcess: values['in-process'],
    rounds: wholeNumber(values.rounds, 3, 100),
    rows: wholeNumber(values.rows, 200, 1_000_000),
    names: namesOf(values.only),
  };
}
