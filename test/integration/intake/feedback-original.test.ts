import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
import { loadConnector } from '../../../src/intake/connectors/index.ts';
import { markOriginal } from '../../../src/intake/feedback/index.ts';
import { quarantineModel } from '../../../src/intake/quarantine/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { CONNECTORS, FeedbackWorld, OpenWorkbook, penaltyRow as row } from '../../support/feedback.ts';

const PERSON = '370306194910010002';
const refusal = (code: string) => expect.objectContaining({ code });
let world: FeedbackWorld;

beforeAll(async () => {
  world = await FeedbackWorld.open();
});
afterAll(async () => {
  await world.close();
});

describe('a copy of a department’s delimited file', () => {
  it('is not made of a file that no run read, nor of one whose rows were all accepted', async () => {
    const path = world.supply([row(1)]);
    await world.run();
    await expect(markOriginal(world.parts, path)).rejects.toEqual(refusal('ORIGINAL_DIFFERS'));
    world.supply([row(2, { CF_YXQ: '' })]);
    await world.run();
    appendFileSync(path, '\n');
    await expect(markOriginal(world.parts, path)).rejects.toEqual(refusal('ORIGINAL_DIFFERS'));
  });

  it('shows every row as it was, the faulty ones marked, and comes back like any workbook', async () => {
    const facts = `当事人电话13800000000，证件${PERSON}`;
    const path = world.supply([
      row(1),
      row(3, { CF_YXQ: '', CF_SY: facts, CF_WFXW: '方法不当', LXR: '张测试' }),
      row(4, { CF_YXQ: '' }),
    ]);
    await world.run();
    const { bytes, feedback } = await markOriginal(world.parts, path);
    expect(feedback.rows.map((it) => it.rowNumber)).toEqual(['3', '4']);
    const book = await OpenWorkbook.open(world.save(bytes));
    expect([book.cell('3', 'NBXX').text, book.cell('3', 'CF_SY').text]).toEqual(['内部信息', facts]);
    expect(book.cell('3', 'CF_YXQ').fill).toMatchObject({ fgColor: { argb: 'FFFFC7CE' } });
    expect([book.cell('1', '规则号').text, book.cell('3', '规则号').text]).toEqual([
      '',
      '1. UNMASKED_PERSONAL_DATA\n2. NO_EXPIRY',
    ]);
    book.type('3', { CF_YXQ: '2027/03/05', 处置: '已更正' });
    book.type('4', { CF_YXQ: '2027/03/05', CF_NR: `见${PERSON}`, 处置: '已更正' });
    const { results, unanswered } = await world.resubmit(world.save(await book.bytes()));
    expect(results.map((it) => it.outcome)).toEqual(['created', 'refused']);
    expect(unanswered).toBe(1);
    const record = await recordModel.in(world.database).findOne({ ownerRow: 'connector:zc-penalty|3' });
    expect(record?.versions[0]?.statement).toMatchObject({
      violationType: '方法不当',
      facts: '当事人电话〔不收〕，证件〔不收〕',
    });
    const stored = await world.everythingStored();
    for (const trace of [PERSON, '13800000000', '张测试', '内部信息'])
      expect([trace, stored.includes(trace)]).toEqual([trace, false]);
  });
});

describe('a copy of a department’s workbook', () => {
  const columns = ['XK_ID', 'XK_XDR_MC', 'XK_XDR_SHXYM', 'XK_XKWS', 'XK_WSH', 'XK_XKLB', 'XK_NR', 'XK_JDRQ'];
  const rest = ['XK_YXQZ', 'XK_YXQZI', 'XK_XKJG', 'XK_XKJGDM', 'XK_ZT', '内部'];
  const licence = (id: string, until: string): string[] => [
    ...[
      id,
      '测试甲有限公司',
      '91370306QQQQ00013R',
      '食品经营许可证',
      `周许〔2026〕${id}号`,
      '普通',
      '食品销售',
    ],
    ...[
      '2026/03/05',
      '2026/03/05',
      until,
      '淄博市周村区行政审批服务局',
      '11370306QQQQ90020F',
      '1',
      '内部信息',
    ],
  ];

  it('keeps its sheets, marks the faulty cells and adds the columns for the answer', async () => {
    const connector = loadConnector(join(CONNECTORS, 'sources/zc-licence'), world.parts.catalogue);
    const licences = world.with({ connector });
    mkdirSync(join(world.folder, 'zc-licence'), { recursive: true });
    const own = new Workbook();
    own.addWorksheet('说明').addRow(['本部门说明']);
    const sheet = own.addWorksheet('行政许可');
    for (const it of [[...columns, ...rest], licence('1', '2027/03/05'), licence('2', '长期吧')])
      sheet.addRow(it);
    const path = join(world.folder, 'zc-licence', 'a.xlsx');
    writeFileSync(path, Buffer.from(await own.xlsx.writeBuffer()));
    const receipt = await licences.run();
    expect([receipt.read, receipt.accepted, receipt.quarantined]).toEqual([2, 1, 1]);
    const { bytes } = await markOriginal(licences.parts, path);
    const book = await OpenWorkbook.open(world.save(bytes), '行政许可');
    expect(book.workbook.worksheets.map((it) => it.name)).toEqual([
      '说明',
      '行政许可',
      '规则汇总',
      '填报说明',
      'xinqiao',
    ]);
    const at = book.columnOf('XK_YXQZI');
    expect(book.sheet.getRow(3).getCell(at).fill).toMatchObject({ fgColor: { argb: 'FFFFC7CE' } });
    expect(book.sheet.getRow(2).getCell(book.columnOf('规则号')).text).toBe('');
    book.sheet.getRow(3).getCell(at).value = '2099/12/31';
    book.sheet.getRow(3).getCell(book.columnOf('处置')).value = '已更正';
    const back = await licences.resubmit(world.save(await book.bytes()));
    expect(back.results).toEqual([expect.objectContaining({ row: 3, outcome: 'created' })]);
    expect(
      await quarantineModel.in(world.database).countDocuments({ status: 'open', source: 'zc-licence' }),
    ).toBe(0);
  });
});
