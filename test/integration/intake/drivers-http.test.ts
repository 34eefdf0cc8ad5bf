import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import iconv from 'iconv-lite';
import { bodyOf, listenAnywhere } from '../../support/called-feed.ts';
import { connectorOf, readAll, type Heard } from './driver-fixture.ts';

type Asked = { readonly url: URL; readonly request: IncomingMessage };
type Answer = { status?: number; headers?: Record<string, string>; body?: string | Buffer };

const servers: Server[] = [];
let asked: Asked[] = [];

beforeAll(() => {
  process.env['XINQIAO_TEST_HTTP_SECRET'] = 's3cret/+:';
});
afterEach(() => {
  asked = [];
  for (const it of servers.splice(0)) {
    it.closeAllConnections();
    it.close();
  }
});

const SECRET = '${env:XINQIAO_TEST_HTTP_SECRET}';

/** A feed whose answers are given by a function; what it was asked is noted. */
async function feed(answer: (it: Asked, response: ServerResponse) => Answer | null): Promise<string> {
  const server = createServer((request, response) => {
    const it = { url: new URL(request.url ?? '/', 'http://feed'), request };
    asked.push(it);
    const found = answer(it, response);
    if (found === null) return;
    response.writeHead(found.status ?? 200, found.headers ?? {}).end(found.body ?? '');
  });
  servers.push(server);
  return listenAnywhere(server);
}

const rest = (url: string, more: object = {}): Promise<Heard> =>
  readAll(connectorOf({ type: 'rest', url, retries: 0, ...more }));
const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });
const rowsOf = (...codes: (string | number)[]): object[] => codes.map((it) => ({ DM: String(it) }));
const codesOf = (heard: Heard): (string | undefined)[] => heard.rows.map((it) => it['DM']);

describe('a feed with a cursor', () => {
  const paging = { by: 'cursor', next: 'meta.next', size: 2, sizeParameter: 'n' };

  it('that names one cursor for ever is left, after the rows before', async () => {
    let page = 0;
    const url = await feed(() => json({ data: rowsOf((page += 1)), meta: { next: 'again' } }));
    const heard = await rest(url, { paging });
    expect([heard.faults, codesOf(heard)]).toEqual([[':REST_CURSOR_REPEATED'], ['1', '2']]);
  });

  it('is read until it names none, through empty pages', async () => {
    const url = await feed(({ url: { searchParams } }) => {
      const at = Number(searchParams.get('cursor') ?? 0);
      return json({ data: at === 1 ? [] : rowsOf(at), meta: { next: at < 3 ? at + 1 : null } });
    });
    const heard = await rest(url, { paging });
    expect([heard.faults, codesOf(heard)]).toEqual([[], ['0', '2', '3']]);
    expect(asked[0]?.url.search).toBe('?n=2');
  });
});

describe('a feed with links', () => {
  const paging = { by: 'link' };
  const link = (target: string): Record<string, string> => ({ link: `<${target}>; rel="next"` });

  it('that leads back or to another server is left, and nothing is sent there', async () => {
    const other = await feed(() => json({ data: [] }));
    const url = await feed(({ url: { searchParams } }) => ({
      headers: link(searchParams.get('p') === '2' ? '/?p=1' : '/?p=2'),
      ...json({ data: rowsOf(asked.length) }),
    }));
    const loop = await rest(`${url}?p=1`, { paging });
    expect([loop.faults, codesOf(loop)]).toEqual([[':REST_LINK_LOOP'], ['1', '2']]);
    asked = [];
    const away = await feed(() => ({ headers: link(other), ...json({ data: rowsOf(1) }) }));
    const heard = await rest(away, { paging, auth: { kind: 'bearer', token: SECRET } });
    expect([heard.faults, codesOf(heard)]).toEqual([[':REST_LINK_ELSEWHERE'], ['1']]);
    expect(asked).toHaveLength(1);
  });

  it('is read along them', async () => {
    const url = await feed(({ url: { pathname } }) => ({
      ...(pathname === '/' ? { headers: link('more/2') } : {}),
      ...json({ data: rowsOf(pathname) }),
    }));
    expect(codesOf(await rest(url, { paging }))).toEqual(['/', '/more/2']);
  });
});

