import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { askHub } from '../../../src/apps/client/index.ts';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { findFreePort } from '../../../src/apps/embedded/index.ts';
import type { Config } from '../../../src/infra/config/index.ts';
import { environmentOf, eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';

/*
 * Shandong's query interface runs in two processes over one database and one hub file; another hub that it asks never
 * answers, so that requests are under way when their right ends.
 */
const CLI = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url));
const MOST_MS = 2_000;
const PURPOSE = 'PUBLIC_TENDER';
const LONG = 'query Q($u: USCC!) { subject(by: { uscc: $u }) { housingPresales { complete } } }';
const SHORT = '{ me { channel purpose scopes } }';

type Answer = { data?: { me?: { scopes: string[] } } | null; errors?: { extensions: { code: string } }[] };
type Change = (file: HubFile) => HubFile;

let world: HubWorld;
let config: Config;
let silent: Server;
let held: ServerResponse[] = [];
const children: ChildProcess[] = [];
const urls: string[] = [];

/** Zhanjiang may ask, Zhoucun is asked and never answers; then what a person changes. */
function fileWith(change: Change): Change {
  const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  return (file) =>
    change({
      ...file,
      partners: file.partners.map((it) => {
        if (it.id === 'zhoucun')
          return { ...it, url: silentUrl, ask: { datasets: ['housing_presale'], timeoutMs: 9_000 } };
        if (it.id !== 'zhanjiang') return it;
        return { ...it, query: { purposes: [PURPOSE, 'BIDDING'], scopes: ['read:licence', 'read:penalty'] } };
      }),
    });
}

/** Changes Zhanjiang's terms in the hub file that both processes run by. */
function edit(change: (partner: HubFile['partners'][number]) => HubFile['partners'][number]): void {
  const edited: Change = (file) => ({
    ...file,
    partners: file.partners.map((it) => (it.id === 'zhanjiang' ? change(it) : it)),
  });
  world.configOf('shandong', fileWith(edited));
}

const environment = (port: string, url: string): NodeJS.ProcessEnv =>
  environmentOf(config, { XINQIAO_PORT: port, XINQIAO_PUBLIC_URL: url });

async function xinqiao(...words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CLI, ...words], { env: environment('0', urls[0]!) }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(error.message));
    });
  });
}

async function ask(url: string, query: string, token?: string): Promise<Answer> {
  const { body } = await askHub({
    url,
    query,
    variables: query === LONG ? { u: '91370306QQQQ00013R' } : {},
    sender: {
      hub: 'zhanjiang',
      keyFile: world.keyFiles.zhanjiang,
      keyId: 'k1',
      purpose: PURPOSE,
      ...(token === undefined ? {} : { token }),
    },
    timeoutMs: 20_000,
  });
  return body as Answer;
}

const codeOf = (answer: Answer): string => answer.errors?.[0]?.extensions.code ?? 'answered';

beforeAll(async () => {
  silent = createServer((_request, response) => held.push(response));
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  world = await makeHubWorld();
  config = world.configOf(
    'shandong',
    fileWith((it) => it),
  );
  for (let process_ = 0; process_ < 2; process_ += 1) {
    const port = String(await findFreePort());
    const url = `http://127.0.0.1:${port}`;
    urls.push(url);
    const env = environment(port, url);
    children.push(spawn(process.execPath, [CLI, 'serve', '--role', 'gateway'], { stdio: 'ignore', env }));
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        (it) => it.status === 200,
        () => false,
      );
    await eventually('ready', isReady, 60_000);
  }
}, 120_000);

afterAll(async () => {
  await Promise.all(
    children
      .filter((it) => it.exitCode === null)
      .map((it) => {
        it.kill('SIGTERM');
        return once(it, 'exit');
      }),
  );
  silent.closeAllConnections();
  silent.close();
});

/** Has a request under way at both processes, ends its right, and measures until both are answered. */
async function endsWithin(revoke: () => Promise<void> | void, token?: string): Promise<number> {
  held = [];
  const running = Promise.all(urls.map((url) => ask(url, LONG, token)));
  await eventually('both processes ask on', () => Promise.resolve(held.length === urls.length));
  await revoke();
  const revokedMs = performance.now();
  const answers = await running;
  const tookMs = performance.now() - revokedMs;
  expect(answers.map((it) => [it.data ?? null, codeOf(it)])).toEqual(
    urls.map(() => [null, 'ACCESS_REVOKED']),
  );
  return tookMs;
}

/** What a new request at each process is answered by. */
async function newOnes(token?: string): Promise<string[]> {
  return Promise.all(urls.map(async (url) => codeOf(await ask(url, SHORT, token))));
}

async function restored(): Promise<void> {
  edit((it) => it);
  await eventually('allowed again', async () => (await newOnes()).every((it) => it === 'answered'), 5_000);
}

