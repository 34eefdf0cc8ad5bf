import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { checkConnector, loadConnector } from '../../../src/intake/connectors/index.ts';
import {
  draftConnector,
  originOf,
  sampleSource,
  type DraftedConnector,
} from '../../../src/intake/drafting/index.ts';
import { tryConnector } from '../../../src/intake/trial/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { OpenWorkbook } from '../../support/feedback.ts';
import { listenAnywhere } from '../../support/called-feed.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);

/** Words that stand in no other file, so that one of them in a draft was taken from the source. */
const COLUMNS = [
  'lsh',
  'qymc',
  '统一社会信用代码',
  'xzxkjdwsmc',
  'xzxkjdswh',
  '许可类别',
  'xknr',
  'jdrq',
  'yxqz',
  'yxqzhi',
  'xkjg',
  'frdb',
  'sfzh',
  'gxsj',
];
const CODES = ['91370306QQQQ00013R', '91370306QQQQ00021K', '91370306QQQQ0003XF'];
const ROWS = [0, 1, 2, 3, 4].map((it) => [
  `LS-77${String(it)}`,
  `鲁测样${'甲乙丙丁戊'.charAt(it)}商贸有限公司`,
  CODES[it % 3] ?? '',
  '食品经营许可核准',
  `周测许字第88${String(it)}号`,
  '普通',
  `准予销售预包装食品第${String(it)}类`,
  `2026年3月${String(it + 1)}日`,
  `2026年3月${String(it + 1)}日`,
  '2031年2月28日',
  '周村区测试审批局',
  '欧阳测试',
  it === 4 ? '370306199001011233' : '',
  `2026-03-0${String(it + 1)} 08:15:42`,
]);

let folder: string;
let server: Server;
let feed: string;
let asked = 0;

const objects = ROWS.map((cells) => Object.fromEntries(COLUMNS.map((it, place) => [it, cells[place] ?? ''])));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-init-'));
  writeFileSync(join(folder, 'xk.csv'), [COLUMNS, ...ROWS].map((it) => it.join(',')).join('\r\n') + '\r\n');
  writeFileSync(join(folder, 'xk.json'), JSON.stringify({ code: 0, data: { list: objects } }));
  writeFileSync(join(folder, 'xk.ndjson'), objects.map((it) => JSON.stringify(it)).join('\n') + '\n');
  const cell = (it: Record<string, string>) => COLUMNS.map((c) => `<${c}>${it[c] ?? ''}</${c}>`).join('');
  writeFileSync(
    join(folder, 'xk.xml'),
    `<?xml version="1.0"?><rows>${objects.map((it) => `<xk>${cell(it)}</xk>`).join('')}</rows>`,
  );
  const database = new DatabaseSync(join(folder, 'xk.sqlite'));
  database.exec(`create table t_xzxk (${COLUMNS.map((it) => `"${it}" text`).join(', ')})`);
  const insert = database.prepare(`insert into t_xzxk values (${COLUMNS.map(() => '?').join(', ')})`);
  for (const cells of ROWS) insert.run(...cells);
  database.close();
  server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ data: { rows: objects, total: ROWS.length } }));
  });
  feed = await listenAnywhere(server);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function draft(source: string, id: string, table?: string): Promise<DraftedConnector> {
  const origin = await originOf(source, { id, table });
  const sample = await sampleSource(origin.reads, 500);
  const directory = join(folder, 'drafts', id);
  const order = { id, directory, catalogue, source: origin.writes, table: origin.table, sample };
  return draftConnector({ ...order, today: systemClock.today() });
}

const textsBelow = (directory: string): string =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((it) => join(directory, it))
    .filter((it) => statSync(it).isFile())
    .map((it) => readFileSync(it, 'utf8'))
    .join('\n');

const found = ({ guesses }: DraftedConnector): Record<string, string> =>
  Object.fromEntries(guesses.map((it) => [it.target, `${it.profile.column} ${it.by}`]));

