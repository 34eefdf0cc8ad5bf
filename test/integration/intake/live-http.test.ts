import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { LiveAnswer, LiveSource } from '../../../src/contracts/doors/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { clockOf } from '../../../src/infra/clock/index.ts';
import { loadConnector, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import { liveSourceOf } from '../../../src/intake/live/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { bodyOf, listenAnywhere, queryOf } from '../../support/called-feed.ts';
import { eventually } from '../../support/eventually.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const hub = { id: 'zibo', soleTraders: 'on' } as HubFile;
const EVIL = `91370304QQQQ"}) { a } #`;
const CODES = ['91370304QQQQ00611Q', '91370304QQQQ0062XG', '91370306QQQQ00013R', '91370303QQQQ005151'];

type Kind = 'bs-housing' | 'zd-housing';
type Handler = (codes: string[], response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let handler: Handler;
let now = Date.parse('2026-11-21T04:00:00Z');
const open = new Set<ServerResponse>();

async function codesOf(request: IncomingMessage): Promise<string[]> {
  if (request.method === 'GET') return queryOf(request)['tyshxydm'] ?? [];
  const { variables } = JSON.parse(await bodyOf(request)) as { variables: { codes: string[] } };
  return variables.codes;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    void codesOf(request).then((codes) => handler(codes, response, request));
  });
  const url = await listenAnywhere(server);
  process.env['XQ_BS_HOUSING_URL'] = url;
  process.env['XQ_ZD_HOUSING_URL'] = url;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() =>
  eventually(
    () => open.size,
    (it) => it === 0,
  ),
);

function sourceOf(kind: Kind, live: object = {}): LiveSource {
  const shipped = loadConnector(join(CONNECTORS, 'sources', kind), catalogue);
  const connector = { ...shipped, live: { ...shipped.live, ...live } } as LoadedConnector;
  return liveSourceOf({ connector, catalogue, hub, clock: clockOf(() => new Date(now)) });
}

const signal = new AbortController().signal;
const restRow = (code: string, more: object = {}) => ({
  TYSHXYDM: code,
  QYMC: '测试己有限公司',
  YSXKZH: `博房预售证第${code.slice(-4)}号`,
  XMMC: '测试雅苑',
  FZRQ: 20260408,
  YXQZ: '20280408',
  FZJG: '测试局',
  ...more,
});
const graphqlRow = (code: string) => ({
  creditCode: code,
  holder: '测试己有限公司',
  number: `张房预售证第${code.slice(-4)}号`,
  project: '测试广场',
  issuedOn: '2026-04-08',
  validTo: '2028-04-08',
  issuer: '测试局',
});
const ROWS: Readonly<Record<Kind, (codes: readonly string[], more?: unknown[]) => unknown>> = {
  'bs-housing': (codes, more = []) => ({ data: { list: [...codes.map((it) => restRow(it)), ...more] } }),
  'zd-housing': (codes, more = []) => ({ data: { permits: [...codes.map(graphqlRow), ...more] } }),
};
const answers =
  (kind: Kind, more: unknown[] = []): Handler =>
  (codes, response) =>
    response.end(JSON.stringify(ROWS[kind](codes, more)));

const codeOf = (work: Promise<LiveAnswer>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error as { code?: string }).code,
  );

const BAD: Readonly<Record<string, Handler>> = {
  'an error of its own': (_, response) => {
    response.statusCode = 500;
    response.end('Error: at /srv/app.js');
  },
  'a page of HTML': (_, response) => response.end('<html><body>维护中</body></html>'),
  'another structure': (_, response) => response.end('{"data":{"list":{"a":1},"permits":7}}'),
  'nothing at all': (_, response) => response.destroy(),
  'the way to another place': (_, response) => {
    response.writeHead(302, { location: '/elsewhere' }).end();
  },
  'an answer without end': (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1_000_000)));
    };
    response.on('drain', more);
    more();
  },
};

