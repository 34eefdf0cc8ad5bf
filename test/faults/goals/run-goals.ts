import { join } from 'node:path';
import type { Programs } from '../programs.ts';
import { redisWiped } from './g02-redis-wiped.ts';
import { partnersAway } from './g05-partners-away.ts';
import { shiftedClocks } from './g07-clocks.ts';
import { replayOfADay } from './g13-replay.ts';
import { endedUnderLoad } from './g14-sigterm.ts';
import type { Goal, GoalResult } from './goal.ts';

/** The goals that are measured one by one, beside the run under faults. */
export const GOALS: readonly Goal[] = [redisWiped, partnersAway, shiftedClocks, replayOfADay, endedUnderLoad];

/** A goal with what came of it. */
export type GoalFinding = GoalResult & { readonly id: string; readonly asked: string };

/** Measures goals one after the other, each with stores of its own. @param ids those wanted; empty: all */
export async function runGoals(run: {
  readonly programs: Programs;
  readonly folder: string;
  readonly seed: number;
  readonly backlog: number;
  readonly ids: readonly string[];
  readonly say: (sentence: string) => void;
}): Promise<GoalFinding[]> {
  const { ids, say, ...stage } = run;
  const findings: GoalFinding[] = [];
  for (const goal of GOALS.filter((it) => ids.length === 0 || ids.includes(it.id))) {
    const { id, asked } = goal;
    const result = await goal.run({ ...stage, say, folder: join(run.folder, id) });
    say(`${result.held ? '✓' : '✗'} ${id} (${asked}): ${JSON.stringify(result.measured)}`);
    findings.push({ id, asked, ...result });
  }
  return findings;
}
