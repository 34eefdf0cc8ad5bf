import { startSubgraphs } from '../../api/gateway/index.ts';
import type { Config } from '../../infra/config/index.ts';
import { apiParts, listen, makeApp, openHub, type RunningHub } from '../hub/index.ts';

/**
 * Serves some subgraphs of a hub for a gateway in another process.
 *
 * @param secret shared with the gateway, at least 32 characters
 * @throws every code of `openHub`; PORT_IN_USE, WEAK_SECRET
 */
export async function startSubgraphProcess(
  config: Config,
  serve: { names: readonly string[]; secret: string },
): Promise<RunningHub> {
  const parts = await openHub(config);
  let { router } = startSubgraphs({ ...apiParts(parts), ...serve });
  const app = makeApp(parts, null);
  app.use((request, response, next) => router(request, response, next));
  const server = await listen(app, { host: config.host, port: config.port });
  await parts.sources.start((served) => {
    ({ router } = startSubgraphs({ ...apiParts(parts, served), ...serve }));
    return Promise.resolve(null);
  }, null);
  parts.log.info({ port: server.port, subgraphs: serve.names }, 'subgraphs started');
  return {
    port: server.port,
    parts,
    async close() {
      await server.close();
      await parts.close();
    },
  };
}
