import { describe, expect, it } from '@jest/globals';
import { HubError } from '../../domain/hub-error.ts';
import { PatientAsker, quotaWaitMs, retryAfterMs, type BulkReply } from './patience.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const headers = (fields: Record<string, string>): Headers => new Headers(fields);
const reply = (changes: Partial<BulkReply> = {}): BulkReply => ({
  ...{ status: 200, headers: null, data: { subjects: [] }, errors: [] },
  ...changes,
});

/** Asks with answers in order; returns what came and how long it waited each time. */
async function askWith(answers: readonly (BulkReply | HubError)[], times = 1) {
  const waits: number[] = [];
  let place = 0;
  const asker = new PatientAsker(
    () => {
      const next = answers[Math.min(place, answers.length - 1)] ?? reply();
      place += 1;
      return next instanceof HubError ? Promise.reject(next) : Promise.resolve(next);
    },
    {
      onWait: () => undefined,
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  );
  try {
    let last = reply();
    for (let time = 0; time < times; time += 1) last = await asker.ask('{a}', {});
    return { last, waits, asked: place, code: null };
  } catch (error) {
    return { last: null, waits, asked: place, code: (error as HubError).code };
  }
}

describe('what a hub says of its quota', () => {
  it('is read in seconds, as a date, and not at all', () => {
    expect(retryAfterMs(headers({ 'retry-after': '7' }), NOW)).toBe(7_000);
    expect(retryAfterMs(headers({ 'retry-after': 'Sat, 21 Nov 2026 00:00:30 GMT' }), NOW)).toBe(30_000);
    expect(retryAfterMs(headers({ 'retry-after': 'soon' }), NOW)).toBeNull();
    expect(retryAfterMs(null, NOW)).toBeNull();
  });

  it('asks to wait only when nothing is left', () => {
    expect(quotaWaitMs(headers({ ratelimit: '"partner";r=3;t=60' }))).toBe(0);
    expect(quotaWaitMs(headers({ ratelimit: '"second";r=0;t=1, "day";r=0;t=40' }))).toBe(40_000);
    expect(quotaWaitMs(headers({ 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }))).toBe(9_000);
    expect(quotaWaitMs(headers({ 'ratelimit-remaining': '0' }))).toBe(0);
    expect(quotaWaitMs(null)).toBe(0);
  });
});

describe('asking with patience', () => {
  const away = new HubError('HTTP_UNREACHABLE', 'transient', 'away');

  it('gives up after six tries that came to nothing, each wait twice as long', async () => {
    const { code, waits, asked } = await askWith([away]);
    expect([code, asked, waits]).toEqual(['HUB_NOT_ANSWERING', 6, [1_000, 2_000, 4_000, 8_000, 16_000]]);
  });

  it('does not try again what a person must change', async () => {
    const { code, asked } = await askWith([new HubError('NO_SIGNING_KEY', 'config', 'no key')]);
    expect([code, asked]).toEqual(['NO_SIGNING_KEY', 1]);
  });

  it('hands a refusal on without trying again', async () => {
    const refused = reply({
      status: 403,
      data: null,
      errors: [{ extensions: { code: 'PURPOSE_NOT_AGREED' } }],
    });
    const { last, asked } = await askWith([refused]);
    expect([last?.status, asked]).toEqual([403, 1]);
  });

  it('waits as long as a full quota says, however often, and counts no failure', async () => {
    const limited = reply({ status: 429, data: null, headers: headers({ 'retry-after': '2' }) });
    const named = reply({ data: null, errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    const many = Array.from({ length: 9 }, () => limited);
    const { last, waits } = await askWith([...many, named, reply()]);
    expect(last?.data).not.toBeNull();
    expect(waits).toEqual([...many.map(() => 2_000), 5_000]);
  });

  it('waits before the next question when an answer used up the quota', async () => {
    const spent = reply({ headers: headers({ ratelimit: '"p";r=0;t=3' }) });
    expect((await askWith([spent, reply()], 2)).waits).toEqual([3_000]);
  });

  it('ends instead of sleeping for hours', async () => {
    const limited = reply({ status: 429, data: null, headers: headers({ 'retry-after': '7200' }) });
    expect((await askWith([limited])).code).toBe('HUB_NOT_ANSWERING');
  });
});
