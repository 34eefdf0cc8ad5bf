import { cpus } from 'node:os';
import type { IntakeStage } from './intake-stages.ts';
import type { PairResult, Ratio } from './ratio.ts';

/** What one run of the benchmark found; the shape of `--json`. */
export type BenchReport = {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly store: string;
  readonly rounds: number;
  readonly ratios: Record<string, Ratio>;
  readonly sides: Record<string, { readonly hub: number; readonly peer: number; readonly unit: string }>;
  readonly databaseReads: Record<string, number>;
  readonly databaseWrites: Record<string, number>;
  readonly intakeStages: IntakeStage[];
  readonly seconds: number;
};

/** The bound each ratio must hold, and whether it is a most or a least. */
const BOUNDS: Readonly<Record<string, string>> = {
  'monolith.list50': '≤ 1.4',
  'monolith.one': '≤ 2.5',
  'apollo.list50': '≤ 0.4',
  'apollo.one': '≤ 0.4',
  'tuned.list50': '≤ 0.65',
  'tuned.one': '≤ 0.65',
  'driver.list50': '≤ 3',
  'intake.insertMany': '≥ 0.3',
};

const places = (value: number): string => value.toFixed(value >= 100 ? 0 : 2);
const shortened = (value: number): number => Number(value.toPrecision(4));

/** A pair's ratio without its sides, to four digits. */
export function ratioIn({ median, low, high }: PairResult): Ratio {
  return { median: shortened(median), low: shortened(low), high: shortened(high) };
}

/** A pair's sides, to four digits. */
export function sidesIn({ hub, peer, unit }: PairResult): BenchReport['sides'][string] {
  return { hub: shortened(hub), peer: shortened(peer), unit };
}

/** The machine a run was made on. */
export function machine(): BenchReport['machine'] {
  const all = cpus();
  return { cpu: all[0]?.model ?? 'unknown', cores: all.length, node: process.version };
}

/** One line of the table. */
export function ratioLine(name: string, pair: PairResult): string {
  const { median, low, high, hub, peer, unit } = pair;
  const range = `${places(low)}–${places(high)}`;
  const cells = [
    name.padEnd(18),
    places(median).padStart(7),
    range.padStart(13),
    (BOUNDS[name] ?? '').padStart(8),
  ];
  return `${cells.join('')}   hub ${places(hub)}, peer ${places(peer)} ${unit}\n`;
}

/** Head of the table. */
export function ratioHead(): string {
  return `${'ratio'.padEnd(18)}${'median'.padStart(7)}${'range'.padStart(13)}${'bound'.padStart(8)}\n`;
}

/** Where the time of intake goes, as lines. */
export function stageLines(stages: readonly IntakeStage[]): string {
  return stages
    .map(
      ({ stage, ms, share }) =>
        `  ${stage.padEnd(28)}${String(ms).padStart(7)} ms${(share * 100).toFixed(0).padStart(5)} %\n`,
    )
    .join('');
}