describe('a feed that counts', () => {
  it('that goes on for ever is left', async () => {
    const url = await feed(() => json({ data: rowsOf(asked.length) }));
    const heard = await rest(url, { paging: { by: 'offset', size: 1, maxPages: 3 } });
    expect([heard.faults, heard.rows.length]).toEqual([[':REST_NEVER_ENDS'], 3]);
  });

  it('is asked for rows behind those that came, or from page 0', async () => {
    const all = rowsOf(0, 1, 2, 3, 4);
    const offsets = await feed(({ url: { searchParams } }) => {
      const at = Number(searchParams.get('offset'));
      return json({ data: all.slice(at, at + 2), total: 5 });
    });
    expect(codesOf(await rest(offsets, { paging: { by: 'offset', size: 3, total: 'total' } }))).toEqual(
      all.map((_, at) => String(at)),
    );
    const pages = await feed(({ url: { searchParams } }) => {
      const at = Number(searchParams.get('page')) * 2;
      return json({ data: all.slice(at, at + 2) });
    });
    expect((await rest(pages, { paging: { by: 'page', first: 0, size: 2 } })).rows).toHaveLength(5);
  });
});

describe('a feed in XML', () => {
  const more = { format: 'xml', rows: 'list.row' };

  it('with a document type is refused, and one without its list', async () => {
    const bomb = await feed(() => ({ body: '<!DOCTYPE a [<!ENTITY b "x">]><list><row/></list>' }));
    expect((await rest(bomb, more)).faults).toEqual([':XML_DOCUMENT_TYPE']);
    expect((await rest(await feed(() => ({ body: '<html/>' })), more)).faults).toEqual([':NO_ROWS']);
  });

  it('is read page by page, in its own encoding', async () => {
    const url = await feed(({ url: { searchParams } }) => {
      const next = searchParams.get('cursor') === null ? '<next>2</next>' : '';
      const text = `<answer><n>2</n><list><row id="1"><DM>测试${next.length}</DM></row></list>${next}</answer>`;
      return { headers: { 'content-type': 'text/xml; charset=GBK' }, body: iconv.encode(text, 'gbk') };
    });
    const heard = await rest(url, {
      ...more,
      paging: { by: 'cursor', next: 'answer.next', total: 'answer.n' },
    });
    expect(heard.faults).toEqual([]);
    expect(codesOf(heard)).toEqual(['测试14', '测试0']);
    expect(heard.pages.map((it) => it.declaredTotal)).toEqual([2, 2]);
  });
});

