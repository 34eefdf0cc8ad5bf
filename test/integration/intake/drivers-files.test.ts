import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { pack } from 'tar-stream';
import { filesOf, inboxOf, readAll, type Heard } from './driver-fixture.ts';

const made: string[] = [];
afterEach(() => {
  for (const it of made.splice(0)) rmSync(it, { recursive: true, force: true });
});

type Format = Parameters<typeof filesOf>[1];
type Content = string | Uint8Array;

function folderOf(files: Readonly<Record<string, Content>>): string {
  const folder = inboxOf(files);
  made.push(folder);
  return folder;
}

const read = (format: Format, files: Readonly<Record<string, Content>>, more: object = {}): Promise<Heard> =>
  readAll(filesOf(folderOf(files), format, more));

/** Folders that this process keeps for files that pass through. */
function scratchFolders(): string[] {
  const base = join(tmpdir(), `xinqiao-scratch-${String(userInfo().uid)}`);
  return existsSync(base) ? readdirSync(base).filter((it) => it.startsWith(`${String(process.pid)}-`)) : [];
}

const RICH = '{"DM":913703061234567891,"MC":"甲","n":1.50,"more":{"a":[1,"二"]},"none":null}';

describe('a JSON file', () => {
  it.each([
    ['no list at its path', '{"data":{"rows":[]}}', 'NO_ROWS'],
    ['no list at all', '{"DM":1}', 'NO_ROWS'],
    ['a list twice', '{"data":{"list":[]},"data":{"list":[]}}', 'BAD_JSON'],
    ['an end within a row', '{"data":{"list":[{"DM":"1"},{"D', 'FILE_TRUNCATED'],
    ['an end behind the rows', '{"data":{"list":[{"DM":"1"}]', 'FILE_TRUNCATED'],
    ['no comma before its next member', '{"data":{"list":[{"DM":"1"}] "x":1}}', 'BAD_JSON'],
    ['a row that is no JSON', '{"data":{"list":[{"DM":"1"},{DM:2}]}}', 'BAD_JSON'],
    ['a comma too many', '{"data":{"list":[{"DM":"1"},,{"DM":"2"}]}}', 'BAD_JSON'],
    ['a comma behind its last row', '{"data":{"list":[{"DM":"1"},]}}', 'BAD_JSON'],
    ['no column that is known', '{"data":{"list":[{"XX":"1"}]}}', 'NO_HEADER'],
    ['one column in two forms', '{"data":{"list":[{"DM":"1","dm":"2"}]}}', 'DUPLICATE_COLUMN'],
  ])('with %s is named', async (_what, text, code) => {
    const heard = await read('json', { 'a.json': text }, { rows: 'data.list' });
    expect(heard.faults).toEqual([`a.json:${code}`]);
    expect(heard.pages.every((it) => it.fileEnds === false)).toBe(true);
  });

  it('is read at its path, every number with its own digits, structures as their text', async () => {
    const text = `{"total":1, "data" : {"x":[0],"list": [ ${RICH} , {"DM":"2"} ], "tail":"]"}}`;
    const heard = await read('json', { 'a.json': text }, { rows: 'data.list' });
    expect(heard.faults).toEqual([]);
    expect(heard.rows).toEqual([
      { DM: '913703061234567891', MC: '甲', n: '1.50', more: '{"a":["1","二"]}', none: '' },
      { DM: '2', MC: '', n: '', more: '', none: '' },
    ]);
    expect(heard.pages.map((it) => it.fileEnds)).toEqual([true]);
  });

  it('may be the list itself, in any encoding, and empty', async () => {
    const files = {
      'a.json': iconv.encode('[{"DM":"1","MC":"测试"}]', 'utf16le', { addBOM: true }),
      'b.json': '[]',
    };
    const heard = await read('json', files);
    expect([heard.faults, heard.rows]).toEqual([[], [{ DM: '1', MC: '测试' }]]);
    expect(heard.pages.map((it) => it.fileEnds)).toEqual([true, true]);
  });

  it('reads on behind a row that is no object or too long', async () => {
    const long = `{"DM":"${'x'.repeat(9_000_000)}"}`;
    const heard = await read('json', { 'a.json': `[{"DM":"1"},7,${long},{"DM":"2"}]` });
    expect(heard.pages.flatMap((it) => it.rows.map((row) => [row.row, row.fault]))).toEqual([
      ['1', null],
      ['2', 'ROW_SHAPE'],
      ['3', 'CELL_TOO_LARGE'],
      ['4', null],
    ]);
  });
});

