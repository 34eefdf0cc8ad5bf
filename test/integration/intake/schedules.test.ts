import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { JOBS } from '../../../src/contracts/jobs/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { openHintQueues, type HintQueues } from '../../../src/infra/queue/index.ts';
import type { LoadedConnector } from '../../../src/intake/connectors/index.ts';
import { listRuns } from '../../../src/intake/pipeline/index.ts';
import {
  findSchedule,
  followManifests,
  pauseSchedule,
  resumeSchedule,
  runDue,
  runScheduleNow,
  ScheduleEngine,
  scheduleModel,
} from '../../../src/intake/schedules/index.ts';
import { eventually } from '../../support/eventually.ts';
import { freshPrefix } from '../../support/servers.ts';
import { openRunWorld, row, rows, type RunWorld } from './run-fixture.ts';

const SOURCE = 'zc-penalty';
const YEARLY = '0 2 1 1 *';
let world: RunWorld;
const engines: ScheduleEngine[] = [];
let queues: HintQueues | null = null;

const scheduled = (cron: string | undefined, connector = world.connector): LoadedConnector => ({
  ...connector,
  sync: { ...connector.sync, ...(cron === undefined ? { schedule: undefined } : { schedule: cron }) },
});
const runs = () => listRuns(world.database, { connector: SOURCE, limit: 100 });
const startEngine = (connectors: () => readonly LoadedConnector[], hints: HintQueues | null = null) => {
  const engine = new ScheduleEngine({ parts: () => world.parts, connectors, queues: hints });
  engine.start();
  engines.push(engine);
  return engine;
};
const known = () =>
  eventually(
    () => findSchedule(world.database, SOURCE),
    (it) => it !== null,
  );
const long = new Date('2026-01-01T00:00:00.000Z');
const makeOverdue = () =>
  scheduleModel.in(world.database).updateOne({ _id: SOURCE }, { $set: { nextRunAt: long } });

beforeEach(async () => {
  world = await openRunWorld();
  world.supply(rows(1, 3));
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  await queues?.close();
  queues = null;
  await world.close();
});

describe('a schedule', () => {
  it('starts nothing while it is paused, and makes up for nothing once it is resumed', async () => {
    const connector = scheduled(YEARLY);
    await followManifests(world.database, [connector]);
    await makeOverdue();
    await pauseSchedule(world.database, SOURCE);
    expect(await runDue(world.parts, connector)).toBe(false);
    const resumed = await resumeSchedule(world.database, SOURCE);
    expect(resumed.nextRunAt.getTime()).toBeGreaterThan(world.database.clock.now().getTime());
    expect(await runDue(world.parts, connector)).toBe(false);
    expect(await runs()).toEqual([]);
    await expect(pauseSchedule(world.database, 'no-such')).rejects.toMatchObject({ code: 'NO_SCHEDULE' });
  });

  it('that came round often while the hub was down runs once', async () => {
    const connectors = [scheduled('* * * * *')];
    await followManifests(world.database, connectors);
    await makeOverdue();
    startEngine(() => connectors);
    const ran = await eventually(runs, (it) => it.length > 0);
    expect(ran[0]).toMatchObject({ by: 'schedule', created: 3 });
    const after = await eventually(
      () => findSchedule(world.database, SOURCE),
      (it) => it?.last?.run === ran[0]?.id,
    );
    expect(after?.last).toMatchObject({ state: 'DONE', code: null });
    expect(after?.nextRunAt.getTime()).toBeGreaterThan(ran[0]!.startedAt.getTime());
    expect((await runs()).filter((it) => it.startedAt < ran[0]!.startedAt)).toEqual([]);
  });

  it('is run by one of two processes', async () => {
    const connectors = [scheduled(YEARLY)];
    startEngine(() => connectors);
    startEngine(() => connectors);
    await known();
    await runScheduleNow(world.database, SOURCE);
    const settled = await eventually(
      () => findSchedule(world.database, SOURCE),
      (it) => it?.last !== null && it?.last !== undefined,
    );
    expect(settled?.last?.state).toBe('DONE');
    expect(await runs()).toHaveLength(1);
  });

  it('follows its manifest: another rhythm counts from now, none ends it', async () => {
    let connectors = [scheduled(YEARLY)];
    startEngine(() => connectors);
    const before = await known();
    connectors = [scheduled('30 3 1 7 *')];
    const after = await eventually(
      () => findSchedule(world.database, SOURCE),
      (it) => it?.cron === '30 3 1 7 *',
    );
    expect(after?.nextRunAt).not.toEqual(before?.nextRunAt);
    connectors = [scheduled(undefined)];
    expect(
      await eventually(
        () => findSchedule(world.database, SOURCE),
        (it) => it === null,
      ),
    ).toBeNull();
  });

  it('waits for its next time where a run waits for a person, and says so', async () => {
    world.supply([row(1, { CF_YXQ: '' })]);
    await world.run({ rejectRate: { stop: '50%' } });
    const connector = scheduled(YEARLY);
    await followManifests(world.database, [connector]);
    await makeOverdue();
    expect(await runDue(world.parts, connector)).toBe(true);
    const { last, nextRunAt } = (await findSchedule(world.database, SOURCE))!;
    expect(last).toMatchObject({ run: null, code: 'RUN_WAITS' });
    expect(nextRunAt.getTime()).toBeGreaterThan(world.database.clock.now().getTime());
  });
});

describe('a schedule with Redis', () => {
  it('has a scheduler there as its index, and a hint starts what is due', async () => {
    const { url, prefix } = freshPrefix();
    queues = await openHintQueues({ url, prefix, log: silentLog() });
    let connectors = [scheduled(YEARLY)];
    startEngine(() => connectors, queues);
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    const queue = new Queue(JOBS.runConnector.queue(SOURCE), { connection: redis, prefix });
    try {
      const found = await eventually(
        () => queue.getJobSchedulers(),
        (it) => it.length === 1,
      );
      expect(found[0]).toMatchObject({ pattern: YEARLY, tz: 'Asia/Shanghai' });
      // A hint for what is not due starts nothing; a hint for what is, starts it.
      await queues.hint(JOBS.runConnector.queue(SOURCE), 'early', { connector: SOURCE });
      await runScheduleNow(world.database, SOURCE);
      await queues.hint(JOBS.runConnector.queue(SOURCE), 'due', { connector: SOURCE });
      await eventually(runs, (it) => it.length > 0);
      expect(await runs()).toHaveLength(1);
      connectors = [];
      expect(
        await eventually(
          () => queue.getJobSchedulers(),
          (it) => it.length === 0,
        ),
      ).toEqual([]);
    } finally {
      await queue.close();
      redis.disconnect();
    }
  });

  it('is not held up where Redis has lost the hint', async () => {
    const { url, prefix } = freshPrefix();
    queues = await openHintQueues({ url, prefix, log: silentLog() });
    const connectors = [scheduled(YEARLY)];
    startEngine(() => connectors, queues);
    await known();
    await runScheduleNow(world.database, SOURCE);
    expect(await eventually(runs, (it) => it.length > 0, 20_000)).toHaveLength(1);
  });
});
