import { startHub, type RunningHub } from '../hub/index.ts';
import { embeddedConfig } from './embedded-config.ts';

/** Starts a hub on local stores, for development: settings that are given stand, the rest is made below `.data/local`. */
export async function startEmbeddedHub(): Promise<RunningHub> {
  const settings = await embeddedConfig();
  const hub = await startHub(settings.config, ['exchange', 'query', 'worker']).catch(
    async (error: unknown) => {
      await settings.stop();
      throw error;
    },
  );
  return {
    ...hub,
    async close() {
      await hub.close();
      await settings.stop();
    },
  };
}
