import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { unpackArchive, type ArchiveLimits } from './unpack-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-archives-'));
  mkdirSync(join(folder, 'out'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type ZipEntry = { readonly name: Buffer; readonly content: Buffer; readonly says?: number };

/** A ZIP written by hand, so that it can lie. */
function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, says } of entries) {
    const packed = deflateRawSync(content);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(says ?? content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), head, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), head, tail, name]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\u0005\u0006'), end]);
}

async function tarOf(
  entries: readonly (Partial<Header> & { readonly name: string; readonly content?: string })[],
): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

async function unpack(name: string, bytes: Buffer, limits?: ArchiveLimits): Promise<Record<string, string>> {
  writeFileSync(join(folder, name), bytes);
  const files = await unpackArchive({
    path: join(folder, name),
    name,
    into: join(folder, 'out'),
    wants: (it) => it.endsWith('.csv'),
    ...(limits === undefined ? {} : { limits }),
  });
  return Object.fromEntries(files.map((it) => [it.name, readFileSync(it.path, 'utf8')]));
}

const csv = (name: string, content = 'DM\n1\n'): ZipEntry => ({
  name: Buffer.from(name),
  content: Buffer.from(content),
});
const coded = (code: string) => expect.objectContaining({ code, kind: 'refused' });

describe('unpacking an archive', () => {
  it.each(['../a.csv', '/a.csv', 'x/../../a.csv', '..\\a.csv', 'C:/a.csv'])(
    'refuses %s, a name outside of it',
    async (name) => {
      await expect(unpack('a.zip', zipOf([csv(name)]))).rejects.toEqual(coded('ARCHIVE_PATH'));
      await expect(unpack('a.tar.gz', await tarOf([{ name, content: 'x' }]))).rejects.toEqual(
        coded('ARCHIVE_PATH'),
      );
      expect(readdirSync(join(folder, 'out')).flatMap((it) => readdirSync(join(folder, 'out', it)))).toEqual(
        [],
      );
    },
  );

  it('refuses links, and archives in an archive', async () => {
    const link = await tarOf([{ name: 'a.csv', type: 'symlink', linkname: '/etc/hostname' }]);
    await expect(unpack('a.tgz', link)).rejects.toEqual(coded('ARCHIVE_PATH'));
    await expect(unpack('a.zip', zipOf([csv('b.zip')]))).rejects.toEqual(coded('ARCHIVE_NESTED'));
    await expect(unpack('a.csv.gz.gz', gzipSync('x'))).rejects.toEqual(coded('ARCHIVE_NESTED'));
  });

  it('ends at its limits, whatever the archive says of itself', async () => {
    const limits = { entries: 2, bytes: 1_000, ratio: 1_000 };
    const big = 'x'.repeat(1_001);
    for (const [name, bytes] of [
      ['a.zip', zipOf([csv('a.csv', big)])],
      ['a.csv.gz', gzipSync(big)],
      ['a.tar.gz', await tarOf([{ name: 'b.txt', content: big }])],
      ['b.zip', zipOf([csv('a.csv'), csv('b.csv'), csv('c.csv')])],
    ] as const) {
      await expect(unpack(name, bytes, limits)).rejects.toEqual(coded('ARCHIVE_TOO_LARGE'));
    }
    const bomb = gzipSync(Buffer.alloc(40_000_000));
    await expect(unpack('bomb.csv.gz', bomb)).rejects.toEqual(coded('ARCHIVE_TOO_LARGE'));
  });

  it('refuses what is damaged, cut off or says a wrong size', async () => {
    const zip = zipOf([csv('a.csv')]);
    for (const [name, bytes] of [
      ['a.zip', zip.subarray(0, zip.length - 9)],
      ['b.zip', zipOf([{ ...csv('a.csv'), says: 3 }])],
      ['a.csv.gz', gzipSync('x'.repeat(99)).subarray(0, 20)],
      ['a.tar.gz', (await tarOf([{ name: 'a.csv', content: 'x' }])).subarray(0, 40)],
    ] as const) {
      await expect(unpack(name, bytes)).rejects.toEqual(coded('BAD_ARCHIVE'));
    }
  });

  it('gives the files that are wanted, with names from Windows too', async () => {
    const gbk = Buffer.from([0xb2, 0xe2, 0xca, 0xd4, 0x2e, 0x63, 0x73, 0x76]);
    const zip = zipOf([csv('读我.txt'), csv('a/b.csv'), csv('__MACOSX/._b.csv'), { ...csv(''), name: gbk }]);
    expect(await unpack('a.zip', zip)).toEqual({ 'a/b.csv': 'DM\n1\n', '测试.csv': 'DM\n1\n' });
  });

  it('gives the files of a tape archive, and of a packed file', async () => {
    const tar = await tarOf([
      { name: 'x/', type: 'directory' },
      { name: './x/a.csv', content: 'DM\n2\n' },
      { name: 'b.txt', content: 'no' },
    ]);
    expect(await unpack('a.tgz', tar)).toEqual({ 'x/a.csv': 'DM\n2\n' });
    expect(await unpack('c.csv.gz', gzipSync('DM\n3\n'))).toEqual({ 'c.csv': 'DM\n3\n' });
  });
});