describe('a right that a person ends', () => {
  it('by taking a purpose out of the terms ends requests at every process within two seconds', async () => {
    const tookMs = await endsWithin(() =>
      edit((it) => ({ ...it, query: { purposes: ['BIDDING'], scopes: ['read:licence'] } })),
    );
    expect(tookMs).toBeLessThanOrEqual(MOST_MS);
    expect(await newOnes()).toEqual(['PURPOSE_NOT_AGREED', 'PURPOSE_NOT_AGREED']);
    await restored();
  }, 60_000);

  it('by naming fewer regions in the terms ends them too', async () => {
    const tookMs = await endsWithin(() =>
      edit((it) => ({ ...it, query: it.query && { ...it.query, producerRegions: ['370600'] } })),
    );
    expect(tookMs).toBeLessThanOrEqual(MOST_MS);
    expect(await newOnes()).toEqual(['answered', 'answered']);
    // Answered as before: that the former terms are back shows only behind terms that answer nobody.
    edit((it) => ({ ...it, query: { purposes: ['BIDDING'], scopes: ['read:licence'] } }));
    await eventually(
      'answering nobody',
      async () => (await newOnes()).every((it) => it !== 'answered'),
      5_000,
    );
    await restored();
  }, 60_000);

  it('by revoking the key in the hub file ends them too', async () => {
    const revokedAt = new Date().toISOString();
    const tookMs = await endsWithin(() =>
      edit((it) => ({ ...it, keys: it.keys.map((key) => ({ ...key, revokedAt })) })),
    );
    expect(tookMs).toBeLessThanOrEqual(MOST_MS);
    expect(await newOnes()).toEqual(['UNKNOWN_KEY', 'UNKNOWN_KEY']);
    await restored();
  }, 60_000);

  it('by taking the platform out of the hub file ends them too', async () => {
    const tookMs = await endsWithin(() => {
      const without: Change = (file) => ({
        ...file,
        partners: file.partners.filter((it) => it.id !== 'zhanjiang'),
      });
      world.configOf('shandong', fileWith(without));
    });
    expect(tookMs).toBeLessThanOrEqual(MOST_MS);
    expect(await newOnes()).toEqual(['UNKNOWN_KEY', 'UNKNOWN_KEY']);
    await restored();
  }, 60_000);

  it('by xinqiao tokens revoke ends them too, for one token and for an issuer', async () => {
    const issue = async (): Promise<{ token: string; claims: { jti: string } }> => {
      const words = ['--partner', 'zhanjiang', '--scope', 'read:licence', '--purpose', PURPOSE];
      const text = await xinqiao('token', 'issue', ...words, '--basis', '测试办法第三条', '--json');
      return JSON.parse(text) as Awaited<ReturnType<typeof issue>>;
    };
    const { token, claims } = await issue();
    const revoke = () => xinqiao('tokens', 'revoke', claims.jti).then(() => undefined);
    expect(await endsWithin(revoke, token)).toBeLessThanOrEqual(MOST_MS);
    expect(await newOnes(token)).toEqual(['TOKEN_REVOKED', 'TOKEN_REVOKED']);
    const another = (await issue()).token;
    expect(await newOnes(another)).toEqual(['answered', 'answered']);
    const whole = () => xinqiao('tokens', 'revoke', '--issuer', 'shandong').then(() => undefined);
    expect(await endsWithin(whole, another)).toBeLessThanOrEqual(MOST_MS);
    await xinqiao('tokens', 'restore', '--issuer', 'shandong');
    await eventually(
      'allowed again',
      async () => (await newOnes(another)).every((it) => it === 'answered'),
      5_000,
    );
  }, 90_000);

  it('is seen beforehand: tokens verify by the published keys, and who read what is listed', async () => {
    const words = ['--partner', 'zhanjiang', '--scope', 'read:licence', '--purpose', PURPOSE];
    const token = (
      await xinqiao('token', 'issue', ...words, '--basis', '测试办法第三条', '--life', '60')
    ).trim();
    const jwks: unknown = JSON.parse(await (await fetch(`${urls[1]!}/.well-known/jwks.json`)).text());
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks as JSONWebKeySet), {
      issuer: 'shandong',
      audience: 'shandong',
      subject: 'zhanjiang',
    });
    expect(payload.scope).toBe('read:licence');
    await expect(xinqiao('token', 'issue', ...words)).rejects.toThrow();
    await expect(xinqiao('reads', 'list')).rejects.toThrow('BAD_USAGE');
    expect(await xinqiao('reads', 'list', '--producer', '11370306QQQQ00013R', '--json')).toBe('');
  }, 90_000);

  it('leaves the former terms in force where the changed hub file is faulty, and says so', async () => {
    writeFileSync(join(world.folder, 'shandong.hub.yml'), 'kind: Hub\npartners: 7\n');
    const faults = async () => {
      const bodies = await Promise.all(urls.map(async (url) => (await fetch(`${url}/readyz`)).text()));
      return bodies.every((it) => (JSON.parse(it) as { degraded: string[] }).degraded.includes('hub-file'));
    };
    await eventually('both say so', faults, 5_000);
    expect(await newOnes()).toEqual(['answered', 'answered']);
    await restored();
  }, 60_000);
});
