import stopServers from './global-teardown.ts';

async function stopAll(): Promise<void> {
  const servers = globalThis.testSqlServers ?? [];
  globalThis.testSqlServers = undefined;
  await Promise.all([stopServers(), ...servers.map((it) => it.stop())]);
}

export { stopAll as default };
