import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import type { Candidate } from '../../../src/registry/records/index.ts';
import { askSigned, candidate, penalty, store, usccOf, type Reply, type RunningHub } from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

/* A province whose partner may read what two of its cities decide, and of the rest what is published. */
const subject = { uscc: usccOf(71), name: '测试丁有限公司' };
const CLOSED = { class: 'GOVERNMENT' as const, publishable: false, reason: null };
let hub: RunningHub;
let zhanjiang: Caller;
let asked = 0;

/** A department of a city that the terms do not name; nobody should be asked who may not answer. */
const elsewhere: LiveSource = {
  connector: 'jn-penalty',
  dataset: 'administrative_penalty',
  region: '370100',
  timeoutMs: 1_000,
  ask: () => {
    asked += 1;
    return Promise.resolve({ records: [], withheld: 0 });
  },
};

function decided(documentNo: string, region: string, change: Partial<Candidate> = {}): Candidate {
  const made = candidate('administrative_penalty', subject, penalty(documentNo, '2026-03-01'), change);
  return { ...made, producer: { ...made.producer, region } };
}

async function askPenalties(): Promise<Reply['data']['subject']['penalties']> {
  const reply = await askSigned(zhanjiang, 'shandong', {
    query: `query Q($u: USCC!) { subject(by: { uscc: $u }) {
      penalties(first: 10) { complete edges { node { documentNo } } coverage { source region status rule } } } }`,
    variables: { u: subject.uscc },
  });
  return reply.data.subject.penalties;
}

beforeAll(async () => {
  ({ hub, zhanjiang } = await startAskedHub(
    { purposes: ['BIDDING'], scopes: ['read:penalty'], producerRegions: ['370300', '370700'] },
    { liveSources: [elsewhere] },
  ));
  await store(hub.database, [
    decided('淄罚1', '370306', { disclosure: CLOSED }),
    decided('潍罚1', '370700', { disclosure: CLOSED }),
    decided('济罚1', '370100', { disclosure: CLOSED }),
    decided('济罚2', '370100'),
  ]);
});

afterAll(async () => hub.close());

describe('terms that name regions', () => {
  it('show what those regions decide, and of the others what is published', async () => {
    const { edges } = await askPenalties();
    expect(edges.map((it) => it.node.documentNo).sort()).toEqual(['淄罚1', '潍罚1', '济罚2'].sort());
  });

  it('never let an answer pass for complete, and say so whatever there is', async () => {
    const { complete, coverage } = await askPenalties();
    expect(complete).toBe(false);
    expect(coverage).toContainEqual(
      expect.objectContaining({ source: 'shandong/registry', status: 'DENIED', rule: 'REGION_NOT_AGREED' }),
    );
    expect(coverage).toContainEqual(
      expect.objectContaining({ source: 'shandong/registry', status: 'ANSWERED' }),
    );
  });

  it('ask no department of a region that they do not name', async () => {
    const { coverage } = await askPenalties();
    expect(coverage).toContainEqual(
      expect.objectContaining({ source: 'shandong/jn-penalty', status: 'DENIED', rule: 'REGION_NOT_AGREED' }),
    );
    expect(asked).toBe(0);
  });
});
