import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { HubError } from '../../domain/hub-error.ts';
import { dayInShanghai } from '../../domain/calendar/index.ts';
import type { EmbeddedStores } from '../embedded/index.ts';
import { Children } from './children.ts';
import type { DemoFigures } from './figures.ts';
import { hubName } from './hub-files.ts';
import { statusOf } from './hub-process.ts';
import { startPlatforms, type DemoPlatforms } from './platforms/start-platforms.ts';
import { platformsStep } from './platforms-step.ts';
import type { DemoOptions } from './options.ts';
import { askAsPartner, DEMO_QUERY, querySourceAway, queryStep } from './query-step.ts';
import {
  databaseName,
  prepareFolder,
  startHubs,
  startStores,
  writeHubFiles,
  DEMO_FOLDER,
  type DemoProcesses,
} from './setup.ts';
import { bringHousingBack, takeHousingAway } from './sources/write-tables.ts';
import { applyCorrections, type Corrections } from './sources/corrections.ts';
import { startTaxFeed, type Feed } from './sources/tax-feed.ts';
import {
  makeWorld,
  namedByHabit,
  placesIn,
  writeWorld,
  type World,
  type WorldPlaces,
} from './sources/world.ts';
import {
  addsUp,
  awaitDelivered,
  awaitPulled,
  check,
  collect,
  prove,
  showReasons,
  showReceipts,
  sourceFigures,
  timed,
  type Stage,
} from './steps.ts';
import type { Terminal } from './terminal.ts';

/** The subject register first: it says which names and codes belong together. */
const COLLECTED = ['zc-register', 'zc-penalty', 'zc-licence', 'zc-frxzcf', 'zc-tax-grade'];

type Scene = Stage & {
  readonly world: World;
  readonly places: WorldPlaces;
  readonly platforms: DemoPlatforms;
};

/** Everything that was started, ended in the opposite order. */
class Started {
  readonly #ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.#ends.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end().catch(() => undefined);
  }
}

function emptyFigures(options: DemoOptions, stores: EmbeddedStores): DemoFigures {
  const { kind, version, slow } = stores.mongo;
  return {
    ok: true,
    rows: options.rows,
    store: { kind, version, slow, redis: stores.redis.kind },
    sources: [],
    pairs: [],
    platforms: [],
    checks: [],
    hubs: [],
    steps: [],
    rowsPerSecond: 0,
    totalMs: 0,
  };
}

async function collectStep(scene: Scene): Promise<void> {
  const { hubs, terminal, figures } = scene;
  terminal.step(1, '归集、校验、登记 collect, validate, register');
  const receipts = await timed(scene, 'collect', async () => [
    ...(await collect(scene, hubs.zhoucun, COLLECTED)),
    ...(await collect(scene, hubs.zibo, ['zd-penalty'])),
  ]);
  const collectMs = figures.steps.at(-1)?.ms ?? 0;
  figures.rowsPerSecond = Math.round((receipts.reduce((sum, it) => sum + it.read, 0) * 1_000) / collectMs);
  showReceipts(scene, receipts);
  terminal.say(`   ${figures.rowsPerSecond} rows a second read, checked and stored`);
  terminal.say('');
  showReasons(scene, receipts);
  figures.sources = receipts.map((it) =>
    sourceFigures(it.connector === 'zd-penalty' ? 'zibo' : 'zhoucun', it),
  );
  figures.sources.push({
    id: 'zc-housing',
    hub: 'zhoucun',
    mode: 'live',
    read: 0,
    accepted: 0,
    unchanged: 0,
    quarantined: 0,
    refused: 0,
  });
  check(
    scene,
    'for each source read = accepted + unchanged + quarantined + refused',
    receipts.every(addsUp) && receipts.length === COLLECTED.length + 1,
  );
  const again = await timed(scene, 'collect again', () => collect(scene, hubs.zhoucun, COLLECTED));
  check(
    scene,
    'a second run of the same input changes nothing',
    again.every((it) => addsUp(it) && it.accepted === 0),
  );
}

async function deliverStep(scene: Scene, name: string): Promise<void> {
  const { hubs } = scene;
  await timed(scene, name, async () => {
    await awaitDelivered(scene, hubs.zhoucun, 'zibo');
    await awaitDelivered(scene, hubs.zibo, 'shandong');
  });
}

