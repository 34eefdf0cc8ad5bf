import { posix } from 'node:path';
import type { Platform, SftpTransport } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { sftpAddressOf, withSftp, type SftpFile, type SftpSession } from '../../infra/sftp/index.ts';
import { readTable, writeTable } from '../../infra/tables/index.ts';
import {
  pageOf,
  parseAnswer,
  type AnswerPage,
  type Collecting,
  type PlatformBatch,
  type PlatformLink,
  type Sending,
} from './platform-link.ts';

const MAX_FILE_BYTES = 32 * 1_048_576;
const MAX_FILES_AT_ONCE = 50;
/** Folders below the receipts' folder that used and refused files are moved to. */
const DONE = 'done';
const REFUSED = 'refused';

function matcherOf(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/** A file drop: a batch is a file with a marker beside it, the platform's word is a file that it leaves. */
export class SftpLink implements PlatformLink {
  readonly #platform: Platform;
  readonly #transport: SftpTransport;

  constructor(platform: Platform, transport: SftpTransport) {
    this.#platform = platform;
    this.#transport = transport;
  }

  async send(batch: PlatformBatch): Promise<Sending> {
    const { drop } = this.#transport;
    const rows = batch.rows.map((it) => it.cells);
    const bytes = await writeTable(batch.columns, rows, drop);
    await this.#session((session) => this.#drop(session, batch, bytes));
    return { result: 'taken', answers: [] };
  }

  /** A drop has no counter where one could ask. */
  findBatch(): Promise<null> {
    return Promise.resolve(null);
  }

  async collect(collecting: Collecting): Promise<void> {
    const { pattern, folder: given } = this.#transport.receipts;
    const folder = resolveReferences(given);
    const matches = matcherOf(pattern);
    await this.#session(async (session) => {
      const files = await session.list(folder);
      const names = new Set(files.map((it) => it.name));
      const { marker } = this.#transport.drop;
      const whole = files.filter((it) => matches.test(it.name) && names.has(it.name + marker));
      if (whole.length === 0) return;
      for (const name of [DONE, REFUSED]) await session.makeFolder(posix.join(folder, name));
      const inOrder = whole.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MAX_FILES_AT_ONCE);
      for (const file of inOrder) {
        const page = await this.#read(session, folder, file);
        await collecting.take(page);
        await this.#putAside(session, folder, { name: file.name, to: page.fault === null ? DONE : REFUSED });
      }
    });
  }

  async probe(): Promise<void> {
    const folder = resolveReferences(this.#transport.drop.folder);
    await this.#session((session) => session.list(folder));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #session<T>(work: (session: SftpSession) => Promise<T>): Promise<T> {
    return withSftp(sftpAddressOf(this.#transport), work);
  }

  /**
   * The file gets its name when it is whole, then its marker. A name says what is in the file, so a file or a marker
   * that is there already is this very batch: whatever was interrupted goes on from there.
   */
  async #drop(session: SftpSession, batch: PlatformBatch, bytes: Buffer): Promise<void> {
    const { drop } = this.#transport;
    const name = drop.file.replace('{batch}', batch.number).replace('{to}', batch.to);
    const path = posix.join(resolveReferences(drop.folder), name);
    if (await session.exists(path + drop.marker)) return;
    if (!(await session.exists(path))) {
      await session.write(`${path}.part`, bytes);
      await session.rename(`${path}.part`, path);
    }
    await session.write(path + drop.marker, Buffer.alloc(0));
  }

  async #read(session: SftpSession, folder: string, file: SftpFile): Promise<AnswerPage> {
    const source = file.name;
    const { key, version, code, text } = this.#platform.answers;
    const empty = { source, answers: [], unreadable: 0 };
    if (file.bytes > MAX_FILE_BYTES) return { ...empty, fault: 'TABLE_MALFORMED' };
    const bytes = await session.read(posix.join(folder, source));
    try {
      const rows = await readTable(bytes, this.#transport.receipts, [key, version, code, text]);
      const parsed = rows.map((it) =>
        parseAnswer({ key: it[key], version: it[version], code: it[code], text: it[text] }),
      );
      return pageOf(source, parsed);
    } catch (error) {
      if (error instanceof HubError && error.code === 'TABLE_MALFORMED')
        return { ...empty, fault: error.code };
      throw error;
    }
  }

  /** The marker goes first: a file without it is not looked at again. */
  async #putAside(
    session: SftpSession,
    folder: string,
    file: { readonly name: string; readonly to: string },
  ): Promise<void> {
    const { name, to } = file;
    const { marker } = this.#transport.drop;
    const target = posix.join(folder, to, name);
    const free = (await session.exists(target)) ? `${target}.${process.pid}-${Date.now()}` : target;
    await session.rename(posix.join(folder, name + marker), `${free}${marker}`);
    await session.rename(posix.join(folder, name), free);
  }
}
