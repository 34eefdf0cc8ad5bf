import { CronExpressionParser } from 'cron-parser';
import { HubError } from '../../domain/hub-error.ts';

/** When something comes round: five fields of cron, and the time zone they are read in. */
export type CronRhythm = { readonly cron: string; readonly tz: string };

/**
 * The first instant after another one at which a rhythm comes round.
 *
 * @throws BAD_SCHEDULE (config) for anything but five fields, a rhythm that never comes round, and an unknown zone
 */
export function nextTick({ cron, tz }: CronRhythm, after: Date): Date {
  try {
    if (cron.trim().split(/\s+/).length !== 5) throw new Error('five fields are needed');
    return CronExpressionParser.parse(cron, { tz, currentDate: after }).next().toDate();
  } catch (cause) {
    const said = `"${cron}" in ${tz} is no schedule: minute, hour, day, month and weekday, such as "0 2 * * *"`;
    throw new HubError('BAD_SCHEDULE', 'config', said, { cause });
  }
}

/** Whether {@link nextTick} can tell when it comes round. */
export function isRhythm(rhythm: CronRhythm): boolean {
  try {
    nextTick(rhythm, new Date(0));
    return true;
  } catch {
    return false;
  }
}