describe.each<Kind>(['bs-housing', 'zd-housing'])('the live source %s', (kind) => {
  it.each(Object.keys(BAD))('that answers with %s does not answer, and names no place', async (what) => {
    handler = BAD[what]!;
    const failed: unknown = await sourceOf(kind, { timeoutMs: 10_000 })
      .ask({ codes: CODES.slice(0, 1), signal })
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'LIVE_UNAVAILABLE', kind: 'transient' });
    expect((failed as Error).message).not.toMatch(/127\.0\.0\.1|srv|elsewhere/);
  });

  it('withholds what is no row, has wrong types, is about another subject, or about a person', async () => {
    const wrong = { ...restRow(CODES[0]!), ...graphqlRow(CODES[0]!) };
    const lies = [
      null,
      'text',
      { ...wrong, FZRQ: { a: [1] }, issuedOn: [2026, 4] },
      { ...wrong, TYSHXYDM: CODES[3], creditCode: CODES[3] },
      { ...wrong, QYMC: '张 3703061949 10010002', holder: '张 3703061949 10010002' },
    ];
    handler = answers(kind, lies);
    const answer = await sourceOf(kind).ask({ codes: CODES.slice(0, 1), signal });
    expect([answer.records.length, answer.withheld]).toEqual([1, 5]);
  });

  it('takes a code as a value: no character of it changes what is asked', async () => {
    const seen: unknown[] = [];
    handler = (codes, response, request) => {
      seen.push(codes, request.url?.includes('#'));
      response.end(JSON.stringify(ROWS[kind]([])));
    };
    await sourceOf(kind).ask({ codes: [EVIL], signal });
    expect(seen).toEqual([[EVIL], false]);
  });

  it('ends its calls when its asker goes away', async () => {
    handler = () => undefined;
    const controller = new AbortController();
    const asked = codeOf(sourceOf(kind).ask({ codes: CODES, signal: controller.signal }));
    await eventually(
      () => open.size,
      (it) => it > 0,
    );
    controller.abort();
    expect(await asked).toBe('LIVE_TIMEOUT');
    expect(
      await eventually(
        () => open.size,
        (it) => it === 0,
      ),
    ).toBe(0);
  });

  it('is left alone after repeated failures, and asked again when its wait is over', async () => {
    let calls = 0;
    handler = (_, response) => {
      calls += 1;
      response.destroy();
    };
    const source = sourceOf(kind, { breaker: { failures: 2 } });
    const ask = () => codeOf(source.ask({ codes: CODES.slice(0, 1), signal }));
    expect([await ask(), await ask(), await ask()]).toEqual([
      'LIVE_UNAVAILABLE',
      'LIVE_UNAVAILABLE',
      'LIVE_RESTING',
    ]);
    expect(calls).toBe(2);
    now += 1_000;
    handler = answers(kind);
    expect([await ask(), await ask()]).toEqual(['answered', 'answered']);
  });
});

describe('a source that takes one code at a time', () => {
  it('is asked with no more calls at once than it may, by all its askers together', async () => {
    let most = 0;
    handler = (codes, response) => {
      most = Math.max(most, open.size);
      setTimeout(() => answers('bs-housing')(codes, response, response.req), 20);
    };
    const source = sourceOf('bs-housing', { concurrency: 2 });
    const [first, second] = await Promise.all([
      source.ask({ codes: CODES, signal }),
      source.ask({ codes: CODES, signal }),
    ]);
    expect([first.records.length, second.records.length, most]).toEqual([4, 4, 2]);
  });

  it('keeps what it reached when its time is over, and says which codes it did not reach', async () => {
    handler = (codes, response, request) => {
      if (codes[0] !== CODES[1]) answers('bs-housing')(codes, response, request);
    };
    const answer = await sourceOf('bs-housing', { timeoutMs: 1_500 }).ask({ codes: CODES, signal });
    expect(answer.records.map((it) => it.subject.uscc)).toEqual([CODES[0], CODES[2], CODES[3]]);
    expect(answer.unanswered).toEqual(new Map([[CODES[1], 'TIMEOUT']]));
  });

  it('is asked no more often than its budget lets it, and is no less healthy for that', async () => {
    const heard: string[] = [];
    handler = (codes, response, request) => {
      heard.push(...codes);
      answers('bs-housing')(codes, response, request);
    };
    const source = sourceOf('bs-housing', {
      budget: { requests: 2, per: 3_600 },
      breaker: { failures: 1 },
      timeoutMs: 1_000,
    });
    const { records, unanswered } = await source.ask({ codes: CODES, signal });
    expect([records.length, unanswered, heard.length]).toEqual([
      2,
      new Map(CODES.filter((it) => !heard.includes(it)).map((it) => [it, 'TIMEOUT'])),
      2,
    ]);
    expect(await codeOf(source.ask({ codes: CODES, signal, timeoutMs: 50 }))).toBe('LIVE_TIMEOUT');
    expect(await codeOf(source.ask({ codes: CODES, signal }))).toBe('LIVE_TIMEOUT');
    expect(await codeOf(source.ask({ codes: CODES, signal, timeoutMs: 50 }))).toBe('LIVE_TIMEOUT');
    expect(heard).toHaveLength(2);
  });

  it('is no less healthy for an asker that has little time', async () => {
    handler = () => undefined;
    const source = sourceOf('bs-housing', { breaker: { failures: 1 } });
    const hurried = { codes: CODES.slice(0, 1), signal, timeoutMs: 50 };
    expect(await codeOf(source.ask(hurried))).toBe('LIVE_TIMEOUT');
    handler = answers('bs-housing');
    expect(await codeOf(source.ask({ codes: CODES, signal }))).toBe('answered');
  });
});

describe('a source that takes a list', () => {
  it('is asked once for a list of subjects', async () => {
    const asked: string[][] = [];
    handler = (codes, response, request) => {
      asked.push(codes);
      answers('zd-housing')(codes, response, request);
    };
    const answer = await sourceOf('zd-housing').ask({ codes: CODES, signal });
    expect([asked, answer.records.length]).toEqual([[CODES], 4]);
  });

  it('is not believed to be whole when it names errors beside its data', async () => {
    handler = (codes, response) =>
      response.end(
        JSON.stringify({ ...(ROWS['zd-housing'](codes) as object), errors: [{ message: 'partly' }] }),
      );
    expect(await codeOf(sourceOf('zd-housing').ask({ codes: CODES, signal }))).toBe('LIVE_UNAVAILABLE');
  });
});
