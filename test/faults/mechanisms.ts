import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/apps/demo/sources/organisations.ts';
import { openDatabase } from '../../src/infra/mongo/index.ts';
import type { CheckerName } from './checkers.ts';
import { Observer } from './evidence.ts';
import { feed } from './feeder.ts';
import { Generator } from './generator.ts';
import { checkChain, type ChainResult } from './check-chain.ts';
import { makeWorld, type WorldHub } from './hub-world.ts';
import { holdsWithin, type Program, type Programs } from './programs.ts';
import { proveStore } from './store-proof.ts';
import { mongoStore, redisStore, wipeRedis, type Store } from './stores.ts';

const RECORDS = 300;
const SEAM_MS = 20_000;
const SETTLED_LOOKS = 3;
/** How long a world may take to come to rest. */
const DRAIN_LIMIT_MS = 60_000;
/** After so long, a world whose work has no way on counts as stranded. */
const STRANDED_MS = 10_000;
const AT_ONCE = 2;

/** One mechanism that was taken out. */
export type MechanismResult = {
  readonly name: string;
  /** A checker of those that ought to fail did. */
  readonly caught: boolean;
  /** Violations that were found with the mechanism out, by checker. */
  readonly found: Readonly<Record<string, number>>;
  /** The same faults with every mechanism in place found nothing; null where there is no such run. */
  readonly soundWhenWhole: boolean | null;
};

type Stage = {
  readonly sender: WorldHub;
  readonly receiver: WorldHub;
  readonly redis: Store;
  readonly observer: Observer;
  /** Accepts records at the sender. */
  readonly feedAll: () => Promise<void>;
};
type Script = (stage: Stage, variants: Variants) => Promise<void>;
type Variants = { readonly sender?: string; readonly receiver?: string };

/** A mechanism: which part is another one, what happens to the hubs, and which checkers must see it. */
type Trial = {
  readonly name: string;
  readonly script: Script;
  readonly out: Variants;
  readonly whole: Variants;
  readonly seenBy: readonly CheckerName[];
  /** Without it, work is left for ever: the run need not wait for its end. */
  readonly strands: boolean;
};

/** Resolves when a program says that it stands at its seam. */
async function seamOf(program: Program): Promise<void> {
  let reached = false;
  program.onLine((line) => (reached ||= line.startsWith('seam ')));
  if (!(await holdsWithin(SEAM_MS, () => reached, 10)))
    throw new Error(`${program.name} never came to its seam`);
}

/** The first answers are lost on their way back: the sender must ask again. */
const loseAnswers: Script = async ({ sender, receiver, feedAll }, variants) => {
  await receiver.start(variants.receiver);
  receiver.proxy?.setMode('drop_reply');
  await feedAll();
  await sender.start(variants.sender);
  const dropped = () => (receiver.proxy?.sightings().touched.drop_reply ?? 0) > 0;
  await holdsWithin(SEAM_MS, dropped, 10);
  receiver.proxy?.setMode('pass');
};

/** The receiver is killed at its seam and started again; the lease of the message is over. */
const killReceiver: Script = async ({ sender, receiver, observer, feedAll }, variants) => {
  const first = await receiver.start(variants.receiver);
  const seam = seamOf(first);
  await feedAll();
  await sender.start(variants.sender);
  await seam;
  await first.kill();
  await observer.ageInboxLeases(receiver.database);
  await receiver.start(variants.receiver);
};

/** The partner is away, Redis is wiped, the partner comes back. */
const wipeWhileAway: Script = async ({ sender, receiver, redis, feedAll }, variants) => {
  await awayUntilMet({ sender, receiver, feedAll }, variants);
  await wipeRedis(redis.uri);
  receiver.proxy?.setMode('pass');
};

/** The partner is away and comes back. */
const onlyAway: Script = async (stage, variants) => {
  await awayUntilMet(stage, variants);
  stage.receiver.proxy?.setMode('pass');
};

async function awayUntilMet(
  stage: Pick<Stage, 'sender' | 'receiver' | 'feedAll'>,
  variants: Variants,
): Promise<void> {
  const { sender, receiver, feedAll } = stage;
  await receiver.start(variants.receiver);
  receiver.proxy?.setMode('reset_before_request');
  await feedAll();
  await sender.start(variants.sender);
  const met = () => (receiver.proxy?.sightings().touched.reset_before_request ?? 0) > 0;
  await holdsWithin(SEAM_MS, met, 10);
  await delay(500);
}

/** The sender is killed between the sequencer's two writes and started again as the whole hub. */
const killSequencer: Script = async ({ sender, receiver, feedAll }, variants) => {
  await receiver.start();
  const first = await sender.start(variants.sender);
  const seam = seamOf(first);
  await feedAll();
  await seam;
  await first.kill();
  await sender.start();
};

