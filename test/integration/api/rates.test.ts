import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { openHintQueues, type HintQueues } from '../../../src/infra/queue/index.ts';
import { freshPrefix } from '../../support/servers.ts';
import {
  ask,
  askSigned,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  startHub,
  usccOf,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';
import { platformOf } from './token-fixture.ts';

/* Two processes' worth of query interface over one Redis, and one that has none. */
const keys = { shandong: makeKeys(), zhanjiang: makeKeys() };
const LIMIT = 450;
const LIST = 'query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc penalties { complete } } }';
const usccs = (count: number) => Array.from({ length: count }, (_, it) => usccOf(400 + it));

let queues: HintQueues;
let hubs: RunningHub[] = [];
let alone: RunningHub;
let callers: Caller[] = [];

async function start(sharedBuckets: HintQueues | null): Promise<RunningHub> {
  return startHub(await openPort(), {
    keys: keys.shandong,
    hub: hubFile('shandong', '370000', {
      rates: { publicUnitsPerMinute: 150 },
      partners: [
        partnerTerms('zhanjiang', keys.zhanjiang, {
          query: { purposes: ['BIDDING', 'LICENSING'], scopes: ['read:penalty'], unitsPerMinute: LIMIT },
        }),
      ],
    }),
    more: { sharedBuckets },
  });
}

beforeAll(async () => {
  const { url, prefix } = freshPrefix();
  queues = await openHintQueues({ url, prefix, log: silentLog() });
  hubs = await Promise.all([start(queues), start(queues)]);
  alone = await start(null);
  callers = [...hubs, alone].map((hub) =>
    platformOf('zhanjiang', keys.zhanjiang, { hub, keys: keys.shandong }),
  );
});

afterAll(async () => {
  await Promise.all([...hubs, alone].map((it) => it.close()));
  await queues.close();
});

async function askFor(count: number, place: number, purpose = 'BIDDING'): Promise<Reply> {
  return askSigned(callers[place]!, 'shandong', {
    query: LIST,
    variables: { u: usccs(count) },
    headers: { 'xinqiao-purpose': purpose },
  });
}

const codeIn = (reply: Reply): unknown => reply.errors?.[0]?.extensions['code'] ?? 'answered';

describe('the quota of a partner and purpose', () => {
  it('is refused over all processes with the limit, the time it is there again and a cheaper query', async () => {
    const replies: Reply[] = [];
    for (let times = 0; times < 8; times += 1) replies.push(await askFor(100, times % 2, 'LICENSING'));
    expect(replies.map(codeIn)).toEqual([
      ...Array.from({ length: 4 }, () => 'answered'),
      ...Array.from({ length: 4 }, () => 'RATE_LIMITED'),
    ]);
    const refused = replies.at(-1);
    expect(refused?.status).toBe(429);
    expect(refused?.errors?.[0]?.extensions).toMatchObject({
      retryable: true,
      limit: LIMIT,
      actual: 101,
      resetAt: expect.stringMatching(/Z$/),
      hint: expect.stringMatching(/again in \d+ s, or ask for \d+ subjects a request/),
    });
    expect(refused?.extensions.cost).toMatchObject({
      requested: 101,
      actual: 0,
      remaining: expect.any(Number),
    });
    expect(hubs.map((it) => it.api.quotasAreShared)).toEqual([true, true]);
  });

  it('of one purpose leaves another purpose alone', async () => {
    expect(codeIn(await askFor(10, 0, 'BIDDING'))).toBe('answered');
  });

  it('counts in the process itself where there is no Redis, and says so', async () => {
    const replies = [];
    for (let times = 0; times < 6; times += 1) replies.push(codeIn(await askFor(100, 2)));
    expect(replies.filter((it) => it === 'answered')).toHaveLength(4);
    expect(alone.api.quotasAreShared).toBe(false);
  });
});

describe('every reply', () => {
  it('tells what was asked for, what that came to, and what is left', async () => {
    const before = await askFor(20, 0);
    const reply = await askFor(20, 0);
    expect(reply.extensions.cost).toEqual({
      requested: 21,
      actual: 21,
      limit: 20_000,
      remaining: expect.any(Number),
      resetAt: expect.stringMatching(/Z$/),
    });
    const left = (it: Reply) => (it.extensions.cost as { remaining: number }).remaining;
    expect(left(before) - left(reply)).toBeGreaterThan(10);
  });

  it('gives back what was charged for sources that were not asked', async () => {
    const query = `query Q($u: [USCC!]!) { subjects(usccs: $u) { evaluations { complete } } }`;
    const reply = await askSigned(callers[0]!, 'shandong', { query, variables: { u: usccs(20) } });
    expect(reply.extensions.cost).toMatchObject({ requested: 21, actual: 1 });
  });

  it('costs less where the question names its sources', async () => {
    const query = `query Q($u: [USCC!]!) { subjects(usccs: $u) { penalties(sources: []) { complete } } }`;
    const reply = await askSigned(callers[0]!, 'shandong', { query, variables: { u: usccs(20) } });
    expect(reply.extensions.cost).toMatchObject({ requested: 1, actual: 1 });
  });

  it('has the quota in its fields and in me', async () => {
    const response = await fetch(`${hubs[1]!.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ me { channel quota { limit remaining windowSeconds resetAt } } }' }),
    });
    expect(response.headers.get('ratelimit-policy')).toBe('"public";q=150;w=60');
    expect(response.headers.get('ratelimit')).toMatch(/^"public";r=\d+;t=\d+$/);
    const { data } = (await response.json()) as Reply;
    expect(data.me).toEqual({
      channel: 'PUBLIC',
      quota: { limit: 150, remaining: expect.any(Number), windowSeconds: 60, resetAt: expect.any(String) },
    });
  });
});

describe('the public channel', () => {
  it('is counted by class of address, refusals too, and answers 429 with Retry-After', async () => {
    const refusals = Array.from({ length: 5 }, () => ask(hubs[0]!.url, '{ nothing }'));
    await Promise.all(refusals);
    const replies: Response[] = [];
    for (let times = 0; times < 4; times += 1) {
      replies.push(
        await fetch(`${hubs[times % 2]!.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: LIST, variables: { u: usccs(60) } }),
        }),
      );
    }
    expect(replies.map((it) => it.status)).toEqual([200, 200, 429, 429]);
    expect(Number(replies[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is told at once where one question costs more than a whole minute', async () => {
    const fields = Array.from({ length: 3 }, (_, it) => `a${it}: penalties { complete }`).join(' ');
    const query = `query Q($u: [USCC!]!) { subjects(usccs: $u) { ${fields} } }`;
    const reply = await ask(hubs[0]!.url, query, { u: usccs(100) });
    expect(codeIn(reply)).toBe('COST_TOO_HIGH');
    expect(reply.errors?.[0]?.extensions).toMatchObject({
      limit: 150,
      hint: expect.stringContaining('ask for 49 subjects a request'),
    });
  });
});
