import type { Config } from '../../infra/config/index.ts';
import { startHub, type RemoteSubgraphs, type RunningHub } from '../hub/index.ts';

/**
 * Starts the query interface of a hub in a process of its own.
 *
 * @param remote subgraphs that other processes serve; those not named run here
 * @throws every code of `startHub`
 */
export function startGateway(config: Config, remote?: RemoteSubgraphs): Promise<RunningHub> {
  return startHub(config, ['query'], { remote });
}
