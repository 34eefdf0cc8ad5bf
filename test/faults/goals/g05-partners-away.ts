import { holdsWithin } from '../programs.ts';
import { percentile, type Goal } from './goal.ts';
import { latenciesTo, openGoalWorld, type GoalWorld } from './goal-world.ts';

const LOAD = { versions: 600, batch: 10, perSecond: 50 };
const ROUNDS = 2;
const OPEN_LIMIT_MS = 30_000;
const RECOVER_LIMIT_MS = 90_000;
const DRAIN_LIMIT_MS = 60_000;

/** Milliseconds until the hub asks a partner nothing more. */
async function opensWithin(world: GoalWorld, partner: string): Promise<number> {
  const startedAt = Date.now();
  const health = world.db(world.first).collection<{ _id: string; openUntil: Date | null }>('partner_health');
  const isOpen = async () => (await health.findOne({ _id: partner }))?.openUntil != null;
  return (await holdsWithin(OPEN_LIMIT_MS, isOpen)) ? Date.now() - startedAt : Number.POSITIVE_INFINITY;
}

/** Commit to receipt of the partner that answers, over one load. */
async function measureOthers(world: GoalWorld): Promise<number[]> {
  const accepted = await world.accept(LOAD);
  await world.drained('city', DRAIN_LIMIT_MS);
  return latenciesTo(world, 'city', accepted);
}

/** Three partners: one answers, one holds every request without an end, one is not there. */
export const partnersAway: Goal = {
  id: 'G5',
  asked: "others' p99 +≤ 10 %, breaker opens ≤ 10 s, recovers ≤ 60 s",
  async run(stage) {
    const world = await openGoalWorld(stage, { length: 2, peers: 2 });
    try {
      for (const hub of world.hubs.toReversed()) await hub.start();
      await world.accept({ ...LOAD, versions: 100 });
      const modes = { 'peer-1': 'timeout', 'peer-2': 'down' } as const;
      const calm: number[] = [];
      const disturbed: number[] = [];
      const opensMs: number[] = [];
      const recoversMs: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        calm.push(...(await measureOthers(world)));
        for (const [id, mode] of Object.entries(modes)) world.hub(id).proxy?.setMode(mode);
        const opened = Promise.all(Object.keys(modes).map((it) => opensWithin(world, it)));
        disturbed.push(...(await measureOthers(world)));
        opensMs.push(...(await opened));
        const backAt = Date.now();
        for (const id of Object.keys(modes)) world.hub(id).proxy?.setMode('pass');
        for (const id of Object.keys(modes)) {
          const back = await world.drained(id, RECOVER_LIMIT_MS);
          recoversMs.push(back ? Date.now() - backAt : Number.POSITIVE_INFINITY);
        }
        stage.say(`G5 round ${round + 1}: opened after ${opensMs.slice(-2).join(', ')} ms`);
      }
      const [calmP99Ms, disturbedP99Ms] = [percentile(calm, 0.99), percentile(disturbed, 0.99)];
      const held =
        disturbedP99Ms <= calmP99Ms * 1.1 &&
        Math.max(...opensMs) <= 10_000 &&
        Math.max(...recoversMs) <= 60_000;
      const p50 = { calmP50Ms: percentile(calm, 0.5), disturbedP50Ms: percentile(disturbed, 0.5) };
      return { held, measured: { calmP99Ms, disturbedP99Ms, ...p50, opensMs, recoversMs } };
    } finally {
      await world.close();
    }
  },
};
