import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startChildServer } from '../../src/apps/embedded/index.ts';

/** An OpenSSH server over a folder, for one user with one key. */
export type SftpServer = {
  readonly port: number;
  readonly user: string;
  /** Folder that the user begins in. */
  readonly folder: string;
  readonly privateKey: string;
  /** Fingerprint as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
  /** Ends the connections there are; new ones are taken. */
  cut(): void;
  stop(): Promise<void>;
};

const USER = { name: 'nobody', group: 'nogroup' };
const isRoot = (): boolean => process.getuid?.() === 0;

type Program = { readonly program: string; readonly libraries: string | null };

function findServer(): Program {
  if (existsSync('/usr/sbin/sshd')) return { program: '/usr/sbin/sshd', libraries: null };
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const unpacked = join(cache, 'xinqiao/openssh');
  const program = join(unpacked, 'usr/sbin/sshd');
  if (!existsSync(program))
    throw new Error('sshd is not on this machine: script/test fetches it where it may');
  const libraries = readdirSync(join(unpacked, 'usr/lib')).find((it) => it.endsWith('-linux-gnu'));
  return { program, libraries: libraries === undefined ? null : join(unpacked, 'usr/lib', libraries) };
}

/** The server runs as a user that cannot look into the cache of ours: it gets copies. */
function placeServer(folder: string): Program {
  const { program, libraries } = findServer();
  if (libraries === null) return { program, libraries };
  const own = join(folder, 'program');
  mkdirSync(own);
  copyFileSync(program, join(own, 'sshd'));
  for (const it of readdirSync(libraries).filter((name) => name.startsWith('libwrap')))
    copyFileSync(join(libraries, it), join(own, it));
  return { program: join(own, 'sshd'), libraries: own };
}

function settingsOf(folder: string, port: number): string[] {
  const settings = [
    'ListenAddress=127.0.0.1',
    `Port=${String(port)}`,
    'PidFile=none',
    'StrictModes=no',
    // Without PAM a user without a password counts as locked; only root's children may ask PAM.
    `UsePAM=${isRoot() ? 'yes' : 'no'}`,
    'PasswordAuthentication=no',
    'KbdInteractiveAuthentication=no',
    `AuthorizedKeysFile=${join(folder, 'user.pub')}`,
    'Subsystem=sftp internal-sftp',
    `ForceCommand=internal-sftp -d ${join(folder, 'data')}`,
  ];
  return settings.flatMap((it) => ['-o', it]);
}

/** Sessions of a server are its children and theirs. */
function sessionsOf(pid: number): number[] {
  let children: number[];
  try {
    const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    children = text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return children.flatMap((it) => [...sessionsOf(it), it]);
}

/** Ends every session of a server; one that ended by itself meanwhile has ended. */
function killSessions(server: number): void {
  for (const pid of sessionsOf(server)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Starts OpenSSH on a free port, as nobody where we are root. @throws where it is not on this machine */
export async function startSftpServer(): Promise<SftpServer> {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-sshd-'));
  mkdirSync(join(folder, 'data'));
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'host.pub')], {
    encoding: 'utf8',
  });
  const { program, libraries } = placeServer(folder);
  const port = await findFreePort();
  const user = isRoot() ? USER.name : userInfo().username;
  if (isRoot()) execFileSync('chown', ['-R', `${USER.name}:${USER.group}`, folder]);
  const who = [`--reuid=${USER.name}`, `--regid=${USER.group}`, '--clear-groups', '--pdeathsig=KILL', '--'];
  const server = [
    ...(libraries === null ? [] : ['env', `LD_LIBRARY_PATH=${libraries}`]),
    ...[program, '-D', '-e', '-f', '/dev/null', '-h', join(folder, 'host')],
    ...settingsOf(folder, port),
  ];
  const [first = '', ...args] = isRoot() ? ['setpriv', ...who, ...server] : server;
  const child = await startChildServer({
    program: first,
    args,
    logFile: join(tmpdir(), `xinqiao-sshd-${String(port)}.log`),
  });
  await child.waitFor(/(Server listening)/, 20_000);
  return {
    port,
    user,
    folder: join(folder, 'data'),
    privateKey: readFileSync(join(folder, 'user'), 'utf8'),
    hostKey: /SHA256:\S+/.exec(fingerprint)?.[0] ?? '',
    cut: () => killSessions(child.pid),
    async stop() {
      killSessions(child.pid);
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(join(tmpdir(), `xinqiao-sshd-${String(port)}.log`), { force: true });
    },
  };
}
