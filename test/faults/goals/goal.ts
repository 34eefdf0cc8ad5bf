import type { Programs } from '../programs.ts';

/** What a goal is measured with. */
export type GoalStage = {
  readonly programs: Programs;
  /** A folder of the goal's own. */
  readonly folder: string;
  readonly seed: number;
  /** Deliveries that wait where a goal asks for a backlog. */
  readonly backlog: number;
  readonly say: (sentence: string) => void;
};

/** Figures of one goal, and whether they are what was asked. */
export type GoalResult = {
  readonly held: boolean;
  readonly measured: Readonly<Record<string, number | boolean | string | readonly number[]>>;
};

/** One goal of `docs/reliability.md`. */
export type Goal = {
  readonly id: string;
  /** What is asked, in a sentence. */
  readonly asked: string;
  run(stage: GoalStage): Promise<GoalResult>;
};

/** The value below which a share of some values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}
