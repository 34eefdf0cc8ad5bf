import { createReadStream, createWriteStream, mkdtempSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { getFileNameLowLevel, openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl';
import { HubError } from '../../domain/hub-error.ts';

/** How much an archive may hold. */
export type ArchiveLimits = {
  readonly entries: number;
  /** Bytes of all files together when unpacked. */
  readonly bytes: number;
  /** Unpacked bytes for each packed byte; archives below {@link RATIO_FLOOR_BYTES} unpacked are not asked. */
  readonly ratio: number;
};

/** What is unpacked where. */
export type Unpacking = {
  readonly path: string;
  /** Folder in which a new one is made for the files; they have numbers for names. */
  readonly into: string;
  /** Which files, by the last part of their names. */
  readonly wants: (name: string) => boolean;
  readonly limits?: ArchiveLimits;
};

/** A file that was unpacked. */
export type UnpackedFile = { readonly name: string; readonly path: string };

/** What a department's archive may hold. */
export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 1_000, bytes: 1_073_741_824, ratio: 250 };
/** So little may be packed as tightly as it likes. */
export const RATIO_FLOOR_BYTES = 33_554_432;

const ENDINGS = ['.tar.gz', '.tgz', '.zip', '.gz'] as const;
const OTHER_ARCHIVES = /\.(zip|gz|tgz|tar|7z|rar|bz2|xz)$/i;
/** Bit 11 of an entry's flags: its name is UTF-8. */
const UTF8_NAME = 0x800;

/** The ending that makes a name an archive's, or null. */
export function archiveEndingOf(name: string): (typeof ENDINGS)[number] | null {
  return ENDINGS.find((it) => name.toLowerCase().endsWith(it)) ?? null;
}

const tooLarge = (what: string): HubError =>
  new HubError('ARCHIVE_TOO_LARGE', 'refused', `the archive ${what}: split it`);

/** Counts what comes out of an archive, whatever the archive says of itself. */
class Meter {
  #bytes = 0;
  #entries = 0;
  readonly #limits: ArchiveLimits;
  readonly #most: number;

  constructor(limits: ArchiveLimits, packedBytes: number) {
    this.#limits = limits;
    this.#most = Math.min(limits.bytes, Math.max(RATIO_FLOOR_BYTES, packedBytes * limits.ratio));
  }

  enter(name: string): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) throw tooLarge(`has more than ${this.#limits.entries} entries`);
    const wrong = validateFileName(name);
    if (wrong !== null || name.includes('\0'))
      throw new HubError('ARCHIVE_PATH', 'refused', 'the archive names a file outside of itself');
    if (OTHER_ARCHIVES.test(name))
      throw new HubError('ARCHIVE_NESTED', 'refused', 'the archive holds another archive');
  }

  count(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
        this.#bytes += chunk.byteLength;
        if (this.#bytes > this.#most) done(tooLarge('unpacks to too much'));
        else done(null, chunk);
      },
    });
  }
}

/** Folders and what a Mac adds are no files of a department. */
const isFile = (name: string): boolean =>
  !name.endsWith('/') && !name.startsWith('__MACOSX/') && !posix.basename(name).startsWith('.');

class Unpacker {
  readonly files: UnpackedFile[] = [];
  readonly meter: Meter;
  readonly #unpacking: Unpacking;
  readonly #into: string;

  constructor(unpacking: Unpacking) {
    this.#unpacking = unpacking;
    this.#into = mkdtempSync(join(unpacking.into, 'archive-'));
    this.meter = new Meter(unpacking.limits ?? ARCHIVE_LIMITS, statSync(unpacking.path).size);
  }

  /** Whether an entry is to be taken. @throws ARCHIVE_TOO_LARGE, ARCHIVE_PATH, ARCHIVE_NESTED */
  wants(name: string): boolean {
    if (!isFile(name)) return false;
    this.meter.enter(name);
    return this.#unpacking.wants(posix.basename(name));
  }

  async write(name: string, content: Readable): Promise<void> {
    const path = join(this.#into, String(this.files.length));
    await pipeline(content, this.meter.count(), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    this.files.push({ name, path });
  }
}

/** Archives from Windows carry names in GB18030 without saying so. */
function nameOf(entry: Entry): string {
  const raw = entry.fileNameRaw;
  if ((entry.generalPurposeBitFlag & UTF8_NAME) !== 0)
    return getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, false);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return new TextDecoder('gb18030').decode(raw);
  }
}

async function unzip(unpacking: Unpacking, unpacker: Unpacker): Promise<void> {
  const zip: ZipFile = await openPromise(unpacking.path, { decodeStrings: false, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry).replaceAll('\\', '/');
      if (unpacker.wants(name)) await unpacker.write(name, await zip.openReadStreamPromise(entry));
    }
  } finally {
    zip.close();
  }
}

/** Two ends of one stream: when one fails the other does too, and the reason that we gave is the true one. */
async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled([one, other]);
  const failures = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []));
  if (failures.length > 0) throw (failures.find((it) => it instanceof HubError) ?? failures[0]) as Error;
}

async function untar(unpacking: Unpacking, unpacker: Unpacker): Promise<void> {
  const reader = extract();
  const read = async (): Promise<void> => {
    for await (const entry of reader) {
      const { name, type }: Header = entry.header;
      const plain = name.replaceAll('\\', '/').replace(/^\.\//, '');
      if (type !== 'file' && type !== 'directory')
        throw new HubError('ARCHIVE_PATH', 'refused', 'the archive holds a link or a device');
      if (type === 'file' && unpacker.wants(plain)) await unpacker.write(plain, Readable.from(entry));
      else entry.resume();
    }
  };
  // The tar itself is counted too: entries that nobody wants are unpacked on the way.
  const outer = new Meter(unpacking.limits ?? ARCHIVE_LIMITS, statSync(unpacking.path).size);
  const fed = pipeline(createReadStream(unpacking.path), createGunzip(), outer.count(), reader);
  await both(read(), fed);
}

async function gunzip(unpacking: Unpacking & { readonly name: string }, unpacker: Unpacker): Promise<void> {
  const name = unpacking.name.replace(/\.gz$/i, '');
  if (!unpacker.wants(name)) return;
  const packed = createReadStream(unpacking.path);
  const plain = createGunzip();
  await both(pipeline(packed, plain), unpacker.write(name, plain));
}

/**
 * Unpacks the files of a `.zip`, `.tar.gz` or `.gz` that are wanted, streamed and counted.
 *
 * @param unpacking with the archive's own name, whose ending says what it is
 * @throws BAD_ARCHIVE, ARCHIVE_TOO_LARGE, ARCHIVE_PATH, ARCHIVE_NESTED; what was written until then is the caller's to
 *   remove
 */
export async function unpackArchive(
  unpacking: Unpacking & { readonly name: string },
): Promise<UnpackedFile[]> {
  const unpacker = new Unpacker(unpacking);
  const ending = archiveEndingOf(unpacking.name);
  try {
    if (ending === '.zip') await unzip(unpacking, unpacker);
    else if (ending === '.gz') await gunzip(unpacking, unpacker);
    else await untar(unpacking, unpacker);
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new HubError('BAD_ARCHIVE', 'refused', 'the archive cannot be unpacked to its end', { cause });
  }
  return unpacker.files;
}