async function proveStep(scene: Scene, name: string): Promise<void> {
  const { hubs, figures } = scene;
  const found = await timed(scene, name, () =>
    prove(scene, [
      { from: hubs.zhoucun, to: ['zibo'] },
      { from: hubs.zibo, to: ['shandong', 'zhoucun'] },
    ]),
  );
  figures.pairs = found.map(({ from, to, records, rejected, equal }) => ({
    from,
    to,
    records,
    rejected,
    equal,
  }));
  check(
    scene,
    'each pair of hubs holds the same set of (key, version, hash)',
    found.length === 3 && found.every((it) => it.equal && it.records > 0),
  );
}

async function correctStep(scene: Scene): Promise<Corrections> {
  const { hubs, terminal, world, places } = scene;
  terminal.step(4, '更正与撤销 correct and withdraw at the sources');
  const corrections = await applyCorrections(world, places);
  const receipts = await timed(scene, 'correct', () =>
    collect(scene, hubs.zhoucun, ['zc-penalty', 'zc-licence']),
  );
  showReceipts(scene, receipts);
  const corrected = receipts.reduce((sum, it) => sum + it.corrected, 0);
  const withdrawn = receipts.reduce((sum, it) => sum + it.withdrawn, 0);
  check(scene, 'two records corrected, one withdrawn', corrected === 2 && withdrawn === 1);
  await deliverStep(scene, 'deliver corrections');
  const answer = await askAsPartner(scene, world.asked.uscc);
  const subject = answer.data?.subject;
  const penalty = subject?.penalties?.edges.find(
    (it) => it.node.documentNo === corrections.amount.documentNo,
  )?.node;
  check(
    scene,
    `the province has the corrected amount of ${corrections.amount.documentNo}`,
    penalty?.fineWanYuan === corrections.amount.fineWanYuan,
  );
  const licences = subject?.licences?.edges.map((it) => it.node.documentNo) ?? [];
  check(
    scene,
    `the province no longer shows ${corrections.withdrawn.documentNo}`,
    !licences.includes(corrections.withdrawn.documentNo),
  );
  return corrections;
}

async function queriesStep(scene: Scene): Promise<void> {
  const { terminal, world, places } = scene;
  terminal.step(7, '跨区域查询 Zhanjiang asks Shandong, signed, for a purpose');
  await timed(scene, 'query', () => queryStep(scene, world.asked));
  terminal.step(8, '来源不可用时再查询 the same query while the housing source is away');
  takeHousingAway(places.housing);
  try {
    await timed(scene, 'query with a source away', () => querySourceAway(scene, world.asked));
  } finally {
    bringHousingBack(places.housing);
  }
}

async function hubFigures(scene: Scene): Promise<void> {
  const { hubs, figures, terminal } = scene;
  const statuses = await Promise.all(Object.values(hubs).map(statusOf));
  figures.hubs = statuses.map((it) => ({
    id: it.hub,
    records: it.records,
    subjects: it.subjects,
    quarantined: it.quarantined,
    residentBytes: it.residentBytes,
  }));
  terminal.say('');
  terminal.table(
    ['hub', 'records', 'subjects', 'in quarantine', 'MB resident'],
    figures.hubs.map((it) => [
      it.id,
      it.records,
      it.subjects,
      it.quarantined,
      Math.round(it.residentBytes / 1_048_576),
    ]),
  );
}

async function play(scene: Scene): Promise<void> {
  const { terminal } = scene;
  await collectStep(scene);
  terminal.step(2, '上报 deliver: district → city → province; 数据回流 pull: city → district');
  await deliverStep(scene, 'deliver');
  await timed(scene, 'pull', () => awaitPulled(scene, scene.hubs.zhoucun, scene.hubs.zibo));
  terminal.step(3, '对账 prove that each pair holds the same');
  await proveStep(scene, 'prove');
  const corrections = await correctStep(scene);
  await timed(scene, 'pull corrections', () => awaitPulled(scene, scene.hubs.zhoucun, scene.hubs.zibo));
  terminal.step(5, '再次对账 prove it again after the corrections');
  await proveStep(scene, 'prove again');
  terminal.step(6, '报送其他平台 what platforms that are not Xinqiao made of the records');
  // Three more receivers triple the deliveries, which a database in Python does not carry in a demo's time.
  if (scene.figures.store.slow) terminal.say('   left out on this slow store: script/bootstrap --store fast');
  else await timed(scene, 'platforms', () => platformsStep(scene, scene.platforms, corrections));
  await queriesStep(scene);
  await hubFigures(scene);
}

