import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { postSigned, type Caller } from '../../../src/exchange/partners/index.ts';
import {
  codeOf,
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

/* Each attack at each door, refused before any record is read, in at most 50 ms (the fastest of seven: the machine is shared). */
const keys = { shandong: makeKeys(), zhanjiang: makeKeys() };
const MOST_MS = 50;
const TIMES = 7;

let hub: RunningHub;
let zhanjiang: Caller;

beforeAll(async () => {
  hub = await startHub(await openPort(), {
    keys: keys.shandong,
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('zhanjiang', keys.zhanjiang, {
          query: { purposes: ['BIDDING'], scopes: ['read:penalty'] },
        }),
      ],
    }),
  });
  zhanjiang = platformOf('zhanjiang', keys.zhanjiang, { hub, keys: keys.shandong });
});

afterAll(async () => hub.close());

const many = (count: number, make: (place: number) => string) =>
  Array.from({ length: count }, (_, it) => make(it)).join(' ');
const one = `subject(by: { uscc: "${usccOf(1)}" })`;
const codes = (count: number) => Array.from({ length: count }, (_, it) => usccOf(it % 9_000));
const LIST = 'query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc penalties { complete } } }';

/** Name, code of the refusal, body. Those whose refusal is a limit name it and a way out. */
const ATTACKS: readonly (readonly [string, string, unknown])[] = [
  ['aliases', 'TOO_MANY_ALIASES', { query: `{ ${many(150, (it) => `a${it}: ${one} { name }`)} }` }],
  ['few long aliases', 'TOO_MANY_ALIASES', { query: `{ ${many(200, (it) => `a${it}: me { channel }`)} }` }],
  ['directives', 'TOO_MANY_DIRECTIVES', { query: `{ me { channel ${'@skip(if: false) '.repeat(500)} } }` }],
  ['depth', 'TOO_MANY_DEPTH', { query: `{ ${one} ${'{ a '.repeat(900)}${'}'.repeat(900)} }` }],
  [
    'cyclic fragments',
    'CYCLIC_FRAGMENT',
    { query: `{ me { ...F0 } } ${many(200, (it) => `fragment F${it} on Me { ...F${(it + 1) % 200} }`)}` },
  ],
  [
    'fragments that double',
    'TOO_MANY_FIELDS',
    {
      query: `{ me { ...F0 } } ${many(40, (it) => `fragment F${it} on Me { ...F${it + 1} ...F${it + 1} }`)} fragment F40 on Me { channel }`,
    },
  ],
  ['field duplication', 'TOO_MANY_DUPLICATES', { query: `{ me { ${'channel '.repeat(1_500)} } }` }],
  ['duplicated selections', 'TOO_MANY_DUPLICATES', { query: `{ ${many(300, () => 'me { channel }')} }` }],
  ['tokens', 'DOCUMENT_TOO_LARGE', { query: `{ me { ${'channel '.repeat(3_999)} } }` }],
  ['a huge document', 'DOCUMENT_TOO_LARGE', { query: `{ me { channel } } # ${'x'.repeat(60_000)}` }],
  ['a huge list in variables', 'TOO_MANY_SUBJECTS', { query: LIST, variables: { u: codes(1_500) } }],
  ['a huge body', 'DOCUMENT_TOO_LARGE', { query: LIST, variables: { u: codes(50_000) } }],
  [
    'a huge list in the document',
    'DOCUMENT_TOO_LARGE',
    {
      query: `{ subjects(usccs: [${codes(3_990)
        .map((it) => `"${it}"`)
        .join(' ')}]) { uscc } }`,
    },
  ],
  ['a page without end', 'BAD_PAGE', { query: `{ ${one} { penalties(first: 2000000) { complete } } }` }],
  [
    'deep introspection',
    'TOO_MANY_DEPTH',
    { query: `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} } '.repeat(12)} } } }` },
  ],
  [
    'circular introspection',
    'TOO_MANY_DUPLICATES',
    { query: `{ ${many(40, () => '__schema { types { name } }')} }` },
  ],
  [
    'introspection beside data',
    'MIXED_INTROSPECTION',
    { query: `{ __schema { queryType { name } } ${one} { name } }` },
  ],
  ['entities', 'GRAPHQL_VALIDATION_FAILED', { query: '{ _entities(representations: []) { __typename } }' }],
  ['conflicting fields', 'GRAPHQL_VALIDATION_FAILED', { query: '{ me { x: channel x: platform } }' }],
];

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

const CASES = DOORS.flatMap(([door, send]) =>
  ATTACKS.map(([name, code, body]) => ({ door, send, name, code, body })),
);

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
      JSON.stringify(Array.from({ length: 50 }, () => ({ query: `{ ${one} { name } }` }))),
    );
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('leave the whole introspection query alone', async () => {
    const { text } = await unsigned(JSON.stringify({ query: getIntrospectionQuery() }));
    expect(JSON.parse(text)).toMatchObject({ data: { __schema: expect.anything() } });
  });
});
