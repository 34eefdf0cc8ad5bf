import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import type { WireRecord } from '../../../src/contracts/messages/index.ts';
import { contentHash, tombstoneStatement } from '../../../src/domain/record/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { loadConnector, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import {
  partnerIntake,
  runConnector,
  runModel,
  type RunReceipt,
} from '../../../src/intake/pipeline/index.ts';
import { listQuarantine, quarantineModel } from '../../../src/intake/quarantine/index.ts';
import { stageModel } from '../../../src/intake/stage/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { subjectModel } from '../../../src/registry/subjects/index.ts';
import { freshDatabase } from '../../support/servers.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const hub = { id: 'zhoucun', soleTraders: 'on' } as HubFile;
const secret = Buffer.from('a secret of this test');
const CODE = '91370306QQQQ00013R';
const PERSON = '370306194910010002';

type Row = Record<string, string>;

const row = (id: number, changes: Row = {}): Row => ({
  CF_ID: String(id),
  CF_XDR_MC: '测试甲有限公司',
  CF_XDR_LB: '法人及非法人组织',
  CF_XDR_SHXYM: CODE,
  CF_FRDB: '王测试',
  CF_WSH: `周市监罚字〔2026〕${id}号`,
  CF_WFXW: '未按规定公示信息',
  CF_SY: '经查，当事人未公示。',
  CF_YJ: '企业信息公示暂行条例第十八条',
  CF_CFLB: '罚款',
  CF_NR: '罚款0.5万元。',
  CF_NR_FK: '0.5',
  CF_JDRQ: '2026/03/05',
  CF_YXQ: '2027/03/05',
  CF_CFJG: '淄博市周村区市场监督管理局',
  CF_CFJGDM: '11370306QQQQ90012L',
  SFCX: '0',
  NBXX: '内部信息',
  ...changes,
});

let database: HubDatabase;
let inbox: string;
let connector: LoadedConnector;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  const models = [recordModel, subjectModel, quarantineModel, runModel, stageModel];
  await ensureIndexes(database, models as unknown as Parameters<typeof ensureIndexes>[1]);
  inbox = mkdtempSync(join(tmpdir(), 'xinqiao-run-'));
  mkdirSync(join(inbox, 'zc-penalty'));
  process.env['XQ_INBOX_DIR'] = inbox;
  connector = loadConnector(join(CONNECTORS, 'sources/zc-penalty'), catalogue);
});

afterAll(async () => {
  await database.close();
  rmSync(inbox, { recursive: true, force: true });
});

function supply(rows: readonly Row[], ending = '\n'): void {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((it) => columns.map((column) => it[column] ?? ''))].map((it) =>
    it.join(','),
  );
  writeFileSync(join(inbox, 'zc-penalty', 'a.csv'), iconv.encode(lines.join('\n') + ending, 'gb18030'));
}

const run = (): Promise<RunReceipt> =>
  runConnector({ connector, catalogue, database, hub, clock: systemClock, log: silentLog(), secret });

const counts = (it: RunReceipt): number[] => [it.read, it.accepted, it.unchanged, it.quarantined, it.refused];

async function everythingStored(): Promise<string> {
  const collections = (await database.connection.db?.listCollections().toArray()) ?? [];
  const all = await Promise.all(
    collections.map((it) => database.connection.collection(it.name).find({}).toArray()),
  );
  return JSON.stringify(all);
}

