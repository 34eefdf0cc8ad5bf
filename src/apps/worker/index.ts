import type { Config } from '../../infra/config/index.ts';
import { startHub, type RunningHub } from '../hub/index.ts';

/**
 * Starts deliveries, receipts and pulls of a hub in a process of its own; its port answers health checks only.
 *
 * @throws every code of `startHub`
 */
export function startWorker(config: Config): Promise<RunningHub> {
  return startHub(config, ['worker']);
}
