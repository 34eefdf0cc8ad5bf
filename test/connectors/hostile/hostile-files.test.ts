import { describe, expect, it } from '@jest/globals';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import {
  COLUMNS,
  corpusFile,
  csvOf,
  folderOf,
  hostileConnector,
  SOUND,
  takeFiles,
  takeIn,
  workbookOf,
} from './hostile-fixture.ts';
import { zipSync } from './plain-zip.ts';

const ACCEPTED = 'accepted';
/** The rules of the rows of a CSV, in order. */
const judged = async (...changes: Readonly<Record<string, string>>[]): Promise<string[]> => {
  const { faults, rows } = await takeFiles('csv', { 'a.csv': csvOf(...changes) });
  expect(faults).toEqual([]);
  return Object.values(rows);
};
const sheetRow = (change: Readonly<Record<string, unknown>> = {}): unknown[] =>
  COLUMNS.map((it) => (it in change ? change[it] : SOUND[it]));
const judgedSheet = async (
  rows: readonly Readonly<Record<string, unknown>>[],
  merged: readonly string[] = [],
): Promise<string[]> => {
  const bytes = await workbookOf([COLUMNS, ...rows.map(sheetRow)], merged);
  const outcome = await takeFiles('xlsx', { 'a.xlsx': bytes });
  expect(outcome.faults).toEqual([]);
  return Object.values(outcome.rows);
};

describe('encodings', () => {
  it('that are broken are found in each row', async () => {
    const broken = Buffer.concat([
      Buffer.from(csvOf({}).trimEnd().replace('测试家园一期', '测试'), 'utf8'),
      Buffer.from([0xff, 0xfe, 0x0a]),
    ]);
    const outcome = await takeFiles('csv', { 'a.csv': broken }, { encoding: 'utf-8' });
    expect(outcome.rows).toEqual({ 2: 'quarantined BAD_ENCODING' });
  });

  it('that are mixed are refused, in both orders, and nothing of the file is taken', async () => {
    const [gbk, utf8] = [iconv.encode(csvOf({}), 'gb18030'), Buffer.from(csvOf({}), 'utf8')];
    const files = { 'a.csv': Buffer.concat([gbk, utf8]), 'b.csv': Buffer.concat([utf8, gbk]) };
    const { faults, rows } = await takeFiles('csv', files);
    expect([faults, rows]).toEqual([['a.csv:FILE_ENCODING', 'b.csv:FILE_ENCODING'], {}]);
  });
});

describe('what spreadsheets leave in text', () => {
  it('is read where it hurts nobody: a mark, CRLF in a cell', async () => {
    const outcome = await takeFiles('csv', { 'a.csv': corpusFile('bom-and-crlf-in-a-cell.csv') });
    expect(outcome).toMatchObject({ faults: [], rows: { 2: ACCEPTED } });
  });

  it('has a rule where a code is damaged', async () => {
    expect(
      await judged(
        { shxym: '9.13703E+17' },
        { shxym: '9.1370306123456E+17' },
        { shxym: '913703061234567000' },
        // Quotes of spreadsheets around a whole code damage nothing.
        { shxym: '="91370306QQQQ00013R"' },
        { shxym: "'91370306QQQQ00013R" },
      ),
    ).toEqual([
      'quarantined DAMAGED_CODE',
      'quarantined DAMAGED_CODE',
      'quarantined DAMAGED_CODE',
      ACCEPTED,
      ACCEPTED,
    ]);
  });

  it('has a rule where a day is none', async () => {
    expect(
      await judged(
        { fzrq: '46054' },
        { fzrq: '2026年2月30日' },
        { yxqz: '长期' },
        { fzrq: '2026-02-31' },
        { fzrq: '########' },
      ),
    ).toEqual([
      'quarantined BAD_DATE',
      'quarantined BAD_DATE',
      expect.stringMatching(/^quarantined (NO_EXPIRY|BAD_DATE)$/),
      'quarantined BAD_DATE',
      'quarantined BAD_DATE',
    ]);
  });

  it('is folded: full-width digits, characters without width', async () => {
    expect(
      await judged(
        { shxym: '９１３７０３０６ＱＱＱＱ０００１３Ｒ' },
        { shxym: '\u200B91370306QQQQ00013R\uFEFF' },
        { shxym: '91370306\u200BQQQQ\u00AD00013R', ysxkzh: '2' },
        { fzrq: '２０２６年２月１日', ysxkzh: '3' },
      ),
    ).toEqual([ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]);
  });

  it('has a rule for control characters', async () => {
    expect(await judged({ xmmc: '测试\u0000\u0007' })).toEqual(['quarantined CONTROL_CHARACTER']);
  });
});

describe('headers', () => {
  it('that are missing, lack a column or name one twice are told', async () => {
    const take = (name: string) => takeFiles('csv', { [name]: corpusFile(name) });
    const missing = await take('missing-header.csv');
    expect([missing.faults, missing.rows]).toEqual([['missing-header.csv:NO_HEADER'], {}]);
    expect(missing.kept).not.toContain('测试');
    expect((await take('duplicate-header.csv')).faults).toEqual(['duplicate-header.csv:DUPLICATE_COLUMN']);
    expect((await take('missing-column.csv')).rows).toEqual({ 2: expect.stringMatching(/^quarantined /) });
  });
});

