import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';

const PACKAGES = join(import.meta.dirname, '../../../node_modules');

/** Files of pinned packages, each self-contained, by the name they are served under. */
const ASSETS: Readonly<Record<string, string>> = {
  'react.js': 'react/umd/react.production.min.js',
  'react-dom.js': 'react-dom/umd/react-dom.production.min.js',
  'graphiql.js': 'graphiql/graphiql.min.js',
  'graphiql.css': 'graphiql/graphiql.min.css',
};

/** The editor sets styles on elements; everything else comes from files of this hub. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>信桥 GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<link rel="stylesheet" href="/graphiql/page.css">
</head>
<body>
<div id="graphiql">正在加载… loading…</div>
<noscript>GraphiQL 需要脚本；不用脚本可见 /errors、/status、/schema.graphql。GraphiQL needs JavaScript.</noscript>
<script src="/graphiql/react.js"></script>
<script src="/graphiql/react-dom.js"></script>
<script src="/graphiql/graphiql.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
`;

const PAGE_STYLE = 'html, body, #graphiql { height: 100%; margin: 0; }\n';

/** Starts the editor with a first question. It asks on the public channel: a browser has no key to sign with. */
function startScript(query: string, variables: object): string {
  const props = `{ fetcher, defaultQuery: ${JSON.stringify(query)}, variables: ${JSON.stringify(JSON.stringify(variables, null, 2))}, shouldPersistHeaders: false }`;
  return `const fetcher = GraphiQL.createFetcher({ url: '/graphql' });
ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, ${props}));
`;
}

/** What GraphiQL opens with, and what a partner may send first. The code is made up: the sandbox has records of it. */
export const FIRST_QUESTION = {
  query: `query First($code: USCC!) {
  subject(by: { uscc: $code }) {
    name
    penalties {
      complete
      edges {
        node { documentNo fineWanYuan }
      }
      coverage { source status rule }
    }
  }
}
`,
  variables: { code: '91370306QQQQ7002XH' },
} as const;

/** Whether the packages are here: a production install leaves them out. */
export function hasGraphiql(): boolean {
  return Object.values(ASSETS).every((it) => existsSync(join(PACKAGES, it)));
}

/** GraphiQL at `/graphiql`, from this hub's own files: no other origin is asked for anything. */
export function makeGraphiql(): express.Router {
  const router = express.Router();
  router.use('/graphiql', (_request, response, next) => {
    response.set('content-security-policy', POLICY).set('x-content-type-options', 'nosniff');
    response.set('referrer-policy', 'no-referrer');
    next();
  });
  router.get('/graphiql', (_request, response) => void response.type('text/html; charset=utf-8').send(PAGE));
  router.get('/graphiql/page.css', (_request, response) => void response.type('text/css').send(PAGE_STYLE));
  router.get('/graphiql/start.js', (_request, response) => {
    response.type('text/javascript').send(startScript(FIRST_QUESTION.query, FIRST_QUESTION.variables));
  });
  for (const [name, file] of Object.entries(ASSETS)) {
    router.get(`/graphiql/${name}`, (_request, response, next) => {
      response.sendFile(file, { root: PACKAGES, maxAge: '1h' }, (error: unknown) => {
        if (error !== undefined) next(error);
      });
    });
  }
  return router;
}
