import { createServer } from 'node:net';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync } from 'node:fs';
import { rmSync, statSync, writeSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import ssh2, { type Attributes, type Connection, type SFTPWrapper } from 'ssh2';
import { fingerprintOf } from '../../../infra/sftp/index.ts';

const { Server, utils } = ssh2;
const { STATUS_CODE, OPEN_MODE, flagsToString } = utils.sftp;

/** An SFTP server on this machine over a real folder. */
export type SftpFolder = {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Fingerprint of its host key, `SHA256:…`. */
  readonly hostKey: string;
  /** Ends every connection there is. */
  cut(): void;
  close(): Promise<void>;
};

const MAX_CONNECTIONS = 8;
const MAX_OPEN = 32;
const USER = 'zibo-hub';

function attributesOf(stats: Stats): Attributes {
  const { mode, uid, gid, size } = stats;
  return { mode, uid, gid, size, atime: stats.atimeMs / 1_000, mtime: stats.mtimeMs / 1_000 };
}

type Handle = { readonly file: number } | { readonly names: string[]; folder: string };

/** Answers the requests of one connection; a path never leads out of the folder. */
class FolderSession {
  readonly #root: string;
  readonly #sftp: SFTPWrapper;
  readonly #handles = new Map<number, Handle>();
  #next = 1;

  constructor(root: string, sftp: SFTPWrapper) {
    this.#root = root;
    this.#sftp = sftp;
    this.#serveFiles();
    this.#serveNames();
  }

  close(): void {
    for (const it of this.#handles.values()) if ('file' in it) closeSync(it.file);
    this.#handles.clear();
  }

  #path(given: string): string {
    return join(this.#root, posix.normalize(posix.join('/', given)));
  }

  /** Does what was asked; a failure is the status that the protocol has for it. */
  #do(request: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.#sftp.status(request, missing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
    }
  }

  #keep(request: number, handle: Handle): void {
    if (this.#handles.size >= MAX_OPEN) throw new RangeError('too many open handles');
    const id = this.#next++;
    this.#handles.set(id, handle);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(id);
    this.#sftp.handle(request, bytes);
  }

  #handle(bytes: Buffer): Handle {
    const handle = this.#handles.get(bytes.readUInt32BE());
    if (handle === undefined) throw new RangeError('no such handle');
    return handle;
  }

  #file(bytes: Buffer): number {
    const handle = this.#handle(bytes);
    if (!('file' in handle)) throw new TypeError('this handle is a folder');
    return handle.file;
  }

  #serveFiles(): void {
    const sftp = this.#sftp;
    sftp.on('OPEN', (request, name, flags) =>
      this.#do(request, () => {
        const mode = flagsToString(flags) ?? ((flags & OPEN_MODE.WRITE) === 0 ? 'r' : 'w');
        this.#keep(request, { file: openSync(this.#path(name), mode) });
      }),
    );
    sftp.on('READ', (request, handle, offset, length) =>
      this.#do(request, () => {
        const bytes = Buffer.alloc(Math.min(length, 65_536));
        const read = readSync(this.#file(handle), bytes, 0, bytes.length, offset);
        if (read === 0) sftp.status(request, STATUS_CODE.EOF);
        else sftp.data(request, bytes.subarray(0, read));
      }),
    );
    sftp.on('WRITE', (request, handle, offset, data) =>
      this.#do(request, () => {
        writeSync(this.#file(handle), data, 0, data.length, offset);
        sftp.status(request, STATUS_CODE.OK);
      }),
    );
    sftp.on('FSTAT', (request, handle) =>
      this.#do(request, () => sftp.attrs(request, attributesOf(fstatSync(this.#file(handle))))),
    );
    sftp.on('FSETSTAT', (request) => sftp.status(request, STATUS_CODE.OK));
    sftp.on('SETSTAT', (request) => sftp.status(request, STATUS_CODE.OK));
    sftp.on('CLOSE', (request, handle) =>
      this.#do(request, () => {
        const closing = this.#handle(handle);
        if ('file' in closing) closeSync(closing.file);
        this.#handles.delete(handle.readUInt32BE());
        sftp.status(request, STATUS_CODE.OK);
      }),
    );
  }

  #serveNames(): void {
    const sftp = this.#sftp;
    const stat = (request: number, name: string) =>
      this.#do(request, () => sftp.attrs(request, attributesOf(statSync(this.#path(name)))));
    sftp.on('STAT', stat);
    sftp.on('LSTAT', stat);
    sftp.on('REALPATH', (request, name) => {
      const filename = posix.normalize(posix.join('/', name));
      sftp.name(request, [{ filename, longname: filename, attrs: {} as Attributes }]);
    });
    sftp.on('OPENDIR', (request, name) =>
      this.#do(request, () => {
        const folder = this.#path(name);
        this.#keep(request, { folder, names: readdirSync(folder) });
      }),
    );
    sftp.on('READDIR', (request, bytes) =>
      this.#do(request, () => {
        const handle = this.#handle(bytes);
        if (!('names' in handle)) throw new TypeError('this handle is a file');
        const names = handle.names.splice(0, 100);
        if (names.length === 0) sftp.status(request, STATUS_CODE.EOF);
        else
          sftp.name(
            request,
            names.map((it) => this.#entry(handle.folder, it)),
          );
      }),
    );
    sftp.on('RENAME', (request, from, to) =>
      this.#do(request, () => {
        renameSync(this.#path(from), this.#path(to));
        sftp.status(request, STATUS_CODE.OK);
      }),
    );
    sftp.on('REMOVE', (request, name) =>
      this.#do(request, () => {
        rmSync(this.#path(name));
        sftp.status(request, STATUS_CODE.OK);
      }),
    );
    sftp.on('MKDIR', (request, name) =>
      this.#do(request, () => {
        mkdirSync(this.#path(name));
        sftp.status(request, STATUS_CODE.OK);
      }),
    );
  }

  #entry(folder: string, name: string): { filename: string; longname: string; attrs: Attributes } {
    const stats = statSync(join(folder, name));
    const kind = stats.isDirectory() ? 'd' : '-';
    return {
      filename: name,
      longname: `${kind}rw-r--r-- 1 hub hub ${stats.size} Jan 1 00:00 ${name}`,
      attrs: attributesOf(stats),
    };
  }
}

/**
 * Serves a folder over SFTP on the loopback address, to one user with a password made up at start.
 *
 * @param root folder whose content is seen as `/`
 * @param port 0 for any that is free
 */
export async function serveFolder(root: string, port = 0): Promise<SftpFolder> {
  const keys = utils.generateKeyPairSync('ed25519');
  const parsed = utils.parseKey(keys.private);
  if (parsed instanceof Error) throw parsed;
  const password = crypto.randomUUID();
  const open = new Set<Connection>();
  const server = new Server({ hostKeys: [keys.private] }, (client) => {
    if (open.size >= MAX_CONNECTIONS) {
      client.end();
      return;
    }
    open.add(client);
    const forget = () => open.delete(client);
    client.on('error', forget).on('close', forget);
    client.on('authentication', (context) => {
      const right =
        context.method === 'password' && context.username === USER && context.password === password;
      if (right) context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => {
        const session = new FolderSession(root, acceptSftp());
        client.on('close', () => session.close());
      });
    });
  });
  const door = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  door.listen(port, '127.0.0.1');
  await once(door, 'listening');
  const cut = (): void => open.forEach((it) => it.end());
  return {
    port: (door.address() as { port: number }).port,
    user: USER,
    password,
    hostKey: fingerprintOf(parsed.getPublicSSH()),
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        door.close(() => resolve());
      }),
  };
}
