import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WorkbookWriter } from '@cj-tech-master/excelts';
import iconv from 'iconv-lite';
import { connectorSchema } from '../../../src/contracts/manifests/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import { readSource, type LoadedConnector, type RawPage } from '../../../src/intake/connectors/index.ts';

const MAP = { 'subject.uscc': 'DM', 'subject.name': 'MC' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-readers-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function connectorOf(source: object, sync: object = {}): LoadedConnector {
  const manifest = connectorSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Connector',
    metadata: {
      id: 'test-source',
      title: { zh: '测试', en: 'test' },
      owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
      dataset: 'housing_presale@1',
      legalBasis: { document: '测试办法', article: '第一条' },
    },
    source,
    sync,
    map: MAP,
  });
  return { ...manifest, directory: folder, revision: '000000000000' };
}

type Heard = { pages: RawPage[]; faults: string[]; rows: string[][] };

async function read(
  connector: LoadedConnector,
  cursor: Record<string, string> | null = null,
): Promise<Heard> {
  const heard: Heard = { pages: [], faults: [], rows: [] };
  const onFault = (error: unknown, file: string | null): void => {
    heard.faults.push(`${file ?? ''}:${toHubError(error).code}`);
  };
  for await (const page of readSource(connector, { cursor, isRead: () => false, onFault })) {
    heard.pages.push(page);
    heard.rows.push(...page.rows.map((it) => [...it.cells]));
  }
  return heard;
}

