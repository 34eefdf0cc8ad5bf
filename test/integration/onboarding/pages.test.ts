import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { buildSchema } from 'graphql';
import type { Browser } from 'playwright-core';
import { listErrors, makePages, type StatusView } from '../../../src/apps/pages/index.ts';
import { startBrowser } from '../../support/browser.ts';
import { startSandboxProcess, type SandboxProcess } from '../../support/sandbox.ts';

const NOW = new Date('2026-11-21T04:00:00Z');
const VIEW: StatusView = {
  hub: { zh: '测试平台<b>', en: 'Test & hub' },
  region: '370306',
  records: 1_234,
  subjects: 5,
  quarantined: 0,
  moving: 0,
  queue: 'ready',
  sources: [],
  partners: [],
};

/** Programs are started by these tests, on a machine that may be busy. */
jest.setTimeout(120_000);

let sandbox: SandboxProcess;
let url: string;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  ({ url } = sandbox.facts);
});

afterAll(async () => {
  await sandbox.interrupt();
});

type Pages = Partial<Parameters<typeof makePages>[0]>;

/** Pages without a hub behind them, for states that a hub is rarely in. */
async function withPages(parts: Pages, look: (url: string) => Promise<void>): Promise<void> {
  const app = express();
  const readStatus = () => Promise.resolve(VIEW);
  app.use(makePages({ sandbox: false, graphiql: false, schema: null, now: () => NOW, readStatus, ...parts }));
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await look(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Directives of a policy that let another origin in. */
function foreignSources(policy: string): string[] {
  const allowed = /^('self'|'none'|'unsafe-inline'|'sha256-[^']+'|data:)$/;
  return policy.split(';').flatMap((directive) => {
    const [name = '', ...sources] = directive.trim().split(' ');
    return sources.filter((it) => !allowed.test(it)).map((it) => `${name} ${it}`);
  });
}

describe('GraphiQL', () => {
  it('is not served where it is neither sandbox nor development', async () => {
    await withPages({}, async (at) => {
      for (const path of ['/graphiql', '/graphiql/graphiql.js']) {
        expect((await fetch(at + path)).status).toBe(404);
      }
    });
  });

  it('has a policy that lets no other origin in, with and without a browser to prove it', async () => {
    expect(foreignSources("default-src 'none'; script-src 'self' https://cdn.example")).toHaveLength(1);
    const page = await fetch(`${url}/graphiql`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(foreignSources(policy)).toEqual([]);
    const html = await page.text();
    const places = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, it]) => it ?? '');
    expect(places.length).toBeGreaterThan(5);
    for (const place of places) expect(place).toMatch(/^(\/graphiql\/|data:,$)/);
    for (const place of places.filter((it) => it.startsWith('/'))) {
      expect({ place, status: (await fetch(url + place)).status }).toEqual({ place, status: 200 });
    }
    const css = await (await fetch(`${url}/graphiql/graphiql.css`)).text();
    const loaded = [...css.matchAll(/url\(["']?([^"')]{1,20})/g)].map(([, it]) => it ?? '');
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((it) => !it.startsWith('data:'))).toEqual([]);
  });
});

describe('the pages in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Opens a page and notes what left its origin and what the browser complained of. */
  async function open(path: string) {
    const page = await browser.newPage();
    const left: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${url}/`) && !/^(data|blob):/.test(asked)) left.push(asked);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url + path, { waitUntil: 'networkidle' });
    return { page, left, complaints };
  }

  it('GraphiQL asks and answers with no request to any other origin', async () => {
    const { page, left, complaints } = await open('/graphiql');
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.result-window', { hasText: '测试甲食品有限公司' }).waitFor({ timeout: 10_000 });
    await page.locator('button[aria-label*="Documentation"]').first().click();
    await page.locator('.graphiql-doc-explorer', { hasText: 'Query' }).waitFor({ timeout: 10_000 });
    expect({ left, complaints }).toEqual({ left: [], complaints: [] });
    await page.close();
  });

  it.each(['/', '/status', '/errors'])(
    '%s is readable without script and asks nothing elsewhere',
    async (path) => {
      const { page, left, complaints } = await open(path);
      expect({ left, complaints, scripts: await page.locator('script').count() }).toEqual({
        left: [],
        complaints: [],
        scripts: 0,
      });
      expect(await page.locator('h1').innerText()).toMatch(/^\p{Script=Han}+$/u);
      await page.close();
    },
  );
});

describe('/schemas', () => {
  it('names what there is and gives each as a JSON Schema, and nothing else', async () => {
    const named = (await (await fetch(`${url}/schemas`)).json()) as string[];
    expect(named).toContain('/schemas/connector.json');
    const answer = await fetch(`${url}/schemas/connector.json`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/schema\+json/);
    expect(await answer.json()).toMatchObject({ $id: 'urn:xinqiao:schema:1:connector' });
    expect((await fetch(`${url}/schemas/toString.json`)).status).toBe(404);
  });
});

describe('/schema.graphql', () => {
  it('is the schema that askers see, and comes once', async () => {
    const first = await fetch(`${url}/schema.graphql`);
    const sdl = await first.text();
    const schema = buildSchema(sdl, { assumeValidSDL: true });
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toContain('subjects');
    expect(sdl).not.toMatch(/join__|_entities|_service/);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${url}/schema.graphql`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('is that of the generation in use', async () => {
    const schema = { publicSdl: 'type Query { a: Int }' };
    await withPages({ schema }, async (at) => {
      const first = await fetch(`${at}/schema.graphql`);
      schema.publicSdl = 'type Query { a: Int b: Int }';
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
      const second = await fetch(`${at}/schema.graphql`, { headers });
      expect([second.status, await second.text()]).toEqual([200, schema.publicSdl]);
    });
  });
});

describe('/errors', () => {
  it('names exactly the codes that docs/errors.md names, to people and to machines', async () => {
    const document = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
    const documented = [...document.matchAll(/^\| `([A-Z][A-Z0-9_]+)`/gm)].map(([, it]) => it ?? '');
    const answer = await fetch(`${url}/errors`, { headers: { accept: 'application/json' } });
    const { errors } = (await answer.json()) as {
      errors: { code: string; retryable: boolean; kind: string }[];
    };
    expect(errors.map((it) => it.code).sort()).toEqual(documented.sort());
    expect(errors.every((it) => it.retryable === (it.kind === 'transient'))).toBe(true);
    const page = await fetch(`${url}/errors`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('vary')).toMatch(/accept/i);
    const html = await page.text();
    for (const code of new Set(documented)) expect(html).toContain(`id="${code}"`);
  });

  it('comes from the catalogues of the closets', async () => {
    expect((await listErrors()).map((it) => it.code)).toContain('SANDBOX_IN_PRODUCTION');
  });
});

describe('/status', () => {
  it('says that the state cannot be read, with 503 and nothing of the inside', async () => {
    const readStatus = () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:27017'));
    await withPages({ readStatus }, async (at) => {
      const answer = await fetch(`${at}/status`);
      const html = await answer.text();
      expect(answer.status).toBe(503);
      expect(html).toContain('暂不可用');
      expect(html).not.toMatch(/ECONNREFUSED|10\.1\.2\.3/);
    });
  });

  it('names a partner for whom data have waited too long, and escapes what it shows', async () => {
    const partner = { name: { zh: '测试伙伴', en: 'Test partner' }, waiting: 3 };
    const late = { ...partner, oldestPendingAt: new Date(NOW.getTime() - 2 * 3_600_000) };
    const readStatus = () => Promise.resolve({ ...VIEW, partners: [late] });
    await withPages({ readStatus }, async (at) => {
      const html = await (await fetch(`${at}/status`)).text();
      expect(html).toContain('降级运行');
      expect(html).toContain('发往测试伙伴的数据已等待一小时以上');
      expect(html).toContain('测试平台&lt;b&gt;');
      expect(html).not.toContain('Sandbox');
    });
  });

  it('shows no address of this hub or its stores', async () => {
    const html = await (await fetch(`${url}/status`)).text();
    expect(html).toContain('运行正常');
    expect(html).not.toMatch(/127\.0\.0\.1|localhost|mongodb|redis:|:\d{4,5}\b/);
  });
});
