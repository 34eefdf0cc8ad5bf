import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { residentCheckCharacter } from '../../../src/domain/subject/index.ts';
import { collectFeedback, writeFeedback } from '../../../src/intake/feedback/index.ts';
import { quarantineModel } from '../../../src/intake/quarantine/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { FeedbackWorld, OpenWorkbook, penaltyRow as row, type Row } from '../../support/feedback.ts';

let world: FeedbackWorld;

beforeAll(async () => {
  world = await FeedbackWorld.open({ keep: ['KSMC'] });
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  await quarantineModel.in(world.database).deleteMany({});
  await recordModel.in(world.database).deleteMany({});
});

async function exported(rows: readonly Row[]): Promise<OpenWorkbook> {
  world.supply(rows);
  await world.run();
  return OpenWorkbook.open(await world.exported());
}

const give = async (book: OpenWorkbook) => (await world.resubmit(world.save(await book.bytes()))).results;
const refusal = (code: string) => expect.objectContaining({ code });
const fixed = { CF_YXQ: '2027/03/05', 处置: '已更正' };

describe('what a spreadsheet does to a workbook', () => {
  it('is refused where it declares more than is unpacked, and where it is cut off', async () => {
    const bytes = readFileSync(await world.exported());
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    const bomb = Buffer.from(bytes);
    bomb.writeUInt32LE(0x7fff_ffff, bytes.readUInt32LE(end + 16) + 24);
    await expect(world.resubmit(world.save(bomb))).rejects.toEqual(refusal('FEEDBACK_TOO_LARGE'));
    for (const length of [10, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const cut = world.save(bytes.subarray(0, length));
      await expect(world.resubmit(cut)).rejects.toEqual(refusal('FEEDBACK_UNREADABLE'));
    }
  });

  it('is found where a code became a number, and taken where a day or a formula has a plain value', async () => {
    const book = await exported([1, 2, 3].map((id) => row(id, { CF_YXQ: '' })));
    book.type('1', fixed);
    book.cell('1', 'CF_XDR_SHXYM').value = 9.1370306e17;
    book.type('2', fixed);
    book.cell('2', 'CF_YXQ').numFmt = 'yyyy/m/d';
    book.cell('2', 'CF_YXQ').value = new Date(Date.UTC(2027, 2, 5));
    book.type('3', fixed);
    book.cell('3', 'CF_YXQ').value = { formula: 'A1', result: '2027/03/05' };
    expect((await give(book)).map((it) => [it.outcome, ...it.rules])).toEqual([
      ['quarantined', expect.stringMatching(/DAMAGED_CODE|BAD_USCC/)],
      ['created'],
      ['created'],
    ]);
  });

  it('does not matter where rows were sorted, coloured, blank or gone, and columns moved are refused', async () => {
    const book = await exported([1, 2, 3].map((id) => row(id, { CF_YXQ: '' })));
    const [second, third] = [2, 3].map((it) => book.sheet.getRow(it).values);
    if (second === undefined || third === undefined) throw new Error('no rows');
    book.sheet.getRow(2).values = third;
    book.sheet.getRow(3).values = second;
    for (const id of ['1', '2']) book.type(id, fixed);
    book.sheet.spliceRows(book.rowOf('3'), 1);
    expect((await give(book)).map((it) => it.outcome)).toEqual(['created', 'created']);
    expect(await quarantineModel.in(world.database).countDocuments({ status: 'open' })).toBe(1);
    const again = await OpenWorkbook.open(await world.exported());
    again.sheet.spliceColumns(2, 1);
    await expect(give(again)).rejects.toEqual(refusal('FEEDBACK_COLUMNS'));
  });
});

const residents = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.nat(999)).map(([days, order]) => {
  const born = new Date(Date.UTC(1949, 9, 1) + days * 86_400_000)
    .toISOString()
    .slice(0, 10)
    .replaceAll('-', '');
  const first = `370306${born}${String(order).padStart(3, '0')}`;
  return first + residentCheckCharacter(first);
});
const names = fc
  .tuple(fc.constantFrom('赵', '钱', '孙', '欧阳'), fc.constantFrom('测丁', '试丁', '丁测'))
  .map((it) => it.join(''));

describe('a person in any cell of any row', () => {
  it('is in nothing that is stored, exported or answered', async () => {
    const columns = [...Object.keys(row(1)), 'KSMC', 'LXR'];
    const persons = fc.array(fc.tuple(fc.constantFrom(...columns), fc.oneof(residents, names)), {
      minLength: 1,
      maxLength: 4,
    });
    const law = fc.asyncProperty(fc.array(persons, { minLength: 1, maxLength: 6 }), async (rows) => {
      await quarantineModel.in(world.database).deleteMany({});
      await recordModel.in(world.database).deleteMany({});
      const base = rows.map((_, place) => ({ ...row(place + 1, { CF_YXQ: '' }), KSMC: '', LXR: '' }));
      world.supply(base.map((it, place) => ({ ...it, ...Object.fromEntries(rows[place] ?? []) })));
      const receipt = await world.run();
      const feedback = await collectFeedback(world.parts);
      const path = world.save(await writeFeedback(feedback, world.parts.secret));
      const book = await OpenWorkbook.open(path);
      const cells: string[] = [];
      book.workbook.worksheets.forEach((sheet) =>
        sheet.eachRow((it) => it.eachCell((cell) => cells.push(cell.text, JSON.stringify(cell.note ?? '')))),
      );
      for (let at = 2; at <= book.sheet.rowCount; at += 1)
        book.sheet.getRow(at).getCell(book.columnOf('处置')).value = '已更正';
      const back = await world.resubmit(world.save(await book.bytes()));
      const told = JSON.stringify([receipt, feedback, cells, back]) + (await world.everythingStored());
      for (const [, person] of rows.flat()) expect([person, told.includes(person)]).toEqual([person, false]);
    });
    await fc.assert(law, { seed: 20_260_401, numRuns: 25 });
  });
});
