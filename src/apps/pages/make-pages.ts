import { createHash } from 'node:crypto';
import express from 'express';
import { errorsBody, errorsJson } from './errors-page.ts';
import { hasGraphiql, makeGraphiql } from './graphiql.ts';
import { JSON_SCHEMA_NAMES, jsonSchemaOf } from './json-schemas.ts';
import { listErrors, type ListedError } from './list-errors.ts';
import { sendPage } from './page.ts';
import { statusBody, statusDownBody, type StatusView } from './status-page.ts';

/** What the pages are made of. */
export type PageParts = {
  readonly sandbox: boolean;
  readonly readStatus: () => Promise<StatusView>;
  readonly now: () => Date;
  /** The schema in use as askers see it; null where this process does not answer questions. */
  readonly schema: { readonly publicSdl: string } | null;
  /** Whether GraphiQL is served: in a sandbox and in development. */
  readonly graphiql: boolean;
};

const STATUS = { zh: '运行状态', en: 'Status' } as const;
const REFRESH_SECONDS = 30;

function errorsRoute(sandbox: boolean): express.RequestHandler {
  let listed: Promise<ListedError[]> | null = null;
  return async (request, response) => {
    listed ??= listErrors();
    const errors = await listed;
    response.vary('accept');
    if (request.accepts(['html', 'json']) === 'json') {
      response.json(errorsJson(errors));
      return;
    }
    sendPage(response, 200, { zh: '错误代码', en: 'Error codes', body: errorsBody(errors), sandbox });
  };
}

function statusRoute(parts: PageParts): express.RequestHandler {
  const { sandbox, now, readStatus } = parts;
  return async (_request, response) => {
    const page = { ...STATUS, sandbox, refreshSeconds: REFRESH_SECONDS };
    response.set('cache-control', 'no-store');
    const view = await readStatus().catch(() => null);
    if (view === null) sendPage(response, 503, { ...page, body: statusDownBody(now()) });
    else sendPage(response, 200, { ...page, body: statusBody(view, now()) });
  };
}

const LINKS = [
  ['/status', '运行状态', 'how this hub is'],
  ['/errors', '错误代码', 'what each error code means'],
  ['/schema.graphql', '查询模式', 'the schema to download'],
  ['/schemas', '数据格式', 'JSON Schemas of manifests and messages'],
  ['/graphiql', '查询编辑器', 'an editor for questions'],
] as const;

/** What there is to see, for those who open the address of a hub in a browser. */
function indexRoute({ sandbox, schema, graphiql }: PageParts): express.RequestHandler {
  const served: Readonly<Record<string, boolean>> = {
    '/schema.graphql': schema !== null,
    '/graphiql': graphiql,
  };
  const links = LINKS.filter(([path]) => served[path] ?? true).map(
    ([path, zh, en]) =>
      `<li><a href="${path}">${zh}</a> <code>${path}</code> <span class="en" lang="en">${en}</span></li>`,
  );
  const asks =
    schema === null
      ? ''
      : '<p>查询入口 <code>POST /graphql</code> <span class="en">questions go there</span></p>';
  const body = `${asks}<ul>${links.join('')}</ul>`;
  return (_request, response) => {
    sendPage(response, 200, {
      zh: '信桥',
      en: 'Xinqiao: credit data exchange between platforms',
      body,
      sandbox,
    });
  };
}

/** `fetch` asks with `Cache-Control: no-cache` beside its ETag, which express would take for a wish to load anew. */
function schemaRoute(schema: { readonly publicSdl: string }): express.RequestHandler {
  return (request, response) => {
    const sdl = schema.publicSdl;
    const etag = `"${createHash('sha256').update(sdl).digest('base64url')}"`;
    response.set('etag', etag).set('cache-control', 'no-cache');
    if (request.get('if-none-match')?.includes(etag) === true) {
      response.status(304).end();
      return;
    }
    response.set('content-disposition', 'inline; filename="schema.graphql"');
    response.type('application/graphql; charset=utf-8').send(sdl);
  };
}

/** JSON Schemas for editors and partners, `/schemas/connector.json`; `/schemas` names them. */
function jsonSchemaRoutes(router: express.Router): void {
  router.get('/schemas', (_request, response) => {
    response.json(JSON_SCHEMA_NAMES.map((it) => `/schemas/${it}.json`));
  });
  router.get('/schemas/:file', ({ params }, response, next) => {
    const found = params.file.endsWith('.json') ? jsonSchemaOf(params.file.slice(0, -'.json'.length)) : null;
    if (found === null) next();
    else response.type('application/schema+json').send(JSON.stringify(found, null, 2));
  });
}

/** Pages for people and the schema to download: `/`, `/errors`, `/status`, `/schema.graphql` and, where wanted, `/graphiql`. */
export function makePages(parts: PageParts): express.Router {
  const { schema, sandbox } = parts;
  const graphiql = parts.graphiql && hasGraphiql();
  const router = express.Router();
  router.get('/', indexRoute({ ...parts, graphiql }));
  router.get('/errors', errorsRoute(sandbox));
  router.get('/status', statusRoute(parts));
  jsonSchemaRoutes(router);
  if (schema !== null) router.get('/schema.graphql', schemaRoute(schema));
  if (graphiql) router.use(makeGraphiql());
  return router;
}
