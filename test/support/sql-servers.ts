import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startChildServer } from '../../src/apps/embedded/index.ts';

/** A database server that this process started. */
export type SqlServer = { readonly uri: string; readonly pid: number; stop(): Promise<void> };

type Command = { readonly program: string; readonly args: readonly string[] };

/** Neither server runs as root; this user owns nothing else. */
const USER = { name: 'nobody', group: 'nogroup' };
const START_TIMEOUT_MS = 60_000;

const isRoot = (): boolean => process.getuid?.() === 0;

/** A command under the unprivileged user; killed by the kernel when this process dies. */
function unprivileged(program: string, args: readonly string[]): Command {
  if (!isRoot()) return { program, args };
  const who = [`--reuid=${USER.name}`, `--regid=${USER.group}`, '--clear-groups', '--pdeathsig=KILL'];
  return { program: 'setpriv', args: [...who, '--', program, ...args] };
}

function runOnce({ program, args }: Command): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${args.join(' ')} failed: ${error?.message ?? `${stdout}\n${stderr}`}`);
}

/** A folder of the server's own, not in the checkout: that may be closed to the user it runs as. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-sql-'));
  if (isRoot()) execFileSync('chown', [`${USER.name}:${USER.group}`, folder]);
  return folder;
}

function getProgram(name: string, folders: readonly string[]): string {
  const found = folders.map((it) => join(it, name)).find((it) => existsSync(it));
  if (found !== undefined) return found;
  throw new Error(`${name} is not on this machine: script/test installs it where it may`);
}

async function start(
  folder: string,
  command: Command,
  facts: { uri: string; ready: RegExp; stopBy: NodeJS.Signals },
): Promise<SqlServer> {
  const server = await startChildServer({ ...command, logFile: join(folder, 'server.log') });
  await server.waitFor(facts.ready, START_TIMEOUT_MS);
  return {
    uri: facts.uri,
    pid: server.pid,
    async stop() {
      process.kill(server.pid, facts.stopBy);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts MariaDB on a free port with a folder of its own. @throws where it is not installed */
export async function startMariadb(): Promise<SqlServer> {
  const programs = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'];
  const [install, server] = [getProgram('mariadb-install-db', programs), getProgram('mariadbd', programs)];
  const folder = openFolder();
  const data = `--datadir=${join(folder, 'data')}`;
  const kind = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  runOnce(unprivileged(install, ['--no-defaults', data, ...kind]));
  const port = await findFreePort();
  const places = [`--tmpdir=${folder}`, `--socket=${folder}/socket`, `--pid-file=${folder}/pid`];
  const listen = ['--bind-address=127.0.0.1', `--port=${String(port)}`, '--skip-name-resolve'];
  const memory = ['--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=0'];
  const args = ['--no-defaults', data, ...places, ...listen, ...memory];
  const uri = `mysql://root@127.0.0.1:${String(port)}`;
  const facts = { uri, ready: /(ready for connections)/, stopBy: 'SIGTERM' } as const;
  return start(folder, unprivileged(server, args), facts);
}

/** Starts PostgreSQL, the newest on this machine, on a free port with a folder of its own. @throws as MariaDB */
export async function startPostgres(): Promise<SqlServer> {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).toSorted((a, b) => Number(b) - Number(a)) : [];
  const programs = [...versions.map((it) => join(base, it, 'bin')), '/usr/local/bin', '/usr/bin'];
  const [initdb, server] = [getProgram('initdb', programs), getProgram('postgres', programs)];
  const folder = openFolder();
  const data = join(folder, 'data');
  const form = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  runOnce(unprivileged(initdb, ['-D', data, ...form]));
  const port = await findFreePort();
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((it) => ['-c', it])];
  const uri = `postgres://postgres@127.0.0.1:${String(port)}`;
  const facts = { uri, ready: /(ready to accept connections)/, stopBy: 'SIGINT' } as const;
  return start(folder, unprivileged(server, args), facts);
}
