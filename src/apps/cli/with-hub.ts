import { parseConfig } from '../../infra/config/index.ts';
import { openHub, type HubParts } from '../hub/index.ts';

/** Opens the hub that the environment names for one command, quietly, and closes it whatever happens. */
export async function withHub(work: (parts: HubParts) => Promise<void>): Promise<void> {
  const parts = await openHub({ ...parseConfig(), logLevel: 'error' });
  try {
    await work(parts);
  } finally {
    await parts.close();
  }
}
