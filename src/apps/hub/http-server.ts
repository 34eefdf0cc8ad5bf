import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import express, { type Express } from 'express';
import { ownJwks } from '../../api/access/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import { wellKnown } from '../../exchange/partners/index.ts';
import type { HubParts } from './hub-parts.ts';
import { HubMetrics } from './metrics.ts';
import { readStatus } from './status.ts';

/** How long a client may take, in milliseconds. */
export type SlownessLimits = {
  /** From the connection, or the answer before, to the end of the header. */
  readonly headersMs: number;
  /** To the end of the body. */
  readonly requestMs: number;
  /** Idle time after which a kept connection is closed. */
  readonly keepAliveMs: number;
  /** How often the connections are looked through: a limit is kept to within this time. */
  readonly checkEveryMs: number;
};

/**
 * A whole envelope of 1 MiB in 60 s is 140 kbit/s, less than any line between platforms; a client that dribbles
 * holds a connection no longer than that. Proxies commonly keep idle connections for 60 s: a hub that closes first
 * loses the request that is on its way.
 */
const SLOWNESS: SlownessLimits = {
  headersMs: 15_000,
  requestMs: 60_000,
  keepAliveMs: 65_000,
  checkEveryMs: 2_000,
};

const CLIENT_FAULTS: Readonly<Record<string, { line: string; error: HubError }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    line: '408 Request Timeout',
    error: new HubError('REQUEST_TOO_SLOW', 'transient', 'the request did not arrive in time: send it again'),
  },
  HPE_HEADER_OVERFLOW: {
    line: '431 Request Header Fields Too Large',
    error: new HubError('HEADER_TOO_LARGE', 'refused', 'the header is too large'),
  },
};
const NOT_HTTP = {
  line: '400 Bad Request',
  error: new HubError('NOT_HTTP', 'refused', 'this is not an HTTP request'),
};

/** A request that never became one is answered with a code too, on the bare connection, which then ends. */
function answerClientFault(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const fault = CLIENT_FAULTS[error.code ?? ''] ?? NOT_HTTP;
  const { code, message } = fault.error;
  const body = JSON.stringify({ code, message });
  const header = `HTTP/1.1 ${fault.line}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${header}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * An application with what every process of a hub answers: is it alive, is it ready, what is its state.
 *
 * @param findFaults words for what else works less well than it should
 */
export function makeApp(
  parts: HubParts,
  queues: HintQueues | null,
  findFaults: () => readonly string[] = () => [],
): Express {
  const app = express();
  app.set('trust proxy', [...parts.config.trustedProxies]);
  app.disable('x-powered-by');
  app.get('/livez', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response, next) => {
    parts.database.connection.db
      ?.admin()
      .ping()
      .then(() => {
        const isShared = queues?.available() === true;
        const redis = queues !== null && !isShared ? ['redis'] : [];
        const quotas = isShared ? 'shared' : 'each process';
        response.json({ ready: true, degraded: [...redis, ...findFaults()], detail: { quotas } });
      })
      .catch(() => response.status(503).json({ ready: false, degraded: ['mongodb'] }))
      .catch(next);
  });
  app.get('/statusz', (_request, response, next) => {
    readStatus(parts, queues)
      .then((status) => response.json(status))
      .catch(next);
  });
  const metrics = new HubMetrics(parts, queues);
  app.get('/metrics', (_request, response, next) => {
    metrics
      .scrape()
      .then((text) => response.type(metrics.contentType).send(text))
      .catch(next);
  });
  app.get('/.well-known/jwks.json', (_request, response) => {
    response.set('cache-control', 'public, max-age=60').json(ownJwks(parts.caller));
  });
  app.get('/.well-known/xinqiao', (_request, response) => {
    response.json(wellKnown(parts.caller));
  });
  return app;
}

/** Listens until closed; a client that is slower than the limits is cut off. @throws PORT_IN_USE */
export async function listen(
  app: Express,
  at: { host: string; port: number },
  limits: SlownessLimits = SLOWNESS,
): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    app,
  );
  server.on('clientError', answerClientFault);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new HubError('PORT_IN_USE', 'config', `cannot listen on port ${at.port}: choose another`, { cause }),
      );
    });
    server.listen(at.port, at.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5_000).unref();
      }),
  };
}
