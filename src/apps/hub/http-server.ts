import { createServer, type Server } from 'node:http';
import express, { type Express } from 'express';
import { HubError } from '../../domain/hub-error.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import { publicKeyOfFile } from '../../infra/signing/index.ts';
import { MAX_ENVELOPE_BYTES, MAX_ENVELOPE_RECORDS } from '../../contracts/messages/index.ts';
import type { HubParts } from './hub-parts.ts';
import { readStatus } from './status.ts';

const SLOW_REQUEST_MS = 60_000;
const SLOW_HEADERS_MS = 15_000;

/** An application with what every process of a hub answers: is it alive, is it ready, what is its state. */
export function makeApp(parts: HubParts, queues: HintQueues | null): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/livez', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response, next) => {
    parts.database.connection.db
      ?.admin()
      .ping()
      .then(() => {
        const degraded = queues !== null && !queues.available();
        response.json({ ready: true, degraded: degraded ? ['redis'] : [] });
      })
      .catch(() => response.status(503).json({ ready: false, degraded: ['mongodb'] }))
      .catch(next);
  });
  app.get('/statusz', (_request, response, next) => {
    readStatus(parts, queues)
      .then((status) => response.json(status))
      .catch(next);
  });
  app.get('/.well-known/xinqiao', (_request, response) => {
    const { config, hub } = parts;
    response.json({
      protocol: 'xinqiao/1',
      hub: hub.id,
      region: hub.region,
      keys: [
        { id: config.signingKeyId, algorithm: 'ed25519', publicKey: publicKeyOfFile(config.signingKeyFile) },
      ],
      limits: { envelopeRecords: MAX_ENVELOPE_RECORDS, envelopeBytes: MAX_ENVELOPE_BYTES },
    });
  });
  return app;
}

/** Listens until closed. @throws PORT_IN_USE */
export async function listen(
  app: Express,
  at: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer(app);
  server.requestTimeout = SLOW_REQUEST_MS;
  server.headersTimeout = SLOW_HEADERS_MS;
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