describe('a file of JSON lines', () => {
  it('that ends within a line is named, after all whole lines', async () => {
    const heard = await read('ndjson', { 'a.ndjson': `${RICH}\n{"DM":"2"` });
    expect(heard.faults).toEqual(['a.ndjson:FILE_TRUNCATED']);
    expect(heard.rows).toHaveLength(1);
  });

  it('is read on behind a line that is no JSON or too long', async () => {
    const long = `{"DM":"${'x'.repeat(9_000_000)}"}`;
    const heard = await read('ndjson', { 'a.ndjson': `{"DM":"1"}\r\n\n{DM}\n[1]\n${long}\n{"DM":"2"}` });
    expect(heard.faults).toEqual([]);
    expect(heard.pages.flatMap((it) => it.rows.map((row) => [row.row, row.fault, row.cells[0]]))).toEqual([
      ['1', null, '1'],
      ['3', 'ROW_SHAPE', ''],
      ['4', 'ROW_SHAPE', ''],
      ['5', 'CELL_TOO_LARGE', ''],
      ['6', null, '2'],
    ]);
  });
});

describe('an XML file', () => {
  it.each([
    [
      'with a document type',
      '<!DOCTYPE a [<!ENTITY x "y">]><a><row><DM>&x;</DM></row></a>',
      'XML_DOCUMENT_TYPE',
    ],
    ['with an entity nobody knows', '<a><row><DM>&x;</DM></row></a>', 'BAD_XML'],
    ['that is not well formed', '<a><row><DM>1</row></a>', 'BAD_XML'],
    ['that ends within a row', '<a><row><DM>1</DM></row><row><DM>', 'FILE_TRUNCATED'],
    ['without such elements', '<a/>', 'NO_ROWS'],
    ['of nothing', '', 'FILE_TRUNCATED'],
  ])('%s is named', async (_what, text, code) => {
    const rows = code === 'NO_ROWS' ? 'list.row' : 'row';
    expect((await read('xml', { 'a.xml': text }, { rows })).faults).toEqual([`a.xml:${code}`]);
  });

  it('gives attributes and elements as columns, in the encoding that it declares', async () => {
    const text = `<?xml version="1.0" encoding="GB2312"?>
      <x:data xmlns:x="urn:x"><list><row id="7"><x:DM> 1&lt;2 </x:DM><MC><![CDATA[测试<甲>]]></MC>
      <地址 省="37"><街>一街</街></地址><类>A</类><类>B</类></row><row><DM/></row></list><row><DM>x</DM></row></x:data>`;
    const heard = await read('xml', { 'a.xml': iconv.encode(text, 'gb18030') }, { rows: 'list.row' });
    expect(heard.faults).toEqual([]);
    expect(heard.rows[0]).toEqual({
      id: '7',
      DM: '1<2',
      MC: '测试<甲>',
      '地址.省': '37',
      '地址.街': '一街',
      类: 'A、B',
    });
    expect(heard.rows).toHaveLength(2);
  });

  it('may hold an empty list', async () => {
    const heard = await read('xml', { 'a.xml': '<list></list>' }, { rows: 'list.row' });
    expect([heard.faults, heard.rows, heard.pages[0]?.fileEnds]).toEqual([[], [], true]);
  });
});

