import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';
import { nextTick, type CronRhythm } from '../../infra/clock/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { LoadedConnector } from '../connectors/index.ts';

/** What became of the last run that a schedule started. */
export type ScheduleOutcome = {
  readonly at: Date;
  /** Run, and the state of its receipt; null where it did not come to one. */
  readonly run: string | null;
  readonly state: string | null;
  /** Code of the fault that kept it from one. */
  readonly code: string | null;
};

/** When a connector runs next. */
export type ScheduleDocument = CronRhythm & {
  /** Connector id. */
  _id: string;
  /** By the database's clock. In the past: due, once, however often it came round meanwhile. */
  nextRunAt: Date;
  paused: boolean;
  last: ScheduleOutcome | null;
};

/** `schedules`: when connectors run next; the truth, of which the schedulers in Redis are an index. */
export const scheduleModel = defineCollection<ScheduleDocument>('schedules', [{ keys: { nextRunAt: 1 } }]);

/** Every schedule, by connector. */
export async function listSchedules(database: HubDatabase): Promise<ScheduleDocument[]> {
  return scheduleModel.in(database).find({}).sort({ _id: 1 }).toArray();
}

/** The schedule of a connector, or null. */
export async function findSchedule(
  database: HubDatabase,
  connector: string,
): Promise<ScheduleDocument | null> {
  return scheduleModel.in(database).findOne({ _id: connector });
}

/** Connectors that are due by the database's clock. */
export async function listDue(database: HubDatabase): Promise<ScheduleDocument[]> {
  return scheduleModel
    .in(database)
    .find({ nextRunAt: { $lte: database.clock.now() }, paused: false })
    .sort({ nextRunAt: 1 })
    .toArray();
}

/** Takes over what the manifests say: a schedule that changed counts from now, one that is gone is removed. */
export async function followManifests(
  database: HubDatabase,
  connectors: readonly LoadedConnector[],
): Promise<void> {
  const schedules = scheduleModel.in(database);
  const wanted = connectors.flatMap(({ metadata, mode, sync: { schedule: cron, tz } }) =>
    cron === undefined || mode === 'live' ? [] : [{ _id: metadata.id, cron, tz }],
  );
  const known = new Map((await listSchedules(database)).map((it) => [it._id, it]));
  const now = database.clock.now();
  for (const { _id, cron, tz } of wanted) {
    const before = known.get(_id);
    known.delete(_id);
    if (before?.cron === cron && before.tz === tz) continue;
    const nextRunAt = nextTick({ cron, tz }, now);
    // Two processes start at once: the later one takes back nothing that was set meanwhile.
    if (before !== undefined) {
      const { cron: oldCron, tz: oldTz } = before;
      await schedules.updateOne({ _id, cron: oldCron, tz: oldTz }, { $set: { cron, tz, nextRunAt } });
      continue;
    }
    const first = { cron, tz, nextRunAt, paused: false, last: null };
    await schedules.updateOne({ _id }, { $setOnInsert: first }, { upsert: true });
  }
  for (const _id of known.keys()) await schedules.deleteOne({ _id });
}

/** Notes that what was due has been done, and when it is due again; nothing where somebody has noted it before. */
export async function settleDue(
  database: HubDatabase,
  { _id, cron, tz, nextRunAt }: ScheduleDocument,
  last: ScheduleOutcome,
): Promise<void> {
  const next = nextTick({ cron, tz }, database.clock.now());
  await scheduleModel.in(database).updateOne({ _id, nextRunAt }, { $set: { nextRunAt: next, last } });
}

async function change(
  database: HubDatabase,
  connector: string,
  set: Partial<Pick<ScheduleDocument, 'paused' | 'nextRunAt'>>,
): Promise<ScheduleDocument> {
  const changed = await scheduleModel
    .in(database)
    .findOneAndUpdate({ _id: connector }, { $set: set }, { returnDocument: 'after' });
  if (changed !== null) return changed;
  throw new HubError(
    'NO_SCHEDULE',
    'refused',
    `${connector} has no schedule: its manifest names none in sync, or the hub file does not name it`,
  );
}

/** Keeps a connector from being started until it is resumed. @throws NO_SCHEDULE */
export async function pauseSchedule(database: HubDatabase, connector: string): Promise<ScheduleDocument> {
  return change(database, connector, { paused: true });
}

/** Lets a paused connector be started again, from its next time on: what it missed is not made up for. @throws NO_SCHEDULE */
export async function resumeSchedule(database: HubDatabase, connector: string): Promise<ScheduleDocument> {
  const { cron, tz } = (await findSchedule(database, connector)) ?? { cron: '* * * * *', tz: 'UTC' };
  return change(database, connector, {
    paused: false,
    nextRunAt: nextTick({ cron, tz }, database.clock.now()),
  });
}

/** Makes a connector due now, for whichever process of the hub looks next. @throws NO_SCHEDULE */
export async function runScheduleNow(database: HubDatabase, connector: string): Promise<ScheduleDocument> {
  return change(database, connector, { nextRunAt: database.clock.now() });
}
