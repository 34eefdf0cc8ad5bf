import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { Sequencer } from '../../../src/registry/changes/index.ts';
import type { Candidate } from '../../../src/registry/records/index.ts';
import {
  ask,
  askSigned,
  candidate,
  codeOf,
  licence,
  penalty,
  store,
  usccOf,
  type RunningHub,
} from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

/* A platform that may read the feed, and penalties of one city alone. */
const subject = { uscc: usccOf(71), name: '测试丙有限公司' };
const QUERY = `query Q($after: String) { changes(first: 2, after: $after) {
  edges { node { recordKey operation dataset } } pageInfo { hasNextPage endCursor } } }`;

let hub: RunningHub;
let zhanjiang: Caller;
let sequencer: Sequencer;
const made: Record<string, Candidate> = {};

function penaltyOf(name: string, region: string, disclosure: Candidate['disclosure']['class']): Candidate {
  const it = candidate('administrative_penalty', subject, penalty(name, '2026-03-01'), {
    disclosure: { class: disclosure, publishable: true, reason: null },
  });
  return { ...it, producer: { ...it.producer, region } };
}

async function sequence(): Promise<void> {
  while ((await sequencer.step()) > 0);
}

type Page = {
  changes: {
    edges: { node: { recordKey: string; operation: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
};

/** Every change the platform is told, page by page: the name of the record and what happened to it. */
async function told(): Promise<string[]> {
  const found: string[] = [];
  const names = new Map(Object.entries(made).map(([name, { key }]) => [key, name]));
  for (let after: string | null = null; ;) {
    const { text } = await askSigned(zhanjiang, 'shandong', { query: QUERY, variables: { after } });
    const { changes } = (JSON.parse(text) as { data: Page }).data;
    found.push(...changes.edges.map(({ node }) => `${names.get(node.recordKey) ?? '?'} ${node.operation}`));
    if (!changes.pageInfo.hasNextPage) return found;
    after = changes.pageInfo.endCursor;
  }
}

beforeAll(async () => {
  ({ hub, zhanjiang } = await startAskedHub({
    purposes: ['BIDDING'],
    scopes: ['read:changes', 'read:penalty'],
    producerRegions: ['370300'],
  }));
  sequencer = new Sequencer(hub.database);
  Object.assign(made, {
    open: penaltyOf('淄罚1', '370306', 'PUBLIC'),
    government: penaltyOf('淄罚2', '370306', 'GOVERNMENT'),
    restricted: penaltyOf('淄罚3', '370306', 'RESTRICTED'),
    elsewhere: penaltyOf('济罚1', '370100', 'GOVERNMENT'),
    licence: candidate('administrative_licence', subject, licence('许1', '2026-03-01')),
  });
  await store(hub.database, Object.values(made));
  await sequence();
});

afterAll(async () => hub.close());

describe('the feed of changes', () => {
  it('is kept from the public', async () => {
    expect(codeOf(await ask(hub.url, QUERY))).toBe('SCOPE_MISSING');
  });

  it('tells a platform of no record that it could not read: of another kind, region or class', async () => {
    expect((await told()).sort()).toEqual(['government UPSERT', 'open UPSERT']);
  });

  it('tells no more of a record that became restricted, not even of what it was before', async () => {
    await store(hub.database, [
      { ...made['government']!, disclosure: { class: 'RESTRICTED', publishable: true, reason: null } },
    ]);
    await sequence();
    expect(await told()).toEqual(['open UPSERT']);
  });
});
