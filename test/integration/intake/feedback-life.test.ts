import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { approveOverride, refuseOverride } from '../../../src/intake/feedback/index.ts';
import {
  countOverdueQuarantine,
  listEntries,
  quarantineModel,
  quarantineRows,
  type QuarantineEntry,
} from '../../../src/intake/quarantine/index.ts';
import { personForgetter } from '../../../src/intake/pipeline/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { FeedbackWorld, OpenWorkbook, penaltyRow as row, type Row } from '../../support/feedback.ts';

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

const refusal = (code: string) => expect.objectContaining({ code });
const give = async (book: OpenWorkbook) => world.resubmit(world.save(await book.bytes()));
const BACKWARDS = { CF_YXQ: '2026/03/01' };

/** The row waits, and `clerk01` says that it is right. */
async function confirmed(changes: Row): Promise<{ rules: readonly string[]; entry: string }> {
  world.supply([row(1, changes)]);
  await world.run();
  const book = await OpenWorkbook.open(await world.exported());
  book.type('1', { 处置: '确认无误' });
  const [result] = (await give(book)).results;
  return { rules: result?.rules ?? [], entry: result?.entry ?? '' };
}

describe('a row that its department holds right', () => {
  it('is never let in against a rule that guards persons, names the record or asks for an end', async () => {
    expect(await confirmed({ CF_YXQ: '' })).toMatchObject({ rules: ['NOT_OVERRIDABLE'] });
    expect(await confirmed({ CF_XDR_SHXYM: '91370306QQQQ00013X' })).toMatchObject({
      rules: ['NOT_OVERRIDABLE'],
    });
  });

  it('is not let in by the one who asked, by nobody’s request, without a reason, or with a person in it', async () => {
    const { entry } = await confirmed(BACKWARDS);
    const decision = { entry, by: 'chief02', reason: '决定书原文如此' };
    const approve = (changes: object) => approveOverride(world.parts, { ...decision, ...changes });
    await expect(approve({ by: 'clerk01' })).rejects.toEqual(refusal('SAME_PERSON_TWICE'));
    await expect(approve({ by: 'CLERK01' })).rejects.toEqual(refusal('SAME_PERSON_TWICE'));
    await expect(approve({ by: '王测试' })).rejects.toEqual(refusal('BAD_ACTOR'));
    await expect(approve({ by: '370306194910010002' })).rejects.toEqual(refusal('BAD_ACTOR'));
    await expect(approve({ reason: ' ' })).rejects.toEqual(refusal('BAD_REASON'));
    await expect(approve({ reason: '见13800000000' })).rejects.toEqual(refusal('BAD_REASON'));
    await expect(approve({ entry: 'ffffffff' })).rejects.toEqual(refusal('NO_SUCH_ENTRY'));
    await quarantineModel.in(world.database).updateMany({}, { $set: { status: 'open' } });
    await expect(approve({})).rejects.toEqual(refusal('NO_OVERRIDE_REQUESTED'));
    expect(await recordModel.in(world.database).countDocuments({})).toBe(0);
  });

  it('goes on waiting where the second person refuses, and may be asked for again', async () => {
    const { entry, rules } = await confirmed(BACKWARDS);
    expect(rules).toEqual(['DATE_ORDER']);
    await refuseOverride(world.parts, { entry, by: 'chief02', reason: '请核对决定书' });
    const kept = await quarantineModel.in(world.database).findOne({});
    expect(kept).toMatchObject({ status: 'override-refused', override: { decidedBy: 'chief02' } });
    const again = await confirmed(BACKWARDS);
    expect(again).toMatchObject({ rules: ['DATE_ORDER'], entry });
  });

  it('is let in by a second person, with the reason in its provenance, and stays so when it is read again', async () => {
    const { entry } = await confirmed(BACKWARDS);
    const record = await approveOverride(world.parts, { entry, by: 'chief02', reason: '决定书原文如此' });
    const held = await recordModel.in(world.database).findOne({ _id: record.key });
    expect(held?.versions[0]?.provenance.override).toEqual({
      rules: ['DATE_ORDER'],
      reason: '决定书原文如此',
    });
    expect(JSON.stringify(held)).not.toContain('chief02');
    await world.run();
    const kept = await quarantineModel.in(world.database).findOne({});
    expect(kept).toMatchObject({ status: 'override-approved', closed: { how: 'override', by: 'chief02' } });
    await expect(approveOverride(world.parts, { entry, by: 'chief03', reason: '再来一次' })).rejects.toEqual(
      refusal('NO_OVERRIDE_REQUESTED'),
    );
  });
});

