import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { holdsWithin } from '../programs.ts';
import type { Goal } from './goal.ts';
import { openGoalWorld, type GoalWorld } from './goal-world.ts';

const CLI = join(import.meta.dirname, '../../../src/apps/cli/main.ts');
const VERSIONS = 3_000;
const DRAIN_LIMIT_MS = 120_000;

/** Everything at the receiver that an effect would change, once the receiver has a place for each version. */
async function effects(world: GoalWorld): Promise<{ versions: number; changes: number; records: number }> {
  const db = world.db(world.hub('city'));
  const waiting = () => db.collection('records').countDocuments({ 'outbox.at': { $exists: true } });
  if (!(await holdsWithin(DRAIN_LIMIT_MS, async () => (await waiting()) === 0)))
    throw new Error('the receiver did not come to rest');
  const records = await db.collection<{ versions: unknown[] }>('records').find().toArray();
  return {
    records: records.length,
    versions: records.reduce((sum, it) => sum + it.versions.length, 0),
    changes: await db.collection('changes').countDocuments(),
  };
}

/** What an operator types. Exit 2 says that some deliveries were superseded, which never went out. */
function replayAll(world: GoalWorld): number {
  const words = ['deliveries', 'replay', '--partner', 'city', '--reason', 'G13', '--json'];
  const env = { ...process.env, ...world.first.settings };
  const ran = spawnSync(process.execPath, [CLI, ...words], { env, encoding: 'utf8' });
  if (ran.status !== 0 && ran.status !== 2) throw new Error(`replay failed: ${ran.stderr}`);
  return (JSON.parse(ran.stdout) as { moved: number }).moved;
}

/** Everything that was delivered is sent again by an operator. */
export const replayOfADay: Goal = {
  id: 'G13',
  asked: 'replay of a day: 0 new effects',
  async run(stage) {
    const world = await openGoalWorld(stage, { length: 2 });
    try {
      for (const hub of world.hubs.toReversed()) await hub.start();
      await world.accept({ versions: VERSIONS, batch: 100, perSecond: Number.POSITIVE_INFINITY });
      if (!(await world.drained('city', DRAIN_LIMIT_MS))) throw new Error('the load did not drain');
      const before = await effects(world);
      const moved = replayAll(world);
      const drained = await world.drained('city', DRAIN_LIMIT_MS);
      const after = await effects(world);
      const newEffects =
        after.versions - before.versions + after.changes - before.changes + after.records - before.records;
      return {
        held: drained && newEffects === 0 && moved >= before.records,
        measured: { replayed: moved, newEffects, records: after.records, drained },
      };
    } finally {
      await world.close();
    }
  },
};
