import { percentile, type Goal } from './goal.ts';
import { openGoalWorld, type GoalWorld } from './goal-world.ts';

const LOAD = { versions: 300, batch: 10, perSecond: 100 };
const ROUNDS = 5;
const DRAIN_LIMIT_MS = 60_000;

/** Ends a hub in the middle of a load by SIGTERM. @returns milliseconds until it had ended */
async function endUnderLoad(world: GoalWorld, id: string): Promise<number> {
  const hub = world.hub(id);
  const loading = world.accept(LOAD);
  await new Promise((resolve) => setTimeout(resolve, (LOAD.versions / LOAD.perSecond) * 500));
  const program = hub.running();
  const startedAt = Date.now();
  program.signal('SIGTERM');
  await program.ended;
  const tookMs = Date.now() - startedAt;
  await loading;
  await hub.start();
  if (!(await world.drained('city', DRAIN_LIMIT_MS))) throw new Error('the load did not drain');
  return tookMs;
}

/** The sender is asked to end while it delivers. */
export const endedUnderLoad: Goal = {
  id: 'G14',
  asked: 'SIGTERM under load: exit ≤ 10 s, 0 duplicates sent',
  async run(stage) {
    const world = await openGoalWorld(stage, { length: 2 });
    try {
      for (const hub of world.hubs.toReversed()) await hub.start();
      await world.accept({ ...LOAD, versions: 100 });
      await world.drained('city', DRAIN_LIMIT_MS);
      const sent: string[] = [];
      world.hub('city').proxy?.watchEnvelopes((id) => sent.push(id));
      const exitMs: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) exitMs.push(await endUnderLoad(world, 'district'));
      const duplicates = sent.length - new Set(sent).size;
      const receiverExitMs: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) receiverExitMs.push(await endUnderLoad(world, 'city'));
      const held = Math.max(...exitMs, ...receiverExitMs) <= 10_000 && duplicates === 0;
      return {
        held,
        measured: {
          exitMs,
          receiverExitMs,
          envelopes: sent.length,
          duplicates,
          medianMs: percentile(exitMs, 0.5),
        },
      };
    } finally {
      await world.close();
    }
  },
};
