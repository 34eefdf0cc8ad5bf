import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { collectFeedback, listFeedback, writeFeedback } from '../../../src/intake/feedback/index.ts';
import { listQuarantine, quarantineModel } from '../../../src/intake/quarantine/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { feedbackExportSchema } from '../../../src/contracts/messages/index.ts';
import { FeedbackWorld, OpenWorkbook, penaltyRow as row, type Row } from '../../support/feedback.ts';

const PERSON = '370306194910010002';
let world: FeedbackWorld;

beforeAll(async () => {
  world = await FeedbackWorld.open();
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  await quarantineModel.in(world.database).deleteMany({});
  await recordModel.in(world.database).deleteMany({});
});

/** Supplies rows, runs, exports, and opens the workbook as a department does. */
async function exported(rows: readonly Row[]): Promise<OpenWorkbook> {
  world.supply(rows);
  await world.run();
  return OpenWorkbook.open(await world.exported());
}

const give = async (book: OpenWorkbook) => world.resubmit(world.save(await book.bytes()));
const refusal = (code: string) => expect.objectContaining({ code });
const ends = (receipt: Awaited<ReturnType<typeof give>>) =>
  receipt.results.map((it) => [it.outcome, ...it.rules]);

describe('a workbook that comes back', () => {
  it('is not taken where it is no workbook of this hub, of this connector, or of this form', async () => {
    const book = await exported([row(1, { CF_YXQ: '' })]);
    await expect(world.resubmit(world.save(Buffer.from('no workbook')))).rejects.toEqual(
      refusal('FEEDBACK_UNREADABLE'),
    );
    book.workbook.removeWorksheet('xinqiao');
    await expect(give(book)).rejects.toEqual(refusal('FEEDBACK_NOT_OURS'));
    const feedback = await collectFeedback(world.parts);
    const written = async (changes: object, secret = world.parts.secret) =>
      world.save(await writeFeedback({ ...feedback, ...changes }, secret));
    await expect(world.resubmit(await written({ hub: 'other' }))).rejects.toEqual(
      refusal('FEEDBACK_FOREIGN'),
    );
    await expect(world.resubmit(await written({ connector: 'other' }))).rejects.toEqual(
      refusal('FEEDBACK_FOREIGN'),
    );
    await expect(world.resubmit(await written({}, Buffer.from('another')))).rejects.toEqual(
      refusal('FEEDBACK_CHANGED'),
    );
    await expect(world.resubmit(await written({}), '王测试')).rejects.toEqual(refusal('BAD_ACTOR'));
  });

  it('is not taken where its hidden sheet, its columns or its number of rows were changed', async () => {
    const changed = async (change: (book: OpenWorkbook) => void) => {
      const book = await exported([row(1, { CF_YXQ: '' })]);
      change(book);
      return give(book);
    };
    const hidden = (book: OpenWorkbook, key: string, value: string) =>
      book.workbook.getWorksheet('xinqiao')?.eachRow((it) => {
        if (it.getCell(1).text === key) it.getCell(2).value = value;
      });
    await expect(changed((it) => hidden(it, 'version', '2'))).rejects.toEqual(refusal('FEEDBACK_VERSION'));
    await expect(changed((it) => hidden(it, 'lastRow', '9'))).rejects.toEqual(refusal('FEEDBACK_CHANGED'));
    const renamed = (it: OpenWorkbook) => (it.sheet.getRow(1).getCell(2).value = '别的');
    await expect(changed(renamed)).rejects.toEqual(refusal('FEEDBACK_COLUMNS'));
    await expect(changed((it) => (it.sheet.name = '别的'))).rejects.toEqual(refusal('FEEDBACK_COLUMNS'));
    const longer = (it: OpenWorkbook) => it.sheet.addRow(['x', 'y']);
    await expect(changed(longer)).rejects.toEqual(refusal('FEEDBACK_TOO_LARGE'));
    expect(await listFeedback(world.database, 'zc-penalty', 10)).toEqual([]);
  });

  it('refuses a row into which a person’s number was typed, and keeps nothing of it', async () => {
    const book = await exported([row(1, { CF_YXQ: '' }), row(2, { CF_YXQ: '' })]);
    book.type('1', { CF_SY: `当事人${PERSON}`, CF_YXQ: '2027/03/05', 处置: '已更正' });
    book.type('2', { NBXX: PERSON, CF_YXQ: '2027/03/05', 处置: '已更正' });
    const receipt = await give(book);
    expect(ends(receipt)).toEqual([
      ['refused', 'NATURAL_PERSON_SUBJECT'],
      ['refused', 'NATURAL_PERSON_SUBJECT'],
    ]);
    expect((await world.everythingStored()).includes(PERSON)).toBe(false);
    expect((await listQuarantine(world.database, 'zc-penalty', 10)).length).toBe(2);
  });

  it('finds rows whose key is foreign, stands twice, is lost, or closed', async () => {
    const wrong = [1, 2, 3, 4, 5].map((id) => row(id, { CF_YXQ: '' }));
    const book = await exported(wrong);
    for (const id of ['1', '2', '3', '4', '5']) book.type(id, { CF_YXQ: '2027/03/05', 处置: '已更正' });
    const key = book.cell('1', '行标识').text;
    book.type('1', { 行标识: `${key.slice(0, 65)}${'A'.repeat(32)}` });
    book.type('2', { 行标识: book.cell('3', '行标识').text });
    book.type('4', { 行标识: '' });
    book.cell('5', '行标识').value = null;
    book.type('5', { CF_ID: '77' });
    const receipt = await give(book);
    expect(ends(receipt)).toEqual([
      ['quarantined', 'ROW_KEY_FOREIGN'],
      ['quarantined', 'ROW_KEY_TWICE'],
      ['quarantined', 'ROW_KEY_TWICE'],
      ['created'],
      ['quarantined', 'ROW_KEY_LOST'],
    ]);
    const again = await OpenWorkbook.open(await world.exported());
    world.supply([row(1)]);
    await world.run();
    again.type('1', { CF_YXQ: '2027/03/05', 处置: '已更正' });
    expect(ends(await give(again))).toEqual([['quarantined', 'ROW_KEY_CLOSED']]);
  });

  it('is taken once: the same file again changes nothing, another correction of a closed row neither', async () => {
    const book = await exported([row(1, { CF_YXQ: '', CF_NR_FK: '五千' }), row(2, { CF_YXQ: '' })]);
    book.type('1', { CF_YXQ: '2027/03/05', CF_NR_FK: '0.5', 处置: '已更正' });
    const receipt = await give(book);
    expect(receipt).toMatchObject({
      read: 1,
      accepted: 1,
      created: 1,
      unchanged: 0,
      quarantined: 0,
      refused: 0,
    });
    expect(receipt).toMatchObject({ unanswered: 1, by: 'clerk01', connector: 'zc-penalty' });
    const [record] = await recordModel.in(world.database).find({}).toArray();
    expect(record?.versions[0]?.statement).toMatchObject({
      fineWanYuan: '0.500000',
      representativeMasked: '王*',
    });
    const entry = await quarantineModel.in(world.database).findOne({ row: '1' });
    expect(entry).toMatchObject({
      status: 'resolved',
      closed: { how: 'workbook', by: 'clerk01', record: { key: record?._id, v: 1, hash: record?.head.hash } },
    });
    const before = await recordModel.in(world.database).find({}).toArray();
    expect(await give(book)).toMatchObject({
      read: 1,
      accepted: 0,
      unchanged: 1,
      quarantined: 0,
      refused: 0,
    });
    expect(await recordModel.in(world.database).find({}).toArray()).toEqual(before);
    book.type('1', { CF_NR_FK: '0.9' });
    expect(ends(await give(book))).toEqual([['quarantined', 'ROW_KEY_CLOSED']]);
    expect((await listQuarantine(world.database, 'zc-penalty', 10)).map((it) => it.row)).toEqual(['2']);
  });

  it('goes on where it was interrupted between accepting a row and closing its entry', async () => {
    const book = await exported([row(1, { CF_YXQ: '' })]);
    book.type('1', { CF_YXQ: '2027/03/05', 处置: '已更正' });
    await give(book);
    const before = await recordModel.in(world.database).find({}).toArray();
    await quarantineModel.in(world.database).updateOne({}, { $set: { status: 'open', closed: null } });
    expect(await give(book)).toMatchObject({ read: 1, accepted: 0, unchanged: 1 });
    expect(await recordModel.in(world.database).find({}).toArray()).toEqual(before);
    expect(await quarantineModel.in(world.database).findOne({})).toMatchObject({ status: 'resolved' });
  });

  it('decides for the row that was given out: the same wrong row read again does not wait again', async () => {
    const book = await exported([row(1, { CF_YXQ: '' })]);
    book.type('1', { CF_YXQ: '2027/03/05', 处置: '已更正' });
    await give(book);
    await world.run();
    expect(await listQuarantine(world.database, 'zc-penalty', 10)).toEqual([]);
    world.supply([row(1, { CF_YXQ: '', CF_NR: '罚款0.6万元。' })]);
    await world.run();
    expect((await listQuarantine(world.database, 'zc-penalty', 10)).map((it) => it.status)).toEqual(['open']);
  });

  it('leaves a row waiting that is still wrong, whose mask hides what is needed, or whose answer is none', async () => {
    const book = await exported([
      row(1, { CF_YXQ: '' }),
      row(2, { CF_YXQ: '', CF_WFXW: '方法不当' }),
      row(3, { CF_YXQ: '' }),
    ]);
    book.type('1', { 处置: '已更正' });
    book.type('2', { CF_YXQ: '2027/03/05', 处置: '已更正' });
    book.type('3', { CF_YXQ: '2027/03/05', 处置: '改好了' });
    expect(ends(await give(book))).toEqual([
      ['quarantined', 'NO_EXPIRY'],
      ['quarantined', 'WITHHELD_VALUE'],
      ['quarantined', 'BAD_DISPOSITION'],
    ]);
    book.type('2', { CF_WFXW: '方法不当' });
    expect(ends(await give(book))[1]).toEqual(['created']);
  });

  it('drops a row by 撤回 and never the record it would have corrected', async () => {
    world.supply([row(1)]);
    await world.run();
    const book = await exported([row(1, { CF_YXQ: '' })]);
    book.type('1', { 处置: '撤回' });
    expect(ends(await give(book))).toEqual([['dropped']]);
    expect(ends(await give(book))).toEqual([['unchanged']]);
    const [record] = await recordModel.in(world.database).find({}).toArray();
    expect(record?.head).toMatchObject({ v: 1, operation: 'UPSERT' });
    await world.run();
    expect(await listQuarantine(world.database, 'zc-penalty', 10)).toEqual([]);
  });
});

