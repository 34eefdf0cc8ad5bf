import { removeRunFolder } from './run-folder.ts';

async function stopServers(): Promise<void> {
  await globalThis.testStores?.stop();
  removeRunFolder();
}

export { stopServers as default };
