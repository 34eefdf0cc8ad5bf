import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { graphql, parse } from 'graphql';
import { composeSupergraph } from '../../../src/api/gateway/index.ts';
import { closePort, openPort } from './hub-fixture.ts';

const CLI = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url));
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const OFFICES = parse(`${LINK}
  type Query { offices: [Office!]! office(id: ID!): Office titled: [Titled] places: [Place] all: [Place!]! }
  type Mutation { rename(id: ID!, title: String!): Office }
  interface Titled { title: String }
  union Place = Office | Desk
  type Desk implements Titled { title: String drawers: Int }
  type Office implements Titled @key(fields: "id") { id: ID! title: String }`);
const ROOMS = parse(`${LINK}
  type Office @key(fields: "id") { id: ID! rooms: [Room!]! }
  type Room { number: Int! }`);

type Place = Awaited<ReturnType<typeof openPort>>;
type Office = { id: string; title: string };

let folder: string;
let places: Place[];
let child: ChildProcess;
let url: string;
const offices: Office[] = [
  { id: '1', title: '一号窗口' },
  { id: '2', title: '二号窗口' },
];

/** A subgraph of other people: plain GraphQL over HTTP, with nothing of a hub's. */
async function serveSubgraph(typeDefs: ReturnType<typeof parse>, resolvers: object): Promise<Place> {
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  const place = await openPort();
  place.app.post('/', express.json(), (request, response, next) => {
    const { query, variables } = request.body as { query: string; variables: Record<string, unknown> };
    graphql({ schema, source: query, variableValues: variables }).then((it) => response.json(it), next);
  });
  return place;
}

async function ask(
  query: string,
  variables: object = {},
  operationName?: string,
): Promise<{ data: unknown; errors?: { message: string }[] }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return (await response.json()) as { data: unknown; errors?: { message: string }[] };
}

/** Runs a command of the command line to its end. */
async function run(...words: string[]): Promise<{ code: number | null; said: string }> {
  const process_ = spawn(process.execPath, [CLI, ...words], { env: { ...process.env, NODE_OPTIONS: '' } });
  let said = '';
  process_.stderr.on('data', (it) => (said += String(it)));
  const code = await new Promise<number | null>((resolve) => process_.once('exit', resolve));
  return { code, said };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-open-'));
  const byId = (id: string) => offices.find((it) => it.id === id);
  const all = () => [...offices, { title: '三号桌', drawers: 2 }];
  const typeOf = { __resolveType: (it: object) => ('drawers' in it ? 'Desk' : 'Office') };
  const first = await serveSubgraph(OFFICES, {
    Query: {
      ...{ titled: all, places: all, all, offices: () => offices },
      office: (_: unknown, { id }: Office) => byId(id),
    },
    Titled: typeOf,
    Place: typeOf,
    Mutation: { rename: (_: unknown, { id, title }: Office) => Object.assign(byId(id)!, { title }) },
    Office: { __resolveReference: ({ id }: Office) => byId(id) },
  });
  const rooms = ({ id }: Office) => (id === '2' ? [null] : [{ number: 101 }]);
  const second = await serveSubgraph(ROOMS, { Office: { __resolveReference: (it: Office) => it, rooms } });
  places = [first, second];
  const { sdl } = composeSupergraph([
    { name: 'offices', typeDefs: OFFICES, url: first.url },
    { name: 'rooms', typeDefs: ROOMS, url: second.url },
  ]);
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, sdl);
  child = spawn(process.execPath, [CLI, 'gateway', '--supergraph', file, '--port', '0', '--open'], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const port = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(said)));
    child.stderr?.on('data', (it) => {
      said += String(it);
      const found = /ready on port (\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  child.kill('SIGTERM');
  for (const place of places) await closePort(place.server);
  rmSync(folder, { recursive: true });
});

describe('the gateway alone over a supergraph of other people', () => {
  it('starts neither without --open nor over what is no supergraph', async () => {
    const file = join(folder, 'plain.graphql');
    writeFileSync(file, 'type Query { a: Int }');
    expect(await run('gateway', '--supergraph', file)).toMatchObject({
      code: 1,
      said: expect.stringContaining('BAD_USAGE') as unknown,
    });
    expect(await run('gateway', '--supergraph', file, '--open', '--port', '0')).toMatchObject({
      code: 1,
      said: expect.stringContaining('SUPERGRAPH_UNREADABLE') as unknown,
    });
  });

  it('joins what two subgraphs know', async () => {
    const { data, errors } = await ask('{ office(id: "1") { title rooms { number } } }');
    expect([data, errors]).toEqual([{ office: { title: '一号窗口', rooms: [{ number: 101 }] } }, undefined]);
  });

  it('fills in what variables default to, and refuses values of another type', async () => {
    const query = 'query Q($id: ID = "1") { office(id: $id) { title } }';
    expect((await ask(query)).data).toEqual({ office: { title: '一号窗口' } });
    expect((await ask(query, { id: ['1', '2'] })).errors).toHaveLength(1);
  });

  it('answers the operation that is named, and leaves out what is switched off', async () => {
    const query = `query A { offices { id } }
      query B($rooms: Boolean!) { office(id: "1") { id ...R @include(if: $rooms) } }
      fragment R on Office { rooms { number } }`;
    expect((await ask(query, { rooms: false }, 'B')).data).toEqual({ office: { id: '1' } });
    expect((await ask(query, { rooms: true }, 'B')).data).toEqual({
      office: { id: '1', rooms: [{ number: 101 }] },
    });
  });

  it('takes a null in a non-null place up to the nearest nullable one', async () => {
    const { data, errors } = await ask('{ office(id: "2") { title rooms { number } } }');
    expect([data, (errors ?? []).length > 0]).toEqual([{ office: null }, true]);
  });

  it('takes a null up through interfaces and unions alike, and shows no type that was not asked for', async () => {
    const one = { title: '一号窗口', rooms: [{ number: 101 }] };
    const desk = { title: '三号桌', drawers: 2 };
    const office = '... on Office { title rooms { number } } ... on Desk { title drawers }';
    expect((await ask(`{ titled { title ${office} } }`)).data).toEqual({ titled: [one, null, desk] });
    expect((await ask(`{ places { ...P } } fragment P on Place { ${office} }`)).data).toEqual({
      places: [one, null, desk],
    });
    expect((await ask(`{ places { __typename ... on Titled { title } } }`)).data).toEqual({
      places: [
        { __typename: 'Office', title: '一号窗口' },
        { __typename: 'Office', title: '二号窗口' },
        { __typename: 'Desk', title: '三号桌' },
      ],
    });
    const { data, errors } = await ask(`{ all { ${office} } }`);
    expect([data, errors?.length]).toEqual([null, 1]);
  });

  it('runs mutations', async () => {
    const { data } = await ask('mutation { rename(id: "1", title: "新窗口") { title rooms { number } } }');
    expect(data).toEqual({ rename: { title: '新窗口', rooms: [{ number: 101 }] } });
  });

  it('answers introspection without the directives of federation', async () => {
    const { data } = await ask('{ __type(name: "Office") { fields { name } } }');
    expect(data).toEqual({ __type: { fields: [{ name: 'id' }, { name: 'title' }, { name: 'rooms' }] } });
    expect((await ask('{ _service { sdl } }')).errors).toHaveLength(1);
  });

  it('names no address of a subgraph that is down', async () => {
    await closePort(places[1]!.server);
    const { data, errors } = await ask('{ office(id: "1") { title rooms { number } } }');
    expect(data).toEqual({ office: null });
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|ECONN|stack/);
  });
});