describe('a file in some encoding', () => {
  const text = 'DM,MC\n1,测试甲有限公司\n2,测试乙有限公司\n';

  it('is refused where its lines are not in one, or not in the declared one', async () => {
    const mixed = Buffer.concat([iconv.encode(text, 'gb18030'), Buffer.from('3,测试丙\n')]);
    expect((await read('csv', { 'a.csv': mixed })).faults).toEqual(['a.csv:FILE_ENCODING']);
    expect((await read('csv', { 'a.csv': text }, { encoding: 'gb18030' })).faults).toEqual([
      'a.csv:FILE_ENCODING',
    ]);
  });

  it.each(['utf16le', 'utf16be', 'gb18030', 'utf8'])('is read: %s', async (encoding) => {
    const heard = await read('csv', {
      'a.csv': iconv.encode(text, encoding, { addBOM: encoding !== 'gb18030' }),
    });
    expect(heard.rows.map((it) => it['MC'])).toEqual(['测试甲有限公司', '测试乙有限公司']);
  });

  it('is read in one that is declared', async () => {
    const big5 = iconv.encode('DM,MC\n1,測試\n', 'big5');
    expect((await read('csv', { 'a.csv': big5 }, { encoding: 'big5' })).rows).toEqual([
      { DM: '1', MC: '測試' },
    ]);
  });
});

describe('an archive', () => {
  async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
    const tar = pack();
    for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    return gzipSync(Buffer.concat(chunks));
  }

  it('without a file of the format is named, and one that is damaged', async () => {
    const files = {
      'a.tar.gz': await tarOf({ 'a.txt': 'x' }),
      'b.zip': 'PK',
      'c.csv.gz': gzipSync('DM\n1\n'),
    };
    const heard = await read('csv', files);
    expect(heard.faults).toEqual(['a.tar.gz:ARCHIVE_EMPTY', 'b.zip:BAD_ARCHIVE']);
    expect(heard.rows).toEqual([{ DM: '1' }]);
    expect(scratchFolders()).toEqual([]);
  });

  it('gives each of its files a name and a digest of its own, and nothing of it stays', async () => {
    const folder = folderOf({
      'a.tgz': await tarOf({ 'x/a.csv': 'DM\n1\n', 'b.csv': 'DM\n2\n', 'c.csv': 'XX\n' }),
    });
    const seen: string[][] = [];
    const heard = await readAll(filesOf(folder, 'csv'), { onPage: () => seen.push(scratchFolders()) });
    expect(heard.faults).toEqual(['a.tgz/c.csv:NO_HEADER']);
    expect(heard.pages.map((it) => it.file?.name)).toEqual(['a.tgz/x/a.csv', 'a.tgz/b.csv']);
    expect(new Set(heard.pages.map((it) => it.file?.sha256)).size).toBe(2);
    expect(seen.map((it) => it.length)).toEqual([1, 1]);
    expect(scratchFolders()).toEqual([]);
    const again = await readAll(filesOf(folder, 'csv'), {
      isRead: (sha256) => sha256 === heard.pages[0]?.file?.sha256,
    });
    expect(again.rows).toEqual([{ DM: '2' }]);
  });
});

describe('a file that changes while it is read', () => {
  const body = Array.from({ length: 2_000 }, (_, at) => `${String(at)},测试\n`).join('');
  const change: readonly (readonly [string, (path: string) => void])[] = [
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, `DM,MC\n${body}`);
        renameSync(`${path}.new`, path);
      },
    ],
    ['grows', (path) => writeFileSync(path, '9999,测试\n', { flag: 'a' })],
    ['is cut short', (path) => writeFileSync(path, 'DM,MC\n')],
    ['goes away', (path) => rmSync(path)],
  ];

  it.each(change)('never counts as read to its end: it %s', async (_what, spoil) => {
    const folder = folderOf({ 'a.csv': `DM,MC\n${body}` });
    let done = false;
    const onPage = (): void => {
      if (!done) spoil(join(folder, 'a.csv'));
      done = true;
    };
    const heard = await readAll(filesOf(folder, 'csv'), { onPage });
    expect(heard.faults).toEqual(['a.csv:FILE_CHANGED']);
    expect(heard.pages.some((it) => it.fileEnds === true)).toBe(false);
  });
});
