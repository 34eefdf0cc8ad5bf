import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pingMongo } from '../../infra/mongo/index.ts';
import { startChildServer } from './child-server.ts';
import type { MongoProgram } from './locate.ts';

const START_TIMEOUT_MS = 20_000;

/** A running MongoDB-protocol server. `version` is the MongoDB release that it answers as. */
export type RunningMongo = {
  readonly uri: string;
  readonly pid: number | null;
  readonly version: string;
  stop(): Promise<void>;
};

/**
 * Starts SecantusDB, a separate program that speaks MongoDB's protocol, on a free port with its own folder.
 * The fast one always syncs on commit: without it, it loses acknowledged writes when it is killed.
 *
 * @throws STORE_START_FAILED, STORE_UNREACHABLE
 */
export async function startStandIn(found: MongoProgram, dataDir: string): Promise<RunningMongo> {
  const folder = join(dataDir, 'mongo');
  await mkdir(folder, { recursive: true });
  const config = join(dataDir, 'secantusd.toml');
  await writeFile(config, '# Empty on purpose: keeps the server from reading a file of the user.\n');
  const fast = found.kind === 'secantusd-rs';
  const server = await startChildServer({
    program: found.program,
    args: [
      ...['--config', config, '--host', '127.0.0.1', '--port', '0', '--storage-path', folder],
      ...['--cache-size', '512M'],
      ...(fast ? ['--sync-on-commit', '--log-file-max', '32MB'] : []),
    ],
    logFile: join(dataDir, 'mongo.log'),
  });
  try {
    const port = await server.waitFor(/listening on 127\.0\.0\.1:(\d+)/, START_TIMEOUT_MS);
    const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
    const { version } = await pingMongo(uri, START_TIMEOUT_MS);
    return { uri, pid: server.pid, version, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