const TRIALS: readonly Trial[] = [
  {
    name: 'inbox',
    script: loseAnswers,
    out: { receiver: 'no-inbox' },
    whole: {},
    seenBy: ['answersDiffer'],
    strands: false,
  },
  {
    name: 'version-compare',
    script: killReceiver,
    out: { receiver: 'no-compare' },
    whole: { receiver: 'whole-receiver' },
    seenBy: ['doubled'],
    strands: false,
  },
  {
    name: 'receipt-after-commit',
    script: killReceiver,
    out: { receiver: 'early-receipt' },
    whole: { receiver: 'whole-receiver' },
    seenBy: ['receiptsWithoutEffect'],
    strands: false,
  },
  {
    name: 'sweep',
    script: wipeWhileAway,
    out: { sender: 'no-sweep' },
    whole: {},
    seenBy: ['lost'],
    strands: true,
  },
  {
    name: 'remove-on-fail',
    script: onlyAway,
    out: { sender: 'kept-failed' },
    whole: {},
    seenBy: ['lost'],
    strands: true,
  },
  {
    name: 'settle-after-append',
    script: killSequencer,
    out: { sender: 'early-settle' },
    whole: { sender: 'whole-sequencer' },
    seenBy: ['lost'],
    strands: true,
  },
];

/** What the trials share. */
export type MechanismRun = {
  readonly programs: Programs;
  readonly folder: string;
  readonly mongo: Store;
  readonly seed: number;
  readonly say: (sentence: string) => void;
};

async function openStage(run: MechanismRun, name: string): Promise<Stage> {
  const { programs, mongo, seed } = run;
  const folder = join(run.folder, name);
  mkdirSync(folder, { recursive: true });
  const redis = await redisStore({ programs, folder, name: 'redis' });
  await redis.start();
  const servers = { mongoUri: mongo.uri, redisUrl: redis.uri };
  const world = {
    programs,
    folder,
    name: name.replaceAll('-', '_'),
    servers,
    length: 2 as const,
    random: seededRandom(seed),
  };
  const [sender, receiver] = await makeWorld(world);
  if (sender === undefined || receiver === undefined) throw new TypeError('a world of two hubs');
  const feedAll = async () => {
    const database = await openDatabase({ uri: mongo.uri, name: sender.database, production: false });
    const generator = new Generator(seededRandom(seed));
    const historyFile = join(folder, 'history.jsonl');
    const how = { target: RECORDS, batch: 50, perSecond: 10_000, onProgress: () => undefined };
    await feed({ database, generator, historyFile, ...how });
    await database.close();
  };
  return { sender, receiver, redis, observer: new Observer(mongo.uri), feedAll };
}

/** Plays a script once; gives what the checkers found when the world stood still. */
async function play(
  run: MechanismRun,
  trial: Trial,
  how: 'out' | 'whole',
): Promise<ChainResult['violations']> {
  const name = `${trial.name}-${how}`;
  const stage = await openStage(run, name);
  const { sender, receiver, redis, observer } = stage;
  try {
    await trial.script(stage, trial[how]);
    let calm = 0;
    await holdsWithin(
      how === 'out' && trial.strands ? STRANDED_MS : DRAIN_LIMIT_MS,
      async () => {
        calm = (await observer.countOpen(sender.database)) === 0 ? calm + 1 : 0;
        return calm >= SETTLED_LOOKS;
      },
      200,
    );
    const { violations } = await checkChain(
      observer,
      [sender, receiver],
      join(run.folder, name, 'history.jsonl'),
    );
    return violations;
  } finally {
    await Promise.all([sender.running().kill(), receiver.running().kill()]);
    await Promise.all([redis.kill(), observer.close(), receiver.proxy?.close()]);
  }
}

const foundIn = (violations: ChainResult['violations']): Record<string, number> =>
  Object.fromEntries(
    Object.entries(violations).flatMap(([name, them]) => (them.length > 0 ? [[name, them.length]] : [])),
  );

async function runTrial(run: MechanismRun, trial: Trial): Promise<MechanismResult> {
  const [out, whole] = await Promise.all([play(run, trial, 'out'), play(run, trial, 'whole')]);
  const caught = trial.seenBy.some((it) => out[it].length > 0);
  const foundWhole = foundIn(whole);
  const soundWhenWhole = Object.keys(foundWhole).length === 0;
  const found = foundIn(out);
  const rest = soundWhenWhole ? '' : `; but with it: ${JSON.stringify(foundWhole)}`;
  run.say(`without ${trial.name}: ${caught ? 'caught' : 'NOT CAUGHT'} ${JSON.stringify(found)}${rest}`);
  return { name: trial.name, caught, found, soundWhenWhole };
}

/** A store that does not sync on commit: the proof that comes before everything else must fail on it. */
async function runWithoutSync(run: MechanismRun): Promise<MechanismResult> {
  const { programs, folder } = run;
  const store = await mongoStore({ programs, folder, name: 'unsynced' }, false);
  await store.start();
  const proof = await proveStore(store, 3);
  await store.kill();
  run.say(`without sync-on-commit: ${proof.lost} of ${proof.acknowledged} acknowledged writes lost`);
  return {
    name: 'store-sync',
    caught: proof.lost > 0,
    found: { storeProof: proof.lost },
    soundWhenWhole: true,
  };
}

/** Takes each mechanism out once, beside the same faults with every mechanism in place. */
export async function runMechanisms(run: MechanismRun): Promise<MechanismResult[]> {
  const open = [...TRIALS];
  const hand = async (): Promise<MechanismResult[]> => {
    const results: MechanismResult[] = [];
    for (let trial = open.shift(); trial !== undefined; trial = open.shift())
      results.push(await runTrial(run, trial));
    return results;
  };
  const store = await runWithoutSync(run);
  const hands = await Promise.all(Array.from({ length: AT_ONCE }, hand));
  return [store, ...hands.flat()];
}
