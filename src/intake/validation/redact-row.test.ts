import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import fc from 'fast-check';
import { residentCheckCharacter } from '../../domain/subject/index.ts';
import { loadCatalogue } from '../../registry/catalogue/index.ts';
import { loadConnector } from '../connectors/index.ts';
import { isWithheld, redactColumns, redactRow } from './redact-row.ts';
import { RowJudge } from './judge-row.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const loaded = loadConnector(join(CONNECTORS, 'sources/zc-penalty'), catalogue);
const connector = { ...loaded, keep: ['KSMC', 'LXDH', 'FDDBRSFZH'] };
const parts = { connector, catalogue, run: 'test', today: '2026-04-01' };
const judge = new RowJudge({ ...parts, hub: { id: 'zhoucun', soleTraders: 'on' } });

const MAPPED = [
  'CF_XDR_SHXYM',
  'CF_XDR_MC',
  'CF_WSH',
  'CF_SY',
  'CF_CFLB',
  'CF_NR_FK',
  'CF_JDRQ',
  'CF_ID',
  'SFCX',
];
const PERSONS = ['CF_FRDB', 'ZJHM', 'LXR', 'LXDH', 'FDDBRSFZH'];
const COLUMNS = [...MAPPED, ...PERSONS, 'KSMC', 'NBXX', '备注二'];
const shown = judge.mappedColumns(COLUMNS);

const residents = fc
  .tuple(fc.constantFrom('370306', '110101', '440803'), fc.integer({ min: 0, max: 20_000 }), fc.nat(999))
  .map(([region, days, order]) => {
    const born = new Date(Date.UTC(1949, 9, 1) + days * 86_400_000)
      .toISOString()
      .slice(0, 10)
      .replaceAll('-', '');
    const first = `${region}${born}${String(order).padStart(3, '0')}`;
    return first + residentCheckCharacter(first);
  });
const phones = fc.nat(999_999_999).map((it) => `13${String(it).padStart(9, '0')}`);
const names = fc
  .tuple(fc.constantFrom('张', '王', '欧阳', '李', '赵'), fc.constantFrom('测试', '试甲', '甲', '试乙'))
  .map((it) => it.join(''));
const around = fc.constantFrom('', '当事人', '电话：', ' （', '\n');

describe('a row on its way into quarantine', () => {
  it('keeps no number of a person, whatever column it stands in, the name of a column included', () => {
    const cells = fc.array(fc.tuple(around, fc.oneof(residents, phones), around), {
      minLength: COLUMNS.length,
      maxLength: COLUMNS.length,
    });
    const law = fc.property(cells, residents, (pieces, heading) => {
      const columns = [...COLUMNS, `列${heading}`];
      const row = { columns, cells: [...pieces.map((it) => it.join('')), 'x'] };
      const kept = JSON.stringify([redactRow(row, judge.mappedColumns(columns)), redactColumns(columns)]);
      const residentsGiven = pieces.map(([, number]) => number).filter((it) => it.length === 18);
      for (const number of residentsGiven) expect(kept).not.toContain(number);
      // A bare phone number may be the name of a row; nowhere else.
      const phonesKept = MAPPED.filter((it) => it !== 'CF_ID').flatMap((column) => {
        const number = pieces[COLUMNS.indexOf(column)]?.[1] ?? '';
        return redactRow(row, shown)[column]?.includes(number) === true ? [column] : [];
      });
      expect(phonesKept).toEqual([]);
      expect(kept).not.toContain(heading);
    });
    fc.assert(law, { seed: 20_260_401, numRuns: 300 });
  });

  it('keeps no name of a person that fills a cell, whatever column it stands in', () => {
    const cells = fc.array(names, { minLength: COLUMNS.length, maxLength: COLUMNS.length });
    const law = fc.property(cells, (values) => {
      const kept = JSON.stringify(redactRow({ columns: COLUMNS, cells: values }, shown));
      for (const name of values) expect(kept).not.toContain(name);
    });
    fc.assert(law, { seed: 20_260_401, numRuns: 300 });
  });

  it('keeps nothing of columns that are neither read nor kept, and nothing of a person in those that are kept', () => {
    const row = { columns: COLUMNS, cells: COLUMNS.map(() => '测试文字') };
    const kept = redactRow(row, shown);
    const at = (columns: readonly string[]) => columns.map((it) => kept[it]);
    expect(at(['NBXX', '备注二', 'LXR', 'LXDH', 'FDDBRSFZH'])).toEqual(
      Array.from({ length: 5 }, () => '〔不收〕'),
    );
    expect(at(['KSMC', 'CF_SY', 'SFCX', 'CF_ID'])).toEqual(Array.from({ length: 4 }, () => '测试文字'));
    expect(kept['CF_FRDB']).toBe('测*');
  });

  it('keeps long texts whole as far as a field may be long, and the name of the row as it is', () => {
    const facts = '事'.repeat(5_000);
    const [id, tooLong] = ['202603050000000001', '事'.repeat(20_000)];
    const kept = redactRow({ columns: ['CF_SY', 'CF_ID', 'BZ'], cells: [facts, id, tooLong] }, shown);
    expect([kept['CF_SY'], kept['CF_ID']]).toEqual([facts, id]);
    const long = redactRow({ columns: ['CF_SY'], cells: [tooLong] }, shown)['CF_SY'] ?? '';
    expect(long.length).toBe(10_001);
    expect(isWithheld(long, true)).toBe(true);
  });

  it('keeps a word of the code list that its column is looked up in, and masks what is none', () => {
    const licences = loadConnector(join(CONNECTORS, 'sources/sandbox-licence'), catalogue);
    const judgeOfLicences = new RowJudge({
      ...{ ...parts, connector: licences },
      hub: { id: 'zhoucun', soleTraders: 'on' },
    });
    const columns = ['XK_XKLB', 'XK_NR'];
    const of = judgeOfLicences.mappedColumns(columns);
    const keptOf = (cells: string[]) => Object.values(redactRow({ columns, cells }, of));
    expect(keptOf(['普通', '普通'])).toEqual(['普通', '普*']);
    expect(keptOf(['普测试', ''])).toEqual(['普*', '']);
  });

  it('tells values that stand for less than the source said', () => {
    expect(['方*', '欧阳*'].every((it) => isWithheld(it, true))).toBe(true);
    expect(isWithheld('当事人电话〔不收〕', true)).toBe(false);
    expect(isWithheld('〔不收〕', false)).toBe(true);
    expect(['', '罚款0.5万元。', '2026-03-05'].some((it) => isWithheld(it, false))).toBe(false);
  });
});