describe('a draft', () => {
  it('is refused where a manifest stands, where nothing can be read and where nothing fits', async () => {
    await draft(join(folder, 'xk.csv'), 'first');
    await expect(draft(join(folder, 'xk.csv'), 'first')).rejects.toMatchObject({ code: 'CONNECTOR_EXISTS' });
    await expect(draft(join(folder, 'none.csv'), 'none')).rejects.toMatchObject({ code: 'UNKNOWN_ORIGIN' });
    await expect(draft('ftp://example.invalid/x', 'none')).rejects.toMatchObject({ code: 'UNKNOWN_ORIGIN' });
    await expect(draft(join(folder, 'xk.sqlite'), 'none')).rejects.toMatchObject({ code: 'UNKNOWN_ORIGIN' });
    writeFileSync(join(folder, 'other.csv'), 'a,b\n1,2\n');
    await expect(draft(join(folder, 'other.csv'), 'none')).rejects.toMatchObject({ code: 'NO_DATASET_FITS' });
    writeFileSync(join(folder, 'empty.csv'), `${COLUMNS.join(',')}\n`);
    await expect(draft(join(folder, 'empty.csv'), 'none')).rejects.toMatchObject({ code: 'EMPTY_SAMPLE' });
  });

  it('is refused where the header is missing, and leaves out columns that may be named by a value', async () => {
    writeFileSync(join(folder, 'bare.csv'), ROWS.map((it) => it.join(',')).join('\n'));
    await expect(draft(join(folder, 'bare.csv'), 'bare')).rejects.toMatchObject({ code: 'NO_HEADER' });
    writeFileSync(
      join(folder, 'odd.csv'),
      'qymc,统一社会信用代码,张测试,17\n测试甲有限公司,91370306QQQQ00013R,x,y\n',
    );
    const { directory, quality } = await draft(join(folder, 'odd.csv'), 'odd');
    expect(quality.columns.map((it) => it.column)).toEqual(['qymc', '统一社会信用代码']);
    expect(textsBelow(directory)).not.toContain('张测试');
  });

  it('finds the columns by label, by pinyin and by the shape of their values, and the dataset by its columns', async () => {
    const drafted = await draft(join(folder, 'xk.csv'), 'guessed');
    expect(drafted.dataset).toBe('administrative_licence@1');
    expect(found(drafted)).toMatchObject({
      'subject.uscc': '统一社会信用代码 alias',
      'subject.name': 'qymc pinyin',
      documentName: 'xzxkjdwsmc pinyin',
      category: '许可类别 alias',
      representativeMasked: 'frdb alias',
    });
    expect(drafted.quality).toMatchObject({ rows: 5, verdicts: { refused: 1 } });
  });

  const kinds: { kind: string; source: () => string; table?: string }[] = [
    { kind: 'CSV file', source: () => join(folder, 'xk.csv') },
    { kind: 'JSON file', source: () => join(folder, 'xk.json') },
    { kind: 'NDJSON file', source: () => join(folder, 'xk.ndjson') },
    { kind: 'XML file', source: () => join(folder, 'xk.xml') },
    { kind: 'table', source: () => join(folder, 'xk.sqlite'), table: 't_xzxk' },
    { kind: 'feed', source: () => feed },
  ];

  it.each(kinds)(
    'of a $kind passes check and its own tests, and holds no value of the source',
    async (it) => {
      const id = `of-${it.kind.toLowerCase().replaceAll(' ', '-')}`;
      const { directory } = await draft(it.source(), id, it.table);
      expect(checkConnector(directory, catalogue)).toEqual([]);
      const trial = await tryConnector(loadConnector(directory, catalogue), catalogue, systemClock);
      expect(trial).toMatchObject({ ok: true, samples: { found: [{}, {}, { verdict: 'quarantined' }] } });
      const text = textsBelow(directory);
      const values = ROWS.flat().filter((value) => value.length > 2);
      expect(values.filter((value) => text.includes(value))).toEqual([]);
    },
  );

  it('comes with a template of the columns that are read and those that are missing, with words to choose from', async () => {
    writeFileSync(
      join(folder, 'few.csv'),
      'qymc,统一社会信用代码,许可类别,jdrq\n鲁测样甲商贸有限公司,91370306QQQQ00013R,普通,2026-03-01\n',
    );
    const { directory } = await draft(join(folder, 'few.csv'), 'few');
    const book = await OpenWorkbook.open(join(directory, 'template.xlsx'), '填报数据', 'qymc');
    expect(book.cell('测试甲有限公司', '许可类别').dataValidation).toMatchObject({ type: 'list' });
    expect(book.cell('测试甲有限公司', '统一社会信用代码').numFmt).toBe('@');
    expect(book.columnOf('许可机关')).toBeGreaterThan(4);
    const texts = JSON.stringify(book.workbook.worksheets.map((it) => it.getSheetValues()));
    expect(texts).not.toContain('鲁测样');
    expect(texts).toContain('从列表选择：');
  });

  it('asks a feed twice at most, and writes its address nowhere', async () => {
    const before = asked;
    const { directory } = await draft(`${feed}?token=geheim`, 'quiet');
    expect(asked - before).toBeLessThanOrEqual(2);
    expect(textsBelow(directory)).not.toMatch(/geheim|127\.0\.0\.1/);
  });

  it('reads a table on behind the time of its change and its key', async () => {
    const { directory } = await draft(join(folder, 'xk.sqlite'), 'behind', 't_xzxk');
    const { sync, source } = loadConnector(directory, catalogue);
    expect(sync).toMatchObject({ mode: 'incremental', cursor: ['gxsj', 'lsh'], key: ['lsh'] });
    expect(source).toMatchObject({ dsn: '${env:XQ_BEHIND_DSN}' });
  });
});