describe('workbooks', () => {
  it('have rules for numbers in code columns, and for what those lost', async () => {
    expect(
      await judgedSheet([{ shxym: 370306200012345 }, { shxym: 913703061234567000 }, { ysxkzh: 20260001 }]),
    ).toEqual([
      expect.stringMatching(/^quarantined NUMERIC_CODE /),
      expect.stringMatching(/^quarantined NUMERIC_CODE DAMAGED_CODE$/),
      'accepted NUMERIC_CODE',
    ]);
  });

  it('have rules for formulas, errors and merged cells', async () => {
    expect(
      await judgedSheet(
        [
          { xmmc: { formula: 'A1&"x"', result: '测试家园' } },
          { xmmc: { formula: 'NA()', result: { error: '#N/A' } } },
          { xmmc: { error: '#REF!' } },
          { ysxkzh: '甲' },
          { ysxkzh: null },
        ],
        ['C5:C6'],
      ),
    ).toEqual([
      'accepted FORMULA_CELL',
      'quarantined FORMULA_CELL CELL_ERROR MISSING_FIELD',
      'quarantined CELL_ERROR',
      ACCEPTED,
      expect.stringMatching(/^quarantined MERGED_CELL/),
    ]);
  });

  it('are read where their days are serial numbers', async () => {
    expect(await judgedSheet([{ fzrq: 46054, yxqz: new Date('2028-02-01T00:00:00Z') }])).toEqual([ACCEPTED]);
  });

  it('of more than 200,000 rows are refused with advice, before any row is taken', async () => {
    const sheet = `<worksheet><sheetData>${'<row><c><v>1</v></c></row>'.repeat(200_001)}</sheetData></worksheet>`;
    const files = { 'a.xlsx': zipSync({ 'xl/worksheets/sheet1.xml': Buffer.from(sheet) }) };
    expect(await takeFiles('xlsx', files)).toMatchObject({ faults: ['a.xlsx:WORKBOOK_TOO_LARGE'], rows: {} });
  });
});

describe('texts that are built to hurt', () => {
  it('have a name: deep JSON, entities, document types from elsewhere', async () => {
    const deep = `${'['.repeat(1_000)}${']'.repeat(1_000)}`;
    expect((await takeFiles('json', { 'a.json': `[{"shxym":${deep}}]` })).faults).toEqual([
      'a.json:JSON_TOO_DEEP',
    ]);
    expect((await takeFiles('json', { 'a.json': `{"a":${deep}}` })).faults).toEqual(['a.json:JSON_TOO_DEEP']);
    expect((await takeFiles('ndjson', { 'a.ndjson': `{"shxym":${deep}}\n` })).faults).toEqual([
      'a.ndjson:JSON_TOO_DEEP',
    ]);
    const xml = (name: string) => takeFiles('xml', { [name]: corpusFile(name) });
    expect((await xml('billion-laughs.xml')).faults).toEqual(['billion-laughs.xml:XML_DOCUMENT_TYPE']);
    expect((await xml('external-entity.xml')).faults).toEqual(['external-entity.xml:XML_DOCUMENT_TYPE']);
    const nested = `<list>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</list>`;
    expect((await takeFiles('xml', { 'a.xml': nested })).faults).toEqual(['a.xml:XML_TOO_DEEP']);
  });

  it('have a name: a million columns, in every form', async () => {
    const names = Array.from({ length: 1_000_000 }, (_, at) => `c${String(at)}`);
    const wide = {
      csv: { 'a.csv': `shxym,${names.join(',')}\n` },
      json: { 'a.json': `[{${names.map((it) => `"${it}":1`).join(',')}}]` },
      ndjson: {
        'a.ndjson': `{"shxym":"1",${names
          .slice(0, 20_000)
          .map((it) => `"${it}":1`)
          .join(',')}}\n`,
      },
    };
    expect((await takeFiles('csv', wide.csv)).faults).toEqual(['a.csv:TOO_MANY_COLUMNS']);
    expect((await takeFiles('ndjson', wide.ndjson)).faults).toEqual(['a.ndjson:TOO_MANY_COLUMNS']);
    // As text the row is larger than a row may be.
    expect((await takeFiles('json', wide.json)).faults).toEqual(['a.json:NO_HEADER']);
    const row = csvOf({}).trimEnd();
    const outcome = await takeFiles('csv', { 'a.csv': `${row},${'x,'.repeat(1_000_000)}\n` });
    expect(outcome.rows).toEqual({ 2: expect.stringMatching(/^quarantined BAD_TYPE/) });
    const attributes = names
      .slice(0, 20_000)
      .map((it) => `${it}="1"`)
      .join(' ');
    const xml = await takeFiles('xml', { 'a.xml': `<list><row shxym="1" ${attributes}/></list>` });
    expect(xml.rows).toEqual({ 1: expect.stringMatching(/CELL_TOO_LARGE/) });
  });

  it('have a name: archives that unpack to too much or lead elsewhere', async () => {
    const bomb = gzipSync(Buffer.alloc(64_000_000, 'shxym\n'));
    expect((await takeFiles('csv', { 'a.csv.gz': bomb })).faults).toEqual(['a.csv.gz:ARCHIVE_TOO_LARGE']);
    const away = zipSync({ '../../a.csv': Buffer.from(csvOf({})) });
    expect(await takeFiles('csv', { 'a.zip': away })).toMatchObject({
      faults: ['a.zip:ARCHIVE_PATH'],
      rows: {},
    });
  });

  it('that are replaced while they are read never count as read', async () => {
    const rows = Array.from({ length: 1_500 }, (_, at) => ({ ysxkzh: String(at) }));
    const folder = folderOf({ 'a.csv': csvOf(...rows) });
    const connector = hostileConnector({ type: 'file', folder, path: '*.csv', format: 'csv' });
    const taking = takeIn(connector);
    const replace = setInterval(() => {
      writeFileSync(join(folder, 'new'), csvOf({ ysxkzh: 'other' }));
      renameSync(join(folder, 'new'), join(folder, 'a.csv'));
    }, 0);
    const { faults } = await taking;
    clearInterval(replace);
    expect(faults).toEqual(['a.csv:FILE_CHANGED']);
  });
});