function inbox(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(folder, 'inbox-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

const csv = (path: string, more: object = {}): LoadedConnector =>
  connectorOf({ type: 'file', folder: path, path: '*.csv', format: 'csv', ...more });

describe('reading delimited files', () => {
  it('names a folder that is not there', async () => {
    expect((await read(csv(join(folder, 'nowhere')))).faults).toEqual([':NO_SOURCE_FOLDER']);
  });

  it('refuses a file without a header and reads the next one', async () => {
    const heard = await read(
      csv(inbox({ 'a.csv': '1,测试甲\n2,测试乙\n', 'b.csv': 'DM,MC\n3,测试丙\n', 'c.csv': '' })),
    );
    expect(heard.faults).toEqual(['a.csv:NO_HEADER', 'c.csv:NO_HEADER']);
    expect(heard.rows).toEqual([['3', '测试丙']]);
  });

  it('gives the whole rows of a file that ends early, and says so', async () => {
    const heard = await read(
      csv(inbox({ 'a.csv': 'DM,MC\n1,甲\n2', 'b.csv': 'DM,MC\n3,丙\n4,"丁\n5,戊\n' })),
    );
    expect(heard.faults).toEqual(['a.csv:FILE_TRUNCATED', 'b.csv:FILE_TRUNCATED']);
    expect(heard.rows).toEqual([
      ['1', '甲'],
      ['3', '丙'],
    ]);
    expect(heard.pages.map((it) => it.fileEnds)).toEqual([false, false]);
  });

  it('tells UTF-8, with or without its mark, from GB18030', async () => {
    const text = 'DM,MC\n1,周村区㐂测试\n';
    const path = inbox({ 'a.csv': text, 'b.csv': `\uFEFF${text}`, 'c.csv': iconv.encode(text, 'gb18030') });
    expect((await read(csv(path))).rows).toEqual([
      ['1', '周村区㐂测试'],
      ['1', '周村区㐂测试'],
      ['1', '周村区㐂测试'],
    ]);
  });

  it('leaves characters that no decoding explains visible, so that the row is found', async () => {
    const wrong = Buffer.concat([
      Buffer.from('DM,MC\n1,'),
      iconv.encode('周村', 'gb18030'),
      Buffer.from('\n'),
    ]);
    const heard = await read(csv(inbox({ 'a.csv': wrong }), { encoding: 'utf-8' }));
    expect(heard.rows[0]?.[1]).toContain('\uFFFD');
  });

  it('cuts a cell of 10 MB in bounded memory and reads on', async () => {
    const heard = await read(csv(inbox({ 'a.csv': `DM,MC\n1,"${'x'.repeat(10_000_000)}"\n2,乙\n` })));
    expect(heard.pages[0]?.rows.map((it) => it.fault)).toEqual(['CELL_TOO_LARGE', null]);
    expect(heard.rows[0]?.[1]?.length).toBe(1_048_576);
    expect(heard.rows[1]).toEqual(['2', '乙']);
  });

  it('marks rows with too many or too few cells', async () => {
    const heard = await read(csv(inbox({ 'a.csv': 'DM,MC\n1,甲,多\n2\n3,丙\n4,丁,,\n' })));
    expect(heard.pages[0]?.rows.map((it) => [it.row, it.fault])).toEqual([
      ['2', 'ROW_SHAPE'],
      ['3', 'ROW_SHAPE'],
      ['4', null],
      ['5', null],
    ]);
  });

  it('takes only files that are marked as complete', async () => {
    const path = inbox({ 'a.csv': 'DM,MC\n1,甲\n', 'b.csv': 'DM,MC\n2,乙\n', 'b.ok': '' });
    expect((await read(csv(path, { done: '*.ok' }))).rows).toEqual([['2', '乙']]);
  });

  it('reads a header that does not stand in the first row', async () => {
    const path = inbox({ 'a.csv': '周村区导出\nDM,MC\n1,甲\n' });
    expect((await read(csv(path, { header: 2 }))).rows).toEqual([['1', '甲']]);
  });
});

describe('reading workbooks', () => {
  async function workbook(name: string, sheets: Readonly<Record<string, unknown[][]>>): Promise<string> {
    const path = mkdtempSync(join(folder, 'book-'));
    const writer = new WorkbookWriter({
      filename: join(path, name),
      useSharedStrings: true,
      useStyles: false,
    });
    for (const [sheet, rows] of Object.entries(sheets)) {
      const worksheet = writer.addWorksheet(sheet);
      for (const row of rows) worksheet.addRow(row).commit();
      worksheet.commit();
    }
    await writer.commit();
    return path;
  }
  const xlsx = (path: string, more: object = {}): LoadedConnector =>
    connectorOf({ type: 'file', folder: path, path: '*.xlsx', format: 'xlsx', ...more });

  it('names a file that is no whole workbook, and a sheet that is not there', async () => {
    const path = await workbook('a.xlsx', {
      许可: [
        ['DM', 'MC'],
        ['1', '甲'],
      ],
    });
    writeFileSync(join(path, 'b.xlsx'), 'PK\u0003\u0004 and then nothing');
    expect((await read(xlsx(path, { sheet: '处罚' }))).faults).toEqual([
      'a.xlsx:BAD_WORKBOOK',
      'b.xlsx:BAD_WORKBOOK',
    ]);
  });

  it('refuses a sheet without a header', async () => {
    expect((await read(xlsx(await workbook('a.xlsx', { 许可: [['1', '甲']] })))).faults).toEqual([
      'a.xlsx:NO_HEADER',
    ]);
  });

  it('reads the named sheet, numbers in full digits, rows under their own numbers', async () => {
    const path = await workbook('a.xlsx', {
      说明: [['不是数据']],
      许可: [['DM', 'MC'], [370306202600012, '甲'], [], ['2']],
    });
    const heard = await read(xlsx(path, { sheet: '许可' }));
    expect(heard.faults).toEqual([]);
    expect(heard.rows).toEqual([
      ['370306202600012', '甲'],
      ['2', ''],
    ]);
    expect(heard.pages.flatMap((it) => it.rows.map((row) => [row.row, row.fault]))).toEqual([
      ['2', null],
      ['4', null],
    ]);
  });
});

describe('reading a table', () => {
  function table(rows: readonly [sjc: string, id: number | bigint, name: string | null][]): string {
    const path = join(mkdtempSync(join(folder, 'db-')), 'front.sqlite');
    const database = new DatabaseSync(path);
    database.exec('create table t (SJC text, ID integer, DM text, MC text)');
    const insert = database.prepare('insert into t values (?, ?, ?, ?)');
    for (const [sjc, id, name] of rows) insert.run(sjc, id, 'x', name);
    database.close();
    return path;
  }
  const QUERY =
    'select * from t where :cursor.SJC is null or (SJC, ID) > (:cursor.SJC, :cursor.ID) order by SJC, ID limit :limit';
  const sync = { mode: 'incremental', cursor: ['SJC', 'ID'], key: ['ID'] };
  const sql = (dsn: string, query = QUERY): LoadedConnector =>
    connectorOf({ type: 'sql', driver: 'sqlite', dsn, query, pageRows: 2, timeoutMs: 5_000 }, sync);
  const rows: [string, number, string | null][] = [
    ['2026-01-01 00:00:00.123456', 9, '甲'],
    ['2026-01-01 00:00:00.123456', 10, null],
    ['2026-01-02 00:00:00', 1, '丙'],
  ];

  it('names a database that is not there, and a statement it does not take', async () => {
    expect((await read(sql(join(folder, 'no.sqlite')))).faults).toEqual([':SQL_UNREACHABLE']);
    expect((await read(sql(table(rows), 'select nothing from nowhere'))).faults).toEqual([':SQL_FAILED']);
    const narrow = 'select ID, MC from t where :cursor.SJC is null order by SJC, ID limit :limit';
    expect((await read(sql(table(rows), narrow))).faults).toEqual([':NO_CURSOR_COLUMN']);
  });

  it('stops at a cursor that goes back and keeps the rows that grew', async () => {
    const wrong = 'select * from t order by SJC desc, ID limit :limit';
    const heard = await read(sql(table(rows), wrong));
    expect(heard.faults).toEqual([':SQL_CURSOR_WENT_BACK']);
    expect(heard.rows).toHaveLength(1);
    const endless = await read(sql(table(rows), 'select * from t order by SJC, ID limit :limit'));
    expect(endless.faults).toEqual([':SQL_CURSOR_WENT_BACK']);
    expect(endless.rows).toHaveLength(2);
  });

  it('reads page by page, keeps the text of the database, and goes on where it stopped', async () => {
    const path = table(rows);
    const heard = await read(sql(path));
    expect(heard.faults).toEqual([]);
    expect(heard.rows.map((it) => it[3])).toEqual(['甲', '', '丙']);
    expect(heard.pages.map((it) => it.cursor)).toEqual([
      { SJC: '2026-01-01 00:00:00.123456', ID: '10' },
      { SJC: '2026-01-02 00:00:00', ID: '1' },
    ]);
    expect((await read(sql(path), heard.pages.at(-1)?.cursor ?? null)).rows).toEqual([]);
  });

  it('keeps integers of 64 bits whole', async () => {
    const heard = await read(sql(table([['a', 9_007_199_254_740_993n, '甲']])));
    expect(heard.rows[0]?.[1]).toBe('9007199254740993');
  });

  it('ends a statement that runs too long, down to the thread', async () => {
    const forever =
      "with recursive n(SJC, ID) as (select 'a', 1 union all select 'a', ID + 1 from n) select max(SJC) SJC, max(ID) ID from n limit :limit";
    const slow = connectorOf(
      { type: 'sql', driver: 'sqlite', dsn: table(rows), query: forever, timeoutMs: 200 },
      sync,
    );
    expect((await read(slow)).faults).toEqual([':SQL_TIMEOUT']);
  });
});

describe('reading a feed', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const it of servers.splice(0)) {
      it.closeAllConnections();
      it.close();
    }
  });

  async function feed(
    answer: (page: number, size: number) => { status?: number; body: string },
  ): Promise<string> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://feed');
      const { status = 200, body } = answer(
        Number(url.searchParams.get('page')),
        Number(url.searchParams.get('size')),
      );
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  }
  const rest = (url: string, paging: object = {}): LoadedConnector =>
    connectorOf({ type: 'rest', url, paging: { by: 'page', size: 2, ...paging } });
  const page = (rows: object[], total?: number): { body: string } => ({
    body: JSON.stringify({ data: rows, total }),
  });

  it('names a feed that refuses, fails, or answers something else', async () => {
    expect((await read(rest(await feed(() => ({ status: 403, body: '' }))))).faults).toEqual([
      ':REST_REFUSED',
    ]);
    expect((await read(rest(await feed(() => ({ status: 500, body: '' }))))).faults).toEqual([
      ':REST_FAILED',
    ]);
    expect((await read(rest(await feed(() => ({ body: '<html>' }))))).faults).toEqual([':REST_BAD_ANSWER']);
    expect((await read(rest(await feed(() => ({ body: '{"rows":[]}' }))))).faults).toEqual([
      ':REST_BAD_ANSWER',
    ]);
    expect((await read(rest('http://127.0.0.1:1/'))).faults).toEqual([':HTTP_UNREACHABLE']);
  });

  it('stops at a page that repeats and keeps the pages before it', async () => {
    const heard = await read(rest(await feed(() => page([{ DM: '1' }, { DM: '2' }]))));
    expect(heard.faults).toEqual([':REST_PAGE_REPEATED']);
    expect(heard.rows).toEqual([['1'], ['2']]);
  });

  it('stops at a feed that never ends', async () => {
    const url = await feed((at) => page([{ DM: String(at * 2) }, { DM: String(at * 2 + 1) }]));
    const heard = await read(rest(url, { maxPages: 3 }));
    expect(heard.faults).toEqual([':REST_NEVER_ENDS']);
    expect(heard.rows).toHaveLength(6);
  });

  it('keeps asking until the declared total, though the feed gives smaller pages than asked for', async () => {
    const heard = await read(rest(await feed((at) => page([{ DM: String(at) }], 3)), { total: 'total' }));
    expect(heard.rows).toEqual([['1'], ['2'], ['3']]);
    expect(heard.pages.map((it) => it.declaredTotal)).toEqual([3, 3, 3]);
  });

  it('tells of a declared total that was not reached', async () => {
    const url = await feed((at) => page(at === 1 ? [{ DM: '1' }] : [], 9));
    const heard = await read(rest(url, { total: 'total' }));
    expect(heard.faults).toEqual([]);
    expect(heard.pages.at(-1)).toMatchObject({ rows: [], declaredTotal: 9 });
  });

  it('keeps the digits of a number that JavaScript would damage', async () => {
    const heard = await read(
      rest(await feed(() => ({ body: '{"data":[{"DM":913703061234567891,"MC":null}]}' }))),
    );
    expect(heard.rows).toEqual([['913703061234567891', '']]);
  });
});