describe('collecting from a department', () => {
  it('refuses rows about persons and keeps nothing of them', async () => {
    supply([
      row(901, { CF_XDR_SHXYM: PERSON, CF_XDR_MC: '甲乙丙' }),
      row(902, { CF_XDR_LB: '自然人', CF_XDR_MC: '丁戊己' }),
      row(903, { CF_CFLB: '行政拘留', CF_SY: '庚辛壬' }),
      row(904, { CF_XDR_SHXYM: '', CF_XDR_MC: `测试 ${PERSON}` }),
    ]);
    const receipt = await run();
    expect(counts(receipt)).toEqual([4, 0, 0, 0, 4]);
    expect(receipt.findingsByRule).toEqual({ NATURAL_PERSON_SUBJECT: 4 });
    const stored = await everythingStored();
    for (const trace of [PERSON, '甲乙丙', '丁戊己', '庚辛壬']) expect(stored).not.toContain(trace);
  });

  it('puts a wrong row into quarantine once, redacted, with all its findings', async () => {
    supply([row(1, { CF_YXQ: '', CF_NR_FK: '5000元', CF_SY: `当事人电话13800000000，证件${PERSON}` })]);
    expect(counts(await run())).toEqual([1, 0, 0, 1, 0]);
    expect(counts(await run())).toEqual([1, 0, 1, 0, 0]);
    const [entry, ...others] = await listQuarantine(database, 'zc-penalty', 10);
    expect(others).toEqual([]);
    const rejects = entry?.findings.filter((it) => it.severity === 'reject').map((it) => it.rule);
    expect(rejects?.sort()).toEqual(['BAD_AMOUNT', 'NO_EXPIRY']);
    expect(entry?.redacted).toMatchObject({
      CF_FRDB: '王*',
      NBXX: '〔不收〕',
      CF_SY: '当事人电话〔不收〕，证件〔不收〕',
    });
    const stored = await everythingStored();
    for (const trace of ['王测试', '13800000000', PERSON, '内部信息']) expect(stored).not.toContain(trace);
  });

  it('closes the entry when the row comes right', async () => {
    supply([row(1)]);
    expect(counts(await run())).toEqual([1, 1, 0, 0, 0]);
    expect(await listQuarantine(database, 'zc-penalty', 10)).toEqual([]);
  });

  it('adds up, and a second run of the same input changes nothing', async () => {
    supply([row(1), row(2), row(2), row(3), row(3, { CF_NR_FK: '9' })]);
    const first = await run();
    expect(counts(first)).toEqual([5, 1, 2, 2, 0]);
    // Nobody but the department knows which of two rows is right: neither is accepted.
    expect(first.findingsByRule['DUPLICATE_IN_RUN']).toBe(2);
    const before = await recordModel.in(database).find({}).sort({ _id: 1 }).toArray();
    expect(counts(await run())).toEqual([5, 0, 5, 0, 0]);
    expect(await recordModel.in(database).find({}).sort({ _id: 1 }).toArray()).toEqual(before);
    supply([row(3)]);
    expect(counts(await run())).toEqual([1, 1, 0, 0, 0]);
    expect(await listQuarantine(database, 'zc-penalty', 10)).toEqual([]);
  });

  it('takes a corrected amount as a second version, and absence as nothing', async () => {
    supply([row(2, { CF_NR_FK: '0.75' })]);
    expect(await run()).toMatchObject({ corrected: 1, created: 0, withdrawn: 0 });
    const versions = (await recordModel.in(database).findOne({ ownerRow: 'connector:zc-penalty|2' }))
      ?.versions;
    expect(versions?.map((it) => [it.v, it.operation, it.statement['fineWanYuan']])).toEqual([
      [1, 'UPSERT', '0.500000'],
      [2, 'CORRECT', '0.750000'],
    ]);
    expect(await recordModel.in(database).countDocuments({ 'head.operation': { $ne: 'WITHDRAW' } })).toBe(3);
  });

  it('leaves one living record when a document number is corrected', async () => {
    supply([row(3, { CF_WSH: '周市监罚字〔2026〕33号' })]);
    expect(await run()).toMatchObject({ corrected: 1 });
    const records = await recordModel.in(database).find({ ownerRow: 'connector:zc-penalty|3' }).toArray();
    expect(records.map((it) => it.head.operation).sort()).toEqual(['UPSERT', 'WITHDRAW']);
  });

  it('withdraws by the declared column, though the rest of the row is gone', async () => {
    supply([row(1, { SFCX: '1', CF_SY: '', CF_YXQ: '' })]);
    expect(await run()).toMatchObject({ withdrawn: 1, quarantined: 0 });
    expect(await run()).toMatchObject({ withdrawn: 0, unchanged: 1 });
  });

  it('puts a row without its declared name into quarantine, so that rows never pass for one another', async () => {
    supply([row(1, { CF_ID: '' }), row(2, { CF_ID: '' })]);
    expect(counts(await run())).toEqual([2, 0, 0, 2, 0]);
  });

  it('keeps what was accepted before a file broke off, and says where', async () => {
    supply([row(41), row(42)], '\n43,测试');
    const receipt = await run();
    expect(receipt.faults.map((it) => it.code)).toEqual(['FILE_TRUNCATED']);
    expect(counts(receipt)).toEqual([2, 2, 0, 0, 0]);
  });

  it('finds control characters, cells that are too large and wrong encodings', async () => {
    supply([
      row(51, { BZ: '' }),
      row(52, { CF_SY: 'a\u0000b' }),
      row(53, { CF_SY: 'x'.repeat(10_000_000) }),
      row(54, { CF_SY: '\uE5E5' }),
    ]);
    const receipt = await run();
    expect(counts(receipt)).toEqual([4, 1, 0, 3, 0]);
    const found = Object.keys(receipt.findingsByRule);
    expect(found).toEqual(expect.arrayContaining(['CONTROL_CHARACTER', 'CELL_TOO_LARGE', 'BAD_ENCODING']));
  });
});

