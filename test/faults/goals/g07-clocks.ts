import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Goal, GoalStage } from './goal.ts';
import { openGoalWorld, type GoalWorld } from './goal-world.ts';

const HOUR_MS = 3_600_000;
const LOAD = { versions: 400, batch: 10, perSecond: 100 };
/** By so much an attempt may seem early, because two readings of one clock differ. */
const SLACK_MS = 100;
const DRAIN_LIMIT_MS = 90_000;

/** Attempts of each envelope and how many of them came before the time the hub had set for them. */
function watchAttempts(world: GoalWorld): {
  readonly early: number;
  readonly repeated: number;
  settle(): Promise<void>;
} {
  const envelopes = world.db(world.first).collection<{ _id: string; nextAttemptAt: Date }>('envelopes');
  const looks: Promise<void>[] = [];
  const seen = new Set<string>();
  const counts = { early: 0, repeated: 0 };
  world.hub('city').proxy?.watchEnvelopes((id, at) => {
    if (!seen.has(id)) {
      seen.add(id);
      return;
    }
    counts.repeated += 1;
    // A claim leaves the time of the attempt as it was set, so it can be read while the attempt is under way.
    const look = envelopes.findOne({ _id: id }).then((it) => {
      if (it !== null && it.nextAttemptAt.getTime() - SLACK_MS > at) counts.early += 1;
    });
    looks.push(look);
  });
  return {
    get early() {
      return counts.early;
    },
    get repeated() {
      return counts.repeated;
    },
    async settle() {
      await Promise.all(looks);
    },
  };
}

/** The module that shifts the clocks of the hubs, and how to shift them. */
function shiftedBy(stage: GoalStage): { preload: string; shift: (ms: number) => void } {
  mkdirSync(stage.folder, { recursive: true });
  const file = join(stage.folder, 'clock');
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts'));
  preload.searchParams.set('file', file);
  return { preload: preload.href, shift: (ms) => writeFileSync(file, String(ms)) };
}

/** The clocks of both hubs' processes jump while they deliver and while a partner refuses. */
export const shiftedClocks: Goal = {
  id: 'G7',
  asked: 'clocks of running processes ± 1 h: 0 early retries, 0 lost',
  async run(stage) {
    const { preload, shift } = shiftedBy(stage);
    shift(0);
    const world = await openGoalWorld(stage, { length: 2, preload: [preload] });
    try {
      for (const hub of world.hubs.toReversed()) await hub.start();
      const attempts = watchAttempts(world);
      const accepted = new Map<string, number>();
      const load = async () => (await world.accept(LOAD)).forEach((at, key) => accepted.set(key, at));
      const jumps = [HOUR_MS, -HOUR_MS, 0, -HOUR_MS, HOUR_MS];
      for (const jump of jumps) {
        world.hub('city').proxy?.setMode('refuse_envelopes');
        shift(jump);
        await load();
        world.hub('city').proxy?.setMode('pass');
        await load();
      }
      const drained = await world.drained('city', DRAIN_LIMIT_MS);
      await attempts.settle();
      const records = world.db(world.hub('city')).collection<{ _id: string; head: { v: number } }>('records');
      const held = new Map((await records.find().toArray()).map((it) => [it._id, it.head.v]));
      const lost = [...accepted.keys()].filter((it) => {
        const [key = '', v = ''] = it.split(' ');
        return (held.get(key) ?? 0) < Number(v);
      }).length;
      const { early, repeated } = attempts;
      return {
        held: drained && early === 0 && lost === 0 && repeated > 0,
        measured: {
          jumps: jumps.length,
          accepted: accepted.size,
          repeatedAttempts: repeated,
          early,
          lost,
          drained,
        },
      };
    } finally {
      await world.close();
    }
  },
};
