import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findHealth, mayAsk, noteAway, noteHealth } from '../../../src/exchange/health/index.ts';
import { pausePartner, resumePartner } from '../../../src/exchange/operator/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

let pair: DeliveryPair;
const ROUNDS = 8;
const by = { actor: 'operator', reason: '系统升级' };

beforeAll(async () => {
  pair = await openDeliveryPair();
});
afterAll(() => pair.close());
beforeEach(() => pair.reset());

const database = () => pair.zhoucun.database;

/** What senders note of a partner all the time, while a person decides something. */
function noises(): Promise<void>[] {
  return [0, 1, 2].flatMap((random) => [
    noteAway(database(), 'zibo', { code: 'HTTP_UNREACHABLE', afterMs: null, random: random / 3 }),
    noteHealth(database(), 'zibo', { type: 'ANSWERED' }),
  ]);
}

describe('what a person decides about a partner', () => {
  it('is not undone by what senders note of it at the same moment: a pause stays', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await pair.reset();
      await noteAway(database(), 'zibo', { code: 'HTTP_UNREACHABLE', afterMs: null, random: 0 });
      await Promise.all([...noises(), pausePartner(database(), 'zibo', by), ...noises()]);
      expect(await findHealth(database(), 'zibo')).toMatchObject({
        pausedAt: expect.any(Date),
        pausedBy: 'operator',
        reason: '系统升级',
      });
    }
  });

  it('counts for a partner of which nothing was noted before', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await pair.reset();
      await Promise.all([...noises(), pausePartner(database(), 'zibo', by)]);
      expect(await mayAsk(database(), 'zibo')).toBe(false);
    }
  });

  it('is not held up by a pause that was noted meanwhile: a resumed partner is asked', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await pausePartner(database(), 'zibo', by);
      const answered = [0, 1, 2].map(() => noteHealth(database(), 'zibo', { type: 'ANSWERED' }));
      await Promise.all([...answered, resumePartner(database(), 'zibo', by)]);
      expect(await findHealth(database(), 'zibo')).toMatchObject({ pausedAt: null, pausedBy: null });
    }
  });
});
