import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Config } from '../../../src/infra/config/index.ts';
import { environmentOf, eventually, makeHubWorld } from '../../support/hubs.ts';

const CLI = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url));
const SECRET = 'a secret of more than thirty-two characters';
const started: ChildProcess[] = [];
let config: Config;
let subgraphs: string;
let gateway: string;
let worker: string;

async function freeUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function ready(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (it) => it.status === 200,
    () => false,
  );
}

async function start(url: string, words: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CLI, 'serve', ...words], {
    stdio: 'ignore',
    env: environmentOf(config, {
      XINQIAO_PORT: new URL(url).port,
      XINQIAO_PUBLIC_URL: url,
      XINQIAO_SUBGRAPH_SECRET: SECRET,
    }),
  });
  started.push(child);
  await eventually(`${words.join(' ')} ready`, () => ready(url), 30_000);
  return child;
}

async function ask(
  query: string,
): Promise<{ data?: { subject: Record<string, { complete: boolean }> | null } }> {
  const response = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return JSON.parse(await response.text()) as Awaited<ReturnType<typeof ask>>;
}

beforeAll(async () => {
  config = (await makeHubWorld()).configOf('zhanjiang');
  [subgraphs, gateway, worker] = [await freeUrl(), await freeUrl(), await freeUrl()];
}, 60_000);
afterAll(async () => {
  await Promise.all(
    started
      .filter((it) => it.exitCode === null && it.signalCode === null)
      .map((it) => {
        it.kill('SIGTERM');
        return once(it, 'exit');
      }),
  );
});

describe('a hub as separate processes', () => {
  const QUERY =
    '{ subject(by: {uscc: "91370306QQQQ00013R"}) { uscc penalties { complete } licences { complete } } }';

  it('answers through a gateway whose subgraphs run elsewhere, beside a worker', async () => {
    const served = await start(subgraphs, ['--role', 'subgraphs']);
    await start(gateway, ['--role', 'gateway', '--subgraphs-at', subgraphs]);
    await start(worker, ['--role', 'worker']);
    const { data } = await ask(QUERY);
    expect(data?.subject).toMatchObject({
      uscc: '91370306QQQQ00013R',
      penalties: { complete: true },
      licences: { complete: true },
    });
    served.kill('SIGKILL');
    await once(served, 'exit');
    expect((await ask(QUERY)).data?.subject ?? null).toBeNull();
  }, 60_000);

  it('refuses to ask a subgraph for one who does not share the secret', async () => {
    const served = await start(subgraphs, ['--role', 'subgraphs', '--subgraph', 'subjects']);
    const answer = await fetch(`${subgraphs}/subgraphs/subjects`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(answer.status).toBe(401);
    served.kill('SIGTERM');
    await once(served, 'exit');
  }, 60_000);
});