describe('who we are to a feed', () => {
  const echo = ({ url, request }: Asked): Answer =>
    json({ data: [{ DM: request.headers.authorization ?? request.headers['x-key'] ?? url.search }] });

  it('stays with the server that is declared: no redirect is followed', async () => {
    const other = await feed(echo);
    asked = [];
    const url = await feed(() => ({ status: 302, headers: { location: other } }));
    expect((await rest(url, { auth: { kind: 'bearer', token: SECRET } })).faults).toEqual([
      ':HTTP_REDIRECTED',
    ]);
    expect(asked).toHaveLength(1);
  });

  it('is told in each way, and a secret that is not set is named', async () => {
    const url = await feed(echo);
    const told = async (auth: object): Promise<unknown> => codesOf(await rest(url, { auth }))[0];
    const key = { kind: 'key', name: 'x-key', key: SECRET };
    expect(await told({ kind: 'bearer', token: SECRET })).toBe('Bearer s3cret/+:');
    expect(await told({ kind: 'basic', user: '局', password: SECRET })).toBe(
      `Basic ${Buffer.from('局:s3cret/+:').toString('base64')}`,
    );
    expect(await told({ ...key, in: 'header' })).toBe('s3cret/+:');
    expect(await told({ ...key, in: 'query' })).toContain('x-key=s3cret%2F%2B%3A');
    const unset = { kind: 'bearer', token: '${env:XINQIAO_TEST_UNSET}' };
    expect((await rest(url, { auth: unset })).faults).toEqual([':SECRET_NOT_SET']);
  });

  it('is a token of OAuth 2.0 that is asked for once, and again when it is not taken any more', async () => {
    const forms: string[] = [];
    let valid = 'T1';
    const tokens = await feed(({ request }, response) => {
      void bodyOf(request).then((form) => {
        forms.push(`${String(request.headers.authorization)} ${form}`);
        response.end(JSON.stringify({ access_token: valid, expires_in: 3_600 }));
      });
      return null;
    });
    const url = await feed(({ request }) =>
      request.headers.authorization === `Bearer ${valid}` ? json({ data: rowsOf(valid) }) : { status: 401 },
    );
    const auth = { kind: 'oauth2', tokenUrl: tokens, clientId: 'hub', clientSecret: SECRET, scope: 'read' };
    expect(codesOf(await rest(url, { auth }))).toEqual(['T1']);
    expect(codesOf(await rest(url, { auth }))).toEqual(['T1']);
    expect(forms).toEqual([
      `Basic ${Buffer.from(`hub:${encodeURIComponent('s3cret/+:')}`).toString('base64')} grant_type=client_credentials&scope=read`,
    ]);
    valid = 'T2';
    expect(codesOf(await rest(url, { auth }))).toEqual(['T2']);
    expect(forms).toHaveLength(2);
  });

  it('is not known where the token server says so', async () => {
    const tokens = await feed(() => ({ status: 401, body: '{"error":"invalid_client"}' }));
    const auth = { kind: 'oauth2', tokenUrl: tokens, clientId: 'x', clientSecret: SECRET };
    expect((await rest(tokens, { auth })).faults).toEqual([':REST_LOGIN']);
  });
});

describe('a feed that is busy or breaks', () => {
  it('is left where it asks for more patience than a run has', async () => {
    const url = await feed(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    expect((await rest(url, { retries: 3 })).faults).toEqual([':REST_BUSY']);
    expect(asked).toHaveLength(1);
  });

  it('is asked again as often as the manifest says, and never for a reason that stays', async () => {
    const failing = await feed(() => ({ status: 500 }));
    expect((await rest(failing, { retries: 1 })).faults).toEqual([':REST_FAILED']);
    expect(asked).toHaveLength(2);
    asked = [];
    const refusing = await feed(() => ({ status: 400 }));
    expect((await rest(refusing, { retries: 5 })).faults).toEqual([':REST_REFUSED']);
    expect(asked).toHaveLength(1);
  });

  it('is waited for as it asks, and a page that broke off is read again as a whole', async () => {
    const begunAt = performance.now();
    const url = await feed((_, response) => {
      if (asked.length === 1) return { status: 429, headers: { 'retry-after': '1' } };
      if (asked.length > 2) return json({ data: rowsOf(1, 2) });
      response.writeHead(200, { 'content-length': '1000' }).write('{"data":[{"DM":"1"}');
      setTimeout(() => response.destroy(), 20);
      return null;
    });
    const heard = await rest(url, { retries: 2 });
    expect([heard.faults, codesOf(heard)]).toEqual([[], ['1', '2']]);
    expect(performance.now() - begunAt).toBeGreaterThan(1_000);
  });

  it('is asked no faster than its budget', async () => {
    const begunAt = performance.now();
    const url = await feed(() => json({ data: asked.length < 5 ? rowsOf(asked.length) : [] }));
    const heard = await rest(url, { budget: { requests: 2, per: '1s' }, paging: { by: 'page', size: 1 } });
    expect(heard.rows).toHaveLength(4);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(1_990);
  });
});