describe("taking a partner's records in", () => {
  const accept = () => partnerIntake({ database, catalogue, hub: { id: 'zibo', soleTraders: 'on' }, secret });
  const from = { partner: 'zhoucun', messageId: 'm1' };

  async function wire(): Promise<WireRecord> {
    const held = await recordModel.in(database).findOne({ ownerRow: 'connector:zc-penalty|41' });
    const version = held?.versions[0];
    if (held === null || version === undefined) throw new Error('no record to send');
    return {
      key: held._id,
      v: 1,
      hash: version.hash,
      operation: 'UPSERT',
      kind: held.kind,
      dataset: 'administrative_penalty@1',
      itemCode: held.itemCode,
      subject: { uscc: held.subject, name: held.subjectName },
      producer: held.producer,
      origin: 'zhoucun',
      via: ['zhoucun'],
      disclosure: version.disclosure,
      acceptedAt: version.acceptedAt.toISOString(),
      decidedOn: held.head.decidedOn,
      validFrom: version.validFrom,
      validUntil: version.validUntil,
      provenance: {
        source: 'zc-penalty',
        run: 'r',
        ruleVersion: 'x',
        legalBasis: { document: '条例', article: '第一条' },
      },
      replaces: null,
      statement: version.statement,
    };
  }

  const changed = (record: WireRecord, values: Record<string, string>): WireRecord => {
    const statement = { ...record.statement, ...values };
    return { ...record, statement, hash: contentHash(statement) };
  };

  it('refuses a person, and quarantines wrong hashes, keys, datasets and values', async () => {
    const record = await wire();
    const dispositions = await accept()(
      [
        { ...record, subject: { uscc: PERSON, name: '测试' } },
        { ...record, subject: { uscc: PERSON, name: '测试' }, hash: '0'.repeat(64), dataset: 'nothing@1' },
        changed(record, { 自然人姓名: '某某' }),
        { ...record, hash: '0'.repeat(64) },
        changed(record, { note: '未声明的字段' }),
        { ...changed(record, { withdrawn: 'x' }), operation: 'WITHDRAW' },
        changed(record, { documentNo: '周市监罚字〔2026〕999号' }),
        { ...record, dataset: 'nothing@1' },
        changed(record, { validTo: '2026-13-01' }),
        changed(record, { facts: `证件${PERSON}` }),
      ],
      from,
    );
    expect(dispositions.map((it) => [it.disposition, it.rule])).toEqual([
      ['refused', 'NATURAL_PERSON_SUBJECT'],
      ['refused', 'NATURAL_PERSON_SUBJECT'],
      ['refused', 'NATURAL_PERSON_SUBJECT'],
      ['quarantined', 'HASH_MISMATCH'],
      ['quarantined', 'NOT_IN_CATALOGUE'],
      ['quarantined', 'BAD_TYPE'],
      ['quarantined', 'HASH_MISMATCH'],
      ['quarantined', 'NOT_IN_CATALOGUE'],
      ['quarantined', 'BAD_DATE'],
      ['quarantined', 'UNMASKED_PERSONAL_DATA'],
    ]);
    expect(await everythingStored()).not.toContain(PERSON);
  });

  it('stores a version once, whatever message brings it, and keeps the highest', async () => {
    const prepared = await wire();
    // The same database plays the receiver: it holds nothing of this record yet.
    await recordModel.in(database).deleteOne({ _id: prepared.key });
    const [first] = await accept()([prepared], from);
    const [again] = await accept()([prepared], from);
    const [other] = await accept()([prepared], { ...from, messageId: 'm2' });
    expect([first, again, other].map((it) => it?.disposition)).toEqual(['stored', 'stored', 'duplicate']);
    const statement = tombstoneStatement({ reason: 'WITHDRAWN' }) as WireRecord['statement'];
    const tombstone: WireRecord = {
      ...prepared,
      v: 3,
      operation: 'WITHDRAW',
      statement,
      hash: contentHash(statement),
      validFrom: null,
      validUntil: null,
    };
    const [end] = await accept()([tombstone], { ...from, messageId: 'm3' });
    const [stale] = await accept()([{ ...changed(prepared, { remark: '迟到' }), v: 2 }], {
      ...from,
      messageId: 'm4',
    });
    expect([end?.disposition, stale?.disposition]).toEqual(['stored', 'stale']);
    expect(stale?.held?.v).toBe(3);
  });
});
