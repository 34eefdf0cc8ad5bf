import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { posix } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import SftpClient from 'ssh2-sftp-client';
import { HubError } from '../../domain/hub-error.ts';

/** Where a server is and who we are there. */
export type SftpAddress = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string | undefined;
  /** PEM or OpenSSH text. */
  readonly privateKey?: string | undefined;
  /** SHA-256 of the host key in base64 without padding, after `SHA256:`, as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
  /** For the whole session. */
  readonly timeoutMs: number;
};

/** A file in a folder. */
export type SftpFile = { readonly name: string; readonly bytes: number; readonly modifiedAtMs: number };

/** What can be done while a session lasts. */
export type SftpSession = {
  /** Files of a folder, none of its folders. */
  list(folder: string): Promise<SftpFile[]>;
  read(path: string): Promise<Buffer>;
  /** Writes a file here as it comes, so that memory is flat. @throws SFTP_TOO_LARGE */
  download(from: string, to: string, maxBytes: number): Promise<void>;
  /** Size and time of a file. */
  stat(path: string): Promise<SftpFile>;
  /** Writes a whole file; one of that name is replaced. */
  write(path: string, bytes: Buffer): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  makeFolder(path: string): Promise<void>;
};

/** Fingerprint of a public host key, as it stands in a manifest. */
export function fingerprintOf(hostKey: Buffer): string {
  return `SHA256:${createHash('sha256').update(hostKey).digest('base64').replace(/=+$/, '')}`;
}

function limitTo(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) done(null, chunk);
      else done(new HubError('SFTP_TOO_LARGE', 'refused', `the file is larger than ${maxBytes} bytes`));
    },
  });
}

function sessionOf(client: SftpClient): SftpSession {
  return {
    async list(folder) {
      const found = await client.list(folder);
      return found
        .filter((it) => it.type === '-')
        .map((it) => ({ name: it.name, bytes: it.size, modifiedAtMs: it.modifyTime }));
    },
    async read(path) {
      const bytes: unknown = await client.get(path);
      if (!Buffer.isBuffer(bytes)) throw new TypeError('a file without content');
      return bytes;
    },
    async download(from, to, maxBytes) {
      const file = createWriteStream(to, { mode: 0o600, flags: 'wx' });
      await pipeline(client.createReadStream(from), limitTo(maxBytes), file);
    },
    async stat(path) {
      const { size, modifyTime } = await client.stat(path);
      return { name: posix.basename(path), bytes: size, modifiedAtMs: modifyTime };
    },
    async write(path, bytes) {
      await client.put(bytes, path);
    },
    async rename(from, to) {
      await client.rename(from, to);
    },
    exists: async (path) => (await client.exists(path)) !== false,
    async makeFolder(path) {
      if ((await client.exists(path)) === false) await client.mkdir(path, true);
    },
  };
}

const CONNECTION =
  /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOST|ENETUNREACH|ERR_GENERIC_CLIENT|ERR_NOT_CONNECTED)/;
const BROKEN = /connection|socket|closed|ended|reset|handshake|timed out/i;

function failureOf(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (/authentication/i.test(message)) {
    return new HubError('SFTP_LOGIN', 'config', 'the SFTP server refuses the login', { cause: error });
  }
  return CONNECTION.test(code) || BROKEN.test(message)
    ? new HubError('SFTP_UNREACHABLE', 'transient', 'the SFTP server cannot be reached', { cause: error })
    : new HubError('SFTP_FAILED', 'refused', 'the SFTP server refused an operation', { cause: error });
}

async function connect(client: SftpClient, address: SftpAddress, sock: Socket): Promise<void> {
  const shown: string[] = [];
  const { user, password, privateKey, timeoutMs } = address;
  try {
    await client.connect({
      sock,
      username: user,
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      readyTimeout: timeoutMs,
      hostVerifier: (key: Buffer) => {
        shown.push(fingerprintOf(key));
        return shown.at(-1) === address.hostKey;
      },
    });
  } catch (error) {
    if (shown.every((it) => it === address.hostKey)) throw error;
    const message = 'the SFTP server shows another host key than the declared one: nothing was sent';
    throw new HubError('SFTP_HOST_KEY', 'config', message);
  }
}

/**
 * Connects, does some work and disconnects, all within the address' time. The host key must be the declared one.
 *
 * @throws SFTP_HOST_KEY, SFTP_LOGIN (config), SFTP_UNREACHABLE, SFTP_TIMEOUT (transient), SFTP_FAILED
 */
export async function withSftp<T>(
  address: SftpAddress,
  work: (session: SftpSession) => Promise<T>,
): Promise<T> {
  // What happens to the connection is told by what was asked of it; the client would print it as well.
  const ignore = (): void => undefined;
  const client = new SftpClient('hub', { error: ignore, end: ignore, close: ignore });
  const { host, port } = address;
  // Small packets that wait for each other make each step a hundred times as slow.
  const socket = connectSocket({ host, port, noDelay: true });
  const { promise: over, reject } = Promise.withResolvers<never>();
  const broken = (): void =>
    reject(new HubError('SFTP_UNREACHABLE', 'transient', 'the SFTP connection broke'));
  const timer = setTimeout(() => {
    reject(
      new HubError('SFTP_TIMEOUT', 'transient', `the SFTP work took longer than ${address.timeoutMs} ms`),
    );
  }, address.timeoutMs);
  over.catch(() => undefined);
  try {
    await Promise.race([over, connect(client, address, socket)]);
    // Work that waits for an answer on a connection that broke would wait for ever.
    client.on('close', broken);
    client.on('error', broken);
    return await Promise.race([over, work(sessionOf(client))]);
  } catch (error) {
    socket.destroy();
    throw failureOf(error);
  } finally {
    clearTimeout(timer);
    client.end().catch(ignore);
  }
}