describe('the workbook that goes out', () => {
  it('holds no formula, no number of a person and nothing of columns that are not kept', async () => {
    const book = await exported([
      row(1, { CF_YXQ: '=1+1', CF_NR: '+cmd|x', CF_WFXW: '@SUM(1)', BZ: '-2', CF_SY: `证件${PERSON}` }),
    ]);
    expect([book.cell('1', 'CF_YXQ').value, book.cell('1', 'CF_NR').value]).toEqual(['=1+1', '+cmd|x']);
    expect(book.cell('1', 'CF_WFXW').value).toBe('@SUM(1)');
    book.sheet.eachRow((it) => it.eachCell((cell) => expect(cell.formula).toBeUndefined()));
    expect([book.cell('1', 'NBXX').text, book.cell('1', 'CF_SY').text]).toEqual(['〔不收〕', '证件〔不收〕']);
    expect(book.cell('1', 'CF_FRDB').text).toBe('王*');
  });

  it('shows the department’s columns in their order, every finding of a row, red cells and what to choose', async () => {
    const book = await exported([
      row(1, { CF_YXQ: '', CF_NR_FK: '五千', CF_XDR_SHXYM: '91370306QQQQ00013X' }),
      row(2),
    ]);
    const heads: string[] = [];
    book.sheet.getRow(1).eachCell((it) => heads.push(it.text));
    const added = ['行号', '字段', '原值', '规则号', '错误说明', '修改建议', '处置', '行标识'];
    expect(heads).toEqual([...Object.keys(row(1)), ...added]);
    expect(book.sheet.rowCount).toBe(2);
    const rules = book.cell('1', '规则号').text;
    for (const rule of ['BAD_AMOUNT', 'NO_EXPIRY', 'BAD_USCC']) expect(rules).toContain(rule);
    expect(book.cell('1', 'CF_YXQ').fill).toMatchObject({ fgColor: { argb: 'FFFFC7CE' } });
    expect(JSON.stringify(book.cell('1', 'CF_YXQ').note)).toContain('NO_EXPIRY');
    expect(book.cell('1', 'CF_ID').fill).toMatchObject({ pattern: 'none' });
    expect(book.cell('1', 'CF_ID').numFmt).toBe('@');
    expect(book.cell('1', '处置').dataValidation).toMatchObject({ formulae: ['"已更正,确认无误,撤回"'] });
    expect(book.sheet.getColumn(heads.length).hidden).toBe(true);
    const sheets = book.workbook.worksheets.map((it) => [it.name, it.state]);
    expect(sheets).toEqual([
      ['问题数据', 'visible'],
      ['规则汇总', 'visible'],
      ['填报说明', 'visible'],
      ['xinqiao', 'veryHidden'],
    ]);
  });

  it('has the same content as JSON, by the published schema', async () => {
    await exported([row(1, { CF_YXQ: '', CF_NR_FK: '五千' }), row(2, { CF_YXQ: '' })]);
    const feedback = feedbackExportSchema.parse(await collectFeedback(world.parts));
    expect(feedback.rows.map((it) => it.findings.map((found) => [found.rule, found.column]))).toEqual([
      [
        ['BAD_AMOUNT', 'CF_NR_FK'],
        ['NO_EXPIRY', 'CF_YXQ'],
      ],
      [['NO_EXPIRY', 'CF_YXQ']],
    ]);
    expect(feedback.rules.map((it) => [it.rule, it.rows])).toEqual([
      ['NO_EXPIRY', 2],
      ['BAD_AMOUNT', 1],
    ]);
    const one = await collectFeedback(world.parts, { rule: 'BAD_AMOUNT', file: null });
    expect(one.rows.length).toBe(1);
  });
});