function serveLines(hubs: DemoProcesses, terminal: Terminal, code: string): void {
  for (const [id, hub] of Object.entries(hubs) as [
    keyof DemoProcesses,
    DemoProcesses[keyof DemoProcesses],
  ][]) {
    terminal.say(`${hubName(id)}  ${hub.url}/graphql  ${hub.url}/statusz`);
    terminal.say(
      `   curl -s ${hub.url}/graphql -H 'content-type: application/json' -d '{"query":"{ subject(by: {uscc: \\"${code}\\"}) { name penalties { complete edges { node { documentNo } } } } }"}'`,
    );
  }
  terminal.say(
    `\nAs a partner (signed): save the query below and run\n   script/xinqiao query FILE --url ${hubs.shandong.url} --as zhanjiang --key ${DEMO_FOLDER}/zhanjiang.key.pem --purpose PUBLIC_RESOURCE_TRADING --variables '{"code":"${code}"}'\n\n${DEMO_QUERY}\n`,
  );
  terminal.say('Ctrl-C ends the hubs.');
}

/** Resolves at the first Ctrl-C or SIGTERM. Later ones change nothing: everything is ended in order. */
async function interruption(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
  });
}

/** Starts stores, sources and hubs. */
async function setTheScene(options: DemoOptions, terminal: Terminal, started: Started): Promise<Scene> {
  prepareFolder(options.keep);
  terminal.say('信桥 demo: 周村区 → 淄博市 → 山东省 ← 湛江市 (synthetic organisations only)');
  const stores = await startStores((text) => terminal.say(`   ${text}`));
  started.add(() => stores.stop());
  const places = placesIn(DEMO_FOLDER);
  for (const file of [places.front, places.housing]) rmSync(file, { force: true });
  const today = dayInShanghai(new Date());
  const world = namedByHabit(makeWorld({ rows: options.rows, seed: options.seed, today }));
  await writeWorld(world, places);
  const feed: Feed = await startTaxFeed(world.grades);
  started.add(() => feed.close());
  const platforms = await startPlatforms(resolve(DEMO_FOLDER, 'platforms'), world);
  started.add(() => platforms.close());
  const facts = await writeHubFiles(!stores.mongo.slow);
  const database = databaseName(options.keep);
  const children = new Children();
  started.add(() => children.end());
  const hubs = await startHubs({
    children,
    facts,
    stores,
    places,
    taxUrl: feed.url,
    platforms: platforms.environment,
    database,
  });
  const expected = {
    'zc-register': world.register.length,
    'zc-penalty': world.penalties.length,
    'zc-licence': world.licences.length,
    'zc-frxzcf': world.front.length,
    'zc-tax-grade': world.grades.length,
    'zd-penalty': world.neighbour.length,
  };
  return { hubs, terminal, figures: emptyFigures(options, stores), expected, world, places, platforms };
}

function slowReason({ store, rowsPerSecond }: DemoFigures): string {
  return (
    `Slow: ${rowsPerSecond} rows a second, because ${store.kind} is a database in Python that stands in where no ` +
    'other was found.\nscript/bootstrap --store fast builds the fast one; MONGODB_URI names a MongoDB of your own.'
  );
}

async function playInFull(options: DemoOptions, terminal: Terminal, started: Started): Promise<Scene> {
  const startedAt = performance.now();
  const scene = await setTheScene(options, terminal, started);
  const { figures } = scene;
  figures.steps.push({ name: 'set up', ms: Math.round(performance.now() - startedAt) });
  await play(scene);
  figures.totalMs = Math.round(performance.now() - startedAt);
  terminal.table(
    ['step', 'ms'],
    figures.steps.map((it) => [it.name, it.ms]),
  );
  const verdict = figures.ok ? '✓ all checks passed' : '✗ some checks failed';
  if (figures.store.slow) {
    terminal.say(`\n${slowReason(figures)}`);
  }
  terminal.say(`\n${verdict} in ${(figures.totalMs / 1_000).toFixed(1)} s`);
  return scene;
}

/**
 * Runs the main job from department sources to a partner's query and checks it on the way.
 *
 * @throws INTERRUPTED at Ctrl-C, after everything that was started has ended
 */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<DemoFigures> {
  const started = new Started();
  const interrupted = interruption();
  const cut = interrupted.then(() => {
    throw new HubError(
      'INTERRUPTED',
      'transient',
      'interrupted before its end; everything it started is ended',
    );
  });
  try {
    const scene = await Promise.race([playInFull(options, terminal, started), cut]);
    if (options.serve) {
      serveLines(scene.hubs, terminal, scene.world.asked.uscc);
      await interrupted;
    }
    return scene.figures;
  } finally {
    cut.catch(() => undefined);
    await started.end();
  }
}
