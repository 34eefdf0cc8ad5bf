import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LoadedConnector } from '../../../src/intake/connectors/index.ts';
import { startSftpServer, type SftpServer } from '../../support/sftp-server.ts';
import { connectorOf, readAll } from './driver-fixture.ts';

const KEY = 'XINQIAO_TEST_SFTP_KEY';
let server: SftpServer;

beforeAll(async () => {
  server = await startSftpServer();
  process.env[KEY] = server.privateKey;
}, 60_000);
afterAll(() => server.stop());
afterEach(() => {
  for (const it of readdirSync(server.folder)) rmSync(join(server.folder, it));
});

const scratch = join(tmpdir(), `xinqiao-scratch-${String(userInfo().uid)}`);
const folders = (pid = process.pid): string[] =>
  existsSync(scratch) ? readdirSync(scratch).filter((it) => it.startsWith(`${String(pid)}-`)) : [];
const sourceOf = (sftp: object = {}, more: object = {}): object => {
  const { port, user, hostKey } = server;
  const address = { host: '127.0.0.1', port, user, privateKey: `\${env:${KEY}}`, hostKey, ...sftp };
  return { type: 'file', via: 'sftp', sftp: address, folder: '.', path: '*.csv*', format: 'csv', ...more };
};
const sftp = (...parts: Parameters<typeof sourceOf>): LoadedConnector => connectorOf(sourceOf(...parts));
const put = (name: string, content: string | Buffer = ''): void =>
  writeFileSync(join(server.folder, name), content);

describe('files on an SFTP server', () => {
  it('are not asked for where the server shows another key than the declared one', async () => {
    put('a.csv', 'DM,MC\n1,甲\n');
    const heard = await readAll(sftp({ hostKey: `SHA256:${'A'.repeat(43)}` }));
    expect([heard.faults, heard.rows]).toEqual([[':SFTP_HOST_KEY'], []]);
  });

  it('have a name for each way in which they cannot be had', async () => {
    expect((await readAll(sftp({ user: 'somebody' }))).faults).toEqual([':SFTP_LOGIN']);
    expect((await readAll(sftp({ port: 1 }))).faults).toEqual([':SFTP_UNREACHABLE']);
    expect((await readAll(sftp({}, { folder: 'nowhere' }))).faults).toEqual([':SFTP_FAILED']);
  });

  it('are read when their marker is there, packed ones too, and nothing of them stays', async () => {
    put('a.csv', 'DM,MC\n1,甲\n');
    put('b.csv', 'DM,MC\n2,乙\n');
    put('b.ok');
    put('c.csv.gz', gzipSync('DM,MC\n3,丙\n'));
    put('c.csv.gz.ok');
    const seen: number[] = [];
    const heard = await readAll(sftp({}, { done: '*.ok' }), { onPage: () => seen.push(folders().length) });
    expect(heard.faults).toEqual([]);
    expect(heard.pages.map((it) => it.file?.name)).toEqual(['b.csv', 'c.csv.gz/c.csv']);
    expect(heard.rows.map((it) => it['DM'])).toEqual(['2', '3']);
    expect([seen, folders()]).toEqual([[1, 1], []]);
  });

  it('are not counted as read where the server breaks off or the file changes on the way', async () => {
    const large = `DM,MC\n${'1,测试有限公司\n'.repeat(3_000_000)}`;
    put('a.csv', large);
    const reading = readAll(sftp());
    const cutter = setInterval(() => {
      const [own] = folders();
      const part = own === undefined ? undefined : join(scratch, own, 'fetched');
      if (part !== undefined && existsSync(part)) {
        clearInterval(cutter);
        server.cut();
      }
    }, 2);
    const heard = await reading;
    clearInterval(cutter);
    expect([heard.faults, heard.rows, folders()]).toEqual([['a.csv:SFTP_UNREACHABLE'], [], []]);
    const again = readAll(sftp());
    const writer = setInterval(() => {
      if (folders().length > 0) {
        clearInterval(writer);
        writeFileSync(join(server.folder, 'a.csv'), '2,乙\n', { flag: 'a' });
      }
    }, 2);
    expect((await again).faults).toEqual(['a.csv:FILE_CHANGED']);
    clearInterval(writer);
  });

  it('of a reader that was killed are gone after the next one', async () => {
    put('a.csv', `DM,MC\n${'1,测试有限公司\n'.repeat(2_000)}`);
    const program = join(import.meta.dirname, 'sftp-reader-process.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      env: { ...process.env, XINQIAO_TEST_SOURCE: JSON.stringify(sourceOf()) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const [theirs = ''] = folders(child.pid);
    expect(readFileSync(join(scratch, theirs, 'fetched'), 'utf8')).toContain('测试有限公司');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(folders(child.pid)).toHaveLength(1);
    await readAll(sftp());
    expect(folders(child.pid)).toEqual([]);
  });
});
