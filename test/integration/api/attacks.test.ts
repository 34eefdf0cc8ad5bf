import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { ATTACKS } from '../../support/attacks.ts';
import { postSigned, type Caller } from '../../../src/exchange/partners/index.ts';
import { codeOf, type Reply, type RunningHub } from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

/* Each attack at each door, refused before any record is read, in at most 50 ms (the fastest of seven: the machine is shared). */
const MOST_MS = 50;
const TIMES = 7;

let hub: RunningHub;
let zhanjiang: Caller;

beforeAll(async () => {
  ({ hub, zhanjiang } = await startAskedHub({ purposes: ['BIDDING'], scopes: ['read:penalty'] }));
});

afterAll(async () => hub.close());

type Door = (body: string) => Promise<{ status: number; text: string }>;

async function unsigned(body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, text: await response.text() };
}

function signedAt(path: string): Door {
  return async (body) => {
    const answer = await postSigned(zhanjiang, zhanjiang.directory.get('shandong'), {
      path,
      body,
      idempotencyKey: randomUUID(),
      timeoutMs: 10_000,
      headers: { 'xinqiao-purpose': 'BIDDING' },
    });
    return { status: answer.status, text: answer.body.toString('utf8') };
  };
}

const DOORS: readonly (readonly [string, Door])[] = [
  ['public', unsigned],
  ['platform', signedAt('/graphql')],
  ['partner hub', signedAt('/partner/v1/graphql')],
];

const CASES = DOORS.flatMap(([door, send]) => ATTACKS.map((attack) => ({ door, send, ...attack })));

describe('attacks', () => {
  it.each(CASES)('by $name at the $door door are refused by $code', async ({ send, code, body }) => {
    const text = JSON.stringify(body);
    const tookMs: number[] = [];
    let last = await send(text);
    for (let times = 0; times < TIMES; times += 1) {
      const startedMs = performance.now();
      last = await send(text);
      tookMs.push(performance.now() - startedMs);
    }
    const reply = { ...(JSON.parse(last.text) as Reply), ...last };
    expect(codeOf(reply)).toBe(code);
    const { limit, hint } = reply.errors?.[0]?.extensions ?? {};
    if (/^(TOO_MANY|DOCUMENT_TOO_LARGE|BAD_PAGE)/.test(code))
      expect([typeof limit, typeof hint]).toEqual(['number', 'string']);
    expect(last.text).not.toMatch(/Did you mean|node_modules|127\.0\.0\.1/);
    expect(Math.min(...tookMs)).toBeLessThanOrEqual(MOST_MS);
  });

  it.each(DOORS)('by a batch at the %s door are refused', async (_, send) => {
    const { status, text } = await send(
      JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ me { channel } }' }))),
    );
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('leave the whole introspection query alone', async () => {
    const { text } = await unsigned(JSON.stringify({ query: getIntrospectionQuery() }));
    expect(JSON.parse(text)).toMatchObject({ data: { __schema: expect.anything() } });
  });
});
