import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { listenAnywhere } from '../../support/called-feed.ts';

/**
 * How far memory may grow, whatever comes in: less than the files hold as bytes. The same row without end grows it by
 * 220 MiB in a file of 256 MiB and in one of 512 MiB: that is the collector's patience, not the file.
 */
const MOST_MIB = 288;
const LARGE_MIB = 384;
const PROGRAM = join(import.meta.dirname, 'memory-process.ts');

type Measured = { readonly rows: number; readonly faults: string[]; readonly grownMiB: number };

let folder: string;
let server: Server;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-hostile-'));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function measure(source: object): Promise<Measured> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
    env: { ...process.env, NODE_OPTIONS: '', XINQIAO_TEST_SOURCE: JSON.stringify(source) },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(await text(child.stdout)) as Measured;
}

/** A file of a beginning, a great many of the same, and an end. */
function large(name: string, parts: readonly [head: string, body: string, tail: string]): void {
  const [head, body, tail] = parts;
  const piece = body.repeat(Math.ceil(1_048_576 / body.length));
  const file = openSync(join(folder, name), 'w');
  writeSync(file, head);
  for (let at = 0; at < LARGE_MIB; at += 1) writeSync(file, piece);
  writeSync(file, tail);
  closeSync(file);
}

const files = (path: string, format: string, more: object = {}): Promise<Measured> =>
  measure({ type: 'file', folder, path, format, ...more });

jest.setTimeout(120_000);

describe('memory stays bounded', () => {
  it.each<[string, string, readonly [string, string, string], { rows?: string; fault: string }]>([
    ['a quote that is never closed', 'csv', ['shxym,qymc\n1,"', 'xxxx\n', ''], { fault: 'FILE_TRUNCATED' }],
    ['a row of columns without end', 'csv', ['shxym,', 'c,', '\n'], { fault: 'TOO_MANY_COLUMNS' }],
    ['a JSON text of one value', 'json', ['[{"shxym":"', 'xxxx', '"}]'], { fault: 'NO_HEADER' }],
    ['a JSON text around no rows', 'json', ['{"a":"', 'xxxx', '"}'], { rows: 'b', fault: 'BAD_JSON' }],
    ['a JSON text that opens for ever', 'json', ['[', '[[[[', ''], { fault: 'JSON_TOO_DEEP' }],
    ['a line without end', 'ndjson', ['{"shxym":"', 'xxxx', '"}\n'], { fault: 'NO_HEADER' }],
    [
      'an XML text of one value',
      'xml',
      ['<a><row><shxym>', 'xxxx', '</shxym></row></a>'],
      { rows: 'row', fault: 'XML_TOO_LARGE' },
    ],
    [
      'an XML tag of one attribute',
      'xml',
      ['<a><row shxym="', 'xxxx', '"/></a>'],
      { rows: 'row', fault: 'XML_TOO_LARGE' },
    ],
    [
      'an XML row without end',
      'xml',
      ['<a><row>', '<b>x</b>', '</row></a>'],
      { rows: 'row', fault: 'XML_TOO_LARGE' },
    ],
  ])('with %s (%s)', async (_what, format, parts, { fault, ...more }) => {
    large(`a.${format}`, parts);
    const found = await files(`a.${format}`, format, more);
    expect(found).toMatchObject({ rows: 0, faults: [fault] });
    expect(found.grownMiB).toBeLessThan(MOST_MIB);
    rmSync(join(folder, `a.${format}`));
  });

  it('with an archive that unpacks to a thousand times its size', async () => {
    writeFileSync(join(folder, 'bomb.csv.gz'), gzipSync(Buffer.alloc(260_000_000, 'shxym\n')));
    const found = await files('bomb.csv.gz', 'csv');
    expect(found.faults).toEqual(['ARCHIVE_TOO_LARGE']);
    expect(found.grownMiB).toBeLessThan(MOST_MIB);
  });

  it('with a feed that never ends', async () => {
    let page = 0;
    const body = 'x'.repeat(300_000);
    server = createServer((_request, response) => {
      page += 1;
      response.end(JSON.stringify({ data: [{ shxym: String(page), xmmc: body }] }));
    });
    const url = await listenAnywhere(server);
    const paging = { by: 'page', size: 1, maxPages: 1_000 };
    const found = await measure({ type: 'rest', url, paging });
    expect(found).toMatchObject({ rows: 1_000, faults: ['REST_NEVER_ENDS'] });
    expect(found.grownMiB).toBeLessThan(MOST_MIB);
  });
});
