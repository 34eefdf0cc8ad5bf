import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { silentLog } from '../../../src/infra/log/index.ts';
import { openHintQueues, type HintQueues } from '../../../src/infra/queue/index.ts';
import { freshPrefix } from '../../support/servers.ts';
import {
  ask,
  codeOf,
  hubFile,
  makeKeys,
  openPort,
  startHub,
  usccOf,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';

let hub: RunningHub;
let queues: HintQueues;

beforeAll(async () => {
  queues = await openHintQueues({ ...freshPrefix(), log: silentLog() });
  hub = await startHub(await openPort(), {
    keys: makeKeys(),
    hub: hubFile('shandong', '370000'),
    more: { sharedBuckets: queues },
  });
});

afterAll(async () => {
  await hub.close();
  await queues.close();
});

const one = `subject(by: { uscc: "${usccOf(1)}" })`;

describe('admit', () => {
  it.each([
    ['GRAPHQL_PARSE_FAILED', '{'],
    ['DOCUMENT_TOO_LARGE', `{ me { channel } } # ${'x'.repeat(40_000)}`],
    ['DOCUMENT_TOO_LARGE', `{ me { ${'channel '.repeat(4_100)} } }`],
    ['CYCLIC_FRAGMENT', '{ me { ...A } } fragment A on Me { ...B } fragment B on Me { ...A }'],
    ['CYCLIC_FRAGMENT', '{ me { channel } } fragment A on Me { ...A }'],
    ['TOO_MANY_ALIASES', `{ ${Array.from({ length: 31 }, (_, it) => `a${it}: me { channel }`).join(' ')} }`],
    ['TOO_MANY_DIRECTIVES', `{ me { ${'channel @include(if: true) '.repeat(9)} } }`],
    ['TOO_MANY_DUPLICATES', `{ me { ${'channel '.repeat(20)} } }`],
    ['TOO_MANY_DEPTH', `{ ${one} ${'{ a '.repeat(11)}${'}'.repeat(11)} }`],
    ['GRAPHQL_VALIDATION_FAILED', '{ subjct { name } }'],
    ['GRAPHQL_VALIDATION_FAILED', '{ _entities(representations: []) { __typename } }'],
    ['GRAPHQL_VALIDATION_FAILED', '{ _service { sdl } }'],
    ['MIXED_INTROSPECTION', `{ __schema { queryType { name } } ${one} { name } }`],
    [
      'MIXED_INTROSPECTION',
      `{ ...A __typename } fragment A on Query { __type(name: "Me") { name } me { channel } }`,
    ],
    ['NO_OPERATION', 'query A { me { channel } } query B { me { channel } }'],
  ])('refuses by %s: %.60s', async (code, document) => {
    const reply = await ask(hub.url, document);
    expect(codeOf(reply)).toBe(code);
    expect(reply.data).toBeUndefined();
    expect(reply.errors?.[0]?.extensions).toMatchObject({ retryable: false, traceId: expect.any(String) });
  });

  it('refuses fragments that spread into a great many fields', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, it) => `fragment F${it} on Me { ...F${it + 1} ...F${it + 1} }`,
    );
    const reply = await ask(hub.url, `{ me { ...F0 } } ${levels.join(' ')} fragment F12 on Me { channel }`);
    expect(codeOf(reply)).toBe('TOO_MANY_FIELDS');
  });

  it('offers no suggestions', async () => {
    const reply = await ask(hub.url, '{ me { chanel } }');
    expect(reply.text).not.toMatch(/Did you mean|"channel"/);
  });

  it('refuses by cost with the limit, what it would cost, and a way out', async () => {
    const fields = Array.from({ length: 30 }, (_, it) => `a${it}: penalties { complete }`).join(' ');
    const query = `query Q($u: [USCC!]!) { subjects(usccs: $u) { ${fields} } }`;
    const reply = await ask(hub.url, query, { u: Array.from({ length: 100 }, (_, it) => usccOf(it)) });
    expect(reply.errors?.[0]?.extensions).toMatchObject({
      code: 'COST_TOO_HIGH',
      limit: 2_000,
      actual: expect.any(Number),
      hint: expect.any(String),
    });
  });

  it('tells the cost in every answer', async () => {
    const reply = await ask(
      hub.url,
      'query Q($u: [USCC!]!) { subjects(usccs: $u) { penalties { complete } licences { complete } } }',
      {
        u: [usccOf(1), usccOf(2)],
      },
    );
    expect(reply.extensions.cost).toMatchObject({ requested: 5, actual: 5, limit: 2_000 });
  });

  it('refuses more than 100 subjects', async () => {
    const reply = await ask(hub.url, 'query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc } }', {
      u: Array.from({ length: 101 }, (_, it) => usccOf(it)),
    });
    expect(reply.errors?.[0]?.extensions).toMatchObject({
      code: 'TOO_MANY_SUBJECTS',
      limit: 100,
      actual: 101,
    });
  });

  it('answers data next to an operation that looks at the schema, by name', async () => {
    const document = `query A { ${one} { uscc } } query B { __schema { queryType { name } } }`;
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, operationName: 'A' }),
    });
    expect(((await response.json()) as Reply).data.subject.uscc).toBe(usccOf(1));
  });

  it('answers each operation of one document by its name, also where several are asked for at once', async () => {
    const query = `query A { ${one} { uscc } } query B { me { channel } }`;
    const askFor = async (operationName: string) => {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, operationName }),
      });
      const { data, errors } = (await response.json()) as { data?: object; errors?: object[] };
      return JSON.stringify([operationName, Object.keys(data ?? {}), errors]);
    };
    const names = Array.from({ length: 100 }, (_, place) => (place % 2 === 0 ? 'A' : 'B'));
    expect(new Set(await Promise.all(names.map(askFor)))).toEqual(
      new Set(['["A",["subject"],null]', '["B",["me"],null]']),
    );
  });

  it('answers the introspection query, in which nothing of federation shows', async () => {
    const reply = await ask(hub.url, getIntrospectionQuery());
    const names = reply.data.__schema.types.map((it) => it.name);
    expect(names).toContain('AdministrativePenaltyConnection');
    expect(names.filter((it: string) => /^_|join__|link__/.test(it) && !it.startsWith('__'))).toEqual([]);
  });

  it('answers 200 to those who ask for JSON and 400 to those who read the newer media type', async () => {
    const old = await ask(hub.url, '{', {}, { accept: 'application/json' });
    const newer = await ask(hub.url, '{', {}, { accept: 'application/graphql-response+json' });
    expect([old.status, newer.status]).toEqual([200, 400]);
  });

  it('refuses a mutation', async () => {
    expect(codeOf(await ask(hub.url, 'mutation { __typename }'))).toMatch(
      /GRAPHQL_VALIDATION_FAILED|OPERATION_NOT_SUPPORTED/,
    );
  });

  it('serves requests under way while the schema is composed anew', async () => {
    const asking = Array.from({ length: 60 }, () =>
      ask(hub.url, `{ ${one} { uscc penalties { complete } } }`),
    );
    await hub.api.recompose();
    const replies = await Promise.all(asking);
    expect(replies.every((it) => it.data.subject.penalties.complete)).toBe(true);
  });
});
