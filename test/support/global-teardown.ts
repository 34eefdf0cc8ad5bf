import { removeRunFolder } from './run-folder.ts';

async function stopServers(): Promise<void> {
  const stores = globalThis.testStores;
  globalThis.testStores = undefined;
  await stores?.stop();
  removeRunFolder();
}

export { stopServers as default };
