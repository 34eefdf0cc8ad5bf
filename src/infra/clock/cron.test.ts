import { describe, expect, it } from '@jest/globals';
import { isRhythm, nextTick } from './cron.ts';

const at = (text: string) => new Date(text);
const next = (cron: string, after: string, tz = 'Asia/Shanghai') =>
  nextTick({ cron, tz }, at(after)).toISOString();

describe('nextTick', () => {
  it('refuses what is no schedule of five fields', () => {
    for (const cron of ['', '* * * *', '0 0 2 * * *', '61 * * * *', 'daily', '0 2 30 2 *'])
      expect([cron, isRhythm({ cron, tz: 'Asia/Shanghai' })]).toEqual([cron, false]);
    expect(isRhythm({ cron: '0 2 * * *', tz: 'Asia/Nowhere' })).toBe(false);
  });

  it('counts in the zone that is given, strictly after the instant that is given', () => {
    expect(next('0 2 * * *', '2026-11-21T17:59:59.999Z')).toBe('2026-11-21T18:00:00.000Z');
    expect(next('0 2 * * *', '2026-11-21T18:00:00.000Z')).toBe('2026-11-22T18:00:00.000Z');
    expect(next('30 8 * * 1', '2026-11-21T00:00:00.000Z', 'UTC')).toBe('2026-11-23T08:30:00.000Z');
  });
});
