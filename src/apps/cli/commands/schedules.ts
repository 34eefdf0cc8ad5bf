import { Command } from 'commander';
import {
  followManifests,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  type ScheduleDocument,
} from '../../../intake/schedules/index.ts';
import type { HubDatabase } from '../../../infra/mongo/index.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

type Options = { json?: boolean };

function lineOf({ _id, cron, tz, nextRunAt, paused, last }: ScheduleDocument): string {
  const next = paused ? '暂停 paused' : nextRunAt.toISOString();
  const said = last === null ? '' : `  last ${last.at.toISOString()} ${last.state ?? ''} ${last.code ?? ''}`;
  return `${_id}  ${cron} ${tz}  ${next}${said}`.trimEnd();
}

function print(schedule: ScheduleDocument, json: boolean | undefined): void {
  process.stdout.write(`${json === true ? JSON.stringify(schedule) : lineOf(schedule)}\n`);
}

function oneCommand(
  name: string,
  description: string,
  work: (database: HubDatabase, connector: string) => Promise<ScheduleDocument>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<connector>', 'id')
    .option('--json', 'the schedule as one JSON object')
    .action((connector: string, { json }: Options) =>
      withHubOrEmbedded(async ({ database, connectors }) => {
        await followManifests(database, connectors);
        print(await work(database, connector), json);
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('when each connector runs next, and what its last scheduled run came to')
    .option('--json', 'one schedule a line as JSON')
    .action(({ json }: Options) =>
      withHubOrEmbedded(async ({ database, connectors }) => {
        await followManifests(database, connectors);
        for (const it of await listSchedules(database)) print(it, json);
      }),
    );
}

/** `xinqiao schedules`: when connectors run, by `sync.schedule` of their manifests. */
export function schedulesCommand(): Command {
  return new Command('schedules')
    .description('归集计划 – when connectors run by themselves (sync.schedule of their manifests)')
    .addHelpText(
      'after',
      '\nA running hub starts what is due (xinqiao serve, or its worker). A hub that was down catches up once.',
    )
    .addCommand(listCommand())
    .addCommand(oneCommand('pause', 'starts it no more until it is resumed', pauseSchedule))
    .addCommand(oneCommand('resume', 'starts it again from its next time on', resumeSchedule))
    .addCommand(
      oneCommand('run-now', 'makes it due: the running hub starts it within seconds', runScheduleNow),
    );
}