const entry = (digest: string, changes: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  source: 'zc-penalty',
  digest: digest.repeat(64),
  row: '7',
  keyed: true,
  redacted: { CF_ID: '7' },
  findings: [{ rule: 'NO_EXPIRY', field: 'validTo', severity: 'reject', zh: '缺', en: 'none' }],
  run: 'run-1',
  ...changes,
});
const put = (...entries: QuarantineEntry[]) => quarantineRows(world.database, entries);
const states = async () =>
  (await quarantineModel.in(world.database).find({}).sort({ _id: 1 }).toArray()).map((it) => it.status);

describe('an entry in quarantine', () => {
  it('is met again as unchanged, and another content of the row takes its place', async () => {
    expect(await put(entry('a'), entry('a'))).toEqual(['quarantined', 'unchanged']);
    expect(await put(entry('a', { run: 'run-2' }))).toEqual(['unchanged']);
    expect(await put(entry('b', { run: 'run-3' }))).toEqual(['quarantined']);
    expect(await states()).toEqual(['superseded', 'open']);
    expect(await put(entry('a', { run: 'run-4' }))).toEqual(['quarantined']);
    expect(await states()).toEqual(['open', 'superseded']);
  });

  it('stands beside another content of the row in the same run, and beside rows that have no name', async () => {
    await put(entry('a'), entry('b'));
    await put(entry('c', { keyed: false, row: '9' }));
    await put(entry('d', { keyed: false, row: '9', run: 'run-2' }));
    expect(await states()).toEqual(['open', 'open', 'open', 'open']);
  });

  it('that its department dropped stays so, and one that a reading closed opens again', async () => {
    await put(entry('a'), entry('b', { row: '8' }));
    await quarantineModel.in(world.database).updateOne(
      { row: '7' },
      {
        $set: {
          status: 'dropped',
          closed: { at: new Date(), how: 'workbook', by: 'clerk01', record: null },
        },
      },
    );
    await quarantineModel
      .in(world.database)
      .updateOne(
        { row: '8' },
        { $set: { status: 'resolved', closed: { at: new Date(), how: 'read', by: null, record: null } } },
      );
    const again = { run: 'run-2' };
    expect(await put(entry('a', again), entry('b', { ...again, row: '8' }))).toEqual([
      'unchanged',
      'quarantined',
    ]);
    expect(await states()).toEqual(['dropped', 'open']);
  });

  it('of a row that was accepted with a warning does not wait, and is closed by 确认无误', async () => {
    const own = { rule: 'zc-penalty/R001', field: null, severity: 'warn', zh: '请核对', en: 'look' } as const;
    world.supply([row(1, { CF_YXQ: '' })]);
    await world.run();
    const shown = await quarantineModel.in(world.database).findOne({});
    await put(
      entry('e', { redacted: { ...shown?.redacted, CF_ID: '2' }, row: '2', findings: [own], accepted: true }),
    );
    const query = { source: 'zc-penalty', rule: null, overdue: false, after: null, limit: 10 };
    expect((await listEntries(world.database, { ...query, warned: false })).length).toBe(1);
    const book = await OpenWorkbook.open(await world.exported());
    book.type('2', { 处置: '撤回' });
    expect((await give(book)).results.map((it) => it.rules)).toEqual([['BAD_DISPOSITION']]);
    book.type('2', { 处置: '确认无误' });
    expect((await give(book)).results.map((it) => it.outcome)).toEqual(['confirmed']);
    expect(await listEntries(world.database, { ...query, warned: true })).toHaveLength(1);
  });

  it('is overdue once the working days of its manifest are over', async () => {
    await put(entry('a', { dueWorkdays: 3 }), entry('b', { row: '8' }));
    expect(await countOverdueQuarantine(world.database)).toBe(0);
    await quarantineModel.in(world.database).updateOne({ row: '7' }, { $set: { dueOn: '2026-01-05' } });
    expect(await countOverdueQuarantine(world.database)).toBe(1);
    const query = { source: null, rule: 'NO_EXPIRY', overdue: true, warned: false, after: null, limit: 10 };
    expect((await listEntries(world.database, query)).map((it) => it.row)).toEqual(['7']);
  });

  it('goes with the record in which a person was found, corrected rows too', async () => {
    world.supply([row(1, { CF_YXQ: '' })]);
    await world.run();
    const book = await OpenWorkbook.open(await world.exported());
    book.type('1', { CF_YXQ: '2027/03/05', 处置: '已更正' });
    await give(book);
    const record = await recordModel.in(world.database).findOne({});
    await personForgetter(world.database)(record?._id ?? '');
    expect(await quarantineModel.in(world.database).countDocuments({})).toBe(0);
  });
});
