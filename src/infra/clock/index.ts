import { dayInShanghai, type CalendarDay } from '../../domain/calendar/index.ts';

export * from './cron.ts';
export * from './errors.ts';

/** Where every room but the database takes the time from. */
export type Clock = {
  /** The instant now. */
  now(): Date;
  /** The calendar day now in Asia/Shanghai. */
  today(): CalendarDay;
};

/** Makes a clock from any source of instants. */
export function clockOf(now: () => Date): Clock {
  return { now, today: () => dayInShanghai(now()) };
}

/** The machine's clock. */
export const systemClock: Clock = clockOf(() => new Date());
