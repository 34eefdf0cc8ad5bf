import express from 'express';
import { openSupergraph } from '../../api/gateway/index.ts';
import type { Config } from '../../infra/config/index.ts';
import { listen, startHub, type RemoteSubgraphs, type RunningHub } from '../hub/index.ts';

/**
 * Starts the query interface of a hub in a process of its own.
 *
 * @param remote subgraphs that other processes serve; those not named run here
 * @throws every code of `startHub`
 */
export function startGateway(config: Config, remote?: RemoteSubgraphs): Promise<RunningHub> {
  return startHub(config, ['query'], { remote });
}

/**
 * Serves any supergraph by our gateway alone, without a hub: for audits of the gateway.
 *
 * @throws SUPERGRAPH_UNREADABLE, PORT_IN_USE
 */
export async function serveSupergraph(
  sdl: string,
  at: { host: string; port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const gateway = await openSupergraph(sdl);
  const app = express();
  app.disable('x-powered-by');
  app.use(gateway.router);
  const server = await listen(app, at);
  return {
    port: server.port,
    async close() {
      await server.close();
      await gateway.close();
    },
  };
}
