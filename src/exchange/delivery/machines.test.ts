import { describe, expect, it } from '@jest/globals';
import { moveDelivery } from './delivery-machine.ts';
import {
  GIVE_UP_AFTER,
  HALVE_AFTER,
  moveEnvelope,
  OWING_STATES,
  type EnvelopeFacts,
} from './envelope-machine.ts';

const READY: EnvelopeFacts = {
  state: 'ready',
  fence: 2,
  records: 4,
  failures: 0,
  nextAttemptAt: 0,
  leaseUntil: 0,
};
const failure = (own: boolean) => ({ type: 'FAILED', fence: 2, own, at: 10, delayMs: 5 }) as const;

describe('moveEnvelope', () => {
  it('gives no effect to the word of an older claim', () => {
    for (const event of [
      { type: 'ANSWERED', fence: 1 },
      { type: 'REFUSED', fence: 1 },
      { ...failure(true), fence: 1 },
    ] as const)
      expect(moveEnvelope(READY, event)).toBeNull();
  });

  it('claims nothing before its time and nothing that another sender holds', () => {
    expect(moveEnvelope({ ...READY, nextAttemptAt: 11 }, { type: 'CLAIMED', at: 10 })).toBeNull();
    expect(moveEnvelope({ ...READY, leaseUntil: 11 }, { type: 'CLAIMED', at: 10 })).toBeNull();
    expect(moveEnvelope(READY, { type: 'CLAIMED', at: 10 })).toMatchObject({ fence: 3 });
  });

  it('takes a receipt that the partner brings by itself, whoever claimed the envelope', () => {
    expect(moveEnvelope(READY, { type: 'ANSWERED', fence: null })).toMatchObject({ state: 'answered' });
  });

  it('counts no failure of a partner that answers nobody', () => {
    let envelope = READY;
    for (let time = 0; time < 50; time += 1)
      envelope = moveEnvelope(envelope, { ...failure(false), fence: envelope.fence }) ?? envelope;
    expect(envelope).toMatchObject({ state: 'ready', failures: 0 });
  });

  it('halves an envelope of several records, and gives a record alone up', () => {
    const after = (records: number, times: number) =>
      Array.from({ length: times }).reduce<EnvelopeFacts>(
        (it) => moveEnvelope(it, { ...failure(true), fence: it.fence }) ?? it,
        {
          ...READY,
          records,
        },
      );
    expect([after(4, HALVE_AFTER - 1).state, after(4, HALVE_AFTER).state]).toEqual(['ready', 'halved']);
    expect([after(1, GIVE_UP_AFTER - 1).state, after(1, GIVE_UP_AFTER).state]).toEqual(['ready', 'refused']);
  });

  it('halves what is refused together, and ends what is refused alone', () => {
    const refused = (records: number) =>
      moveEnvelope({ ...READY, records }, { type: 'REFUSED', fence: READY.fence });
    expect([refused(2)?.state, refused(1)?.state]).toEqual(['halved', 'refused']);
  });

  it('closes only what owed an effect and carried it out', () => {
    for (const state of OWING_STATES) {
      expect(moveEnvelope({ ...READY, state }, { type: 'CARRIED_OUT' })).toMatchObject({ state: 'closed' });
      expect(moveEnvelope({ ...READY, state }, { type: 'ANSWERED', fence: null })).toBeNull();
    }
    expect(moveEnvelope(READY, { type: 'CARRIED_OUT' })).toBeNull();
  });
});

describe('moveDelivery', () => {
  it('supersedes only what nobody has packed', () => {
    expect(moveDelivery('packed', 'supersede')).toBeNull();
    expect(moveDelivery('held', 'supersede')).toBe('superseded');
  });

  it('takes the business word before the transport receipt, and nothing back afterwards', () => {
    expect(moveDelivery('packed', 'accept')).toBe('accepted');
    expect(moveDelivery('accepted', 'store')).toBeNull();
  });
});
