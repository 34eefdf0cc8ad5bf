import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gateSchema } from '../../../src/contracts/manifests/index.ts';
import type { WireRecord } from '../../../src/contracts/messages/index.ts';
import { wireRecordOf, wireWithdrawalOf } from '../../../src/exchange/protocol/index.ts';
import { loadConnector, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import {
  approveConversion,
  askConversion,
  refuseConversion,
  takeConverted,
} from '../../../src/intake/conversions/index.ts';
import {
  partnerIntake,
  personForgetter,
  runConnector,
  type RunReceipt,
} from '../../../src/intake/pipeline/index.ts';
import { listQuarantine } from '../../../src/intake/quarantine/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { listConversionRates, listConversions } from '../../../src/registry/conversions/index.ts';
import { recordModel, withdrawPerson } from '../../../src/registry/records/index.ts';
import { findSubject } from '../../../src/registry/subjects/index.ts';
import { counts, openRunWorld, row, type Row, type RunWorld } from './run-fixture.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const folder = mkdtempSync(join(tmpdir(), 'xinqiao-register-'));
mkdirSync(join(folder, 'zc-register'));

const ALPHA = '91370306QQQQ800174';
const BETA = '91370306QQQQ80025Y';
const GAMMA = '91370306QQQQ80033R';
const WRONG_CHECK = '91370306QQQQ8005XA';
const NUMBER = '370306228010017';
const RESIDENT = '370306194910010002';

const entry = (changes: Row): Row => ({
  TYSHXYDM: ALPHA,
  ZTMC: '测试登记甲有限公司',
  DJLB: '企业登记',
  DJZT: '存续',
  HZRQ: '2021/03/04',
  JYQXZ: '长期',
  ZCH: '',
  SWDJH: '',
  CYM: '',
  YDM: '',
  BRZTDM: '',
  DMLWSM: '',
  ...changes,
});

let world: RunWorld;
let register: LoadedConnector;

beforeEach(async () => {
  world = await openRunWorld();
  const loaded = loadConnector(join(CONNECTORS, 'sources/zc-register'), catalogue);
  if (loaded.source.type !== 'file') throw new Error('the register sends files');
  const source = { ...loaded.source, folder: join(folder, 'zc-register') };
  register = { ...loaded, source, gate: gateSchema.parse({}) };
});

afterEach(async () => {
  await world.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function registerSays(...entries: Row[]): Promise<RunReceipt> {
  const columns = Object.keys(entry({}));
  const lines = [columns, ...entries.map((it) => columns.map((column) => it[column] ?? ''))];
  writeFileSync(join(folder, 'zc-register', 'zt.csv'), `${lines.map((it) => it.join(',')).join('\n')}\n`);
  return runConnector({ ...world.parts, connector: register });
}

const penalty = (id: number, changes: Row): Row => row(id, { CF_XDR_GSZC: '', ...changes });
const feedback = () => ({ ...world.parts, connector: world.connector });
const subjectsOfRecords = async (): Promise<string[]> => {
  const found = await recordModel.in(world.database).find({ kind: 'PENALTY' }).toArray();
  return found.map((it) => it.subject).sort();
};
const conversions = () =>
  listConversions(world.database, { state: null, department: null, after: null, limit: 10 });

describe('the subject register', () => {
  it('refuses and keeps nothing of an entry whose earlier code is a person’s number', async () => {
    const receipt = await registerSays(entry({ YDM: RESIDENT }), entry({ TYSHXYDM: BETA, ZTMC: '张测试' }));
    expect(counts(receipt)).toEqual([2, 0, 0, 0, 2, 0]);
    expect(await recordModel.in(world.database).countDocuments({})).toBe(0);
    expect(await findSubject(world.database, { uscc: ALPHA })).toBeNull();
  });

  it('confirms name, state, numbers and earlier names of a subject, once', async () => {
    const first = await registerSays(entry({ ZCH: NUMBER, CYM: '测试旧名甲有限公司' }));
    const again = await registerSays(entry({ ZCH: NUMBER, CYM: '测试旧名甲有限公司' }));
    expect([counts(first), counts(again)]).toEqual([
      [1, 1, 0, 0, 0, 0],
      [1, 0, 1, 0, 0, 0],
    ]);
    const found = await findSubject(world.database, { registrationNo: NUMBER });
    expect(found).toMatchObject({ _id: ALPHA, name: '测试登记甲有限公司', status: 'ACTIVE' });
    expect((await findSubject(world.database, { name: '测试旧名甲有限公司' }))?._id).toBe(ALPHA);
  });

  it('turns a row of another name away once it confirmed the name, and lets an earlier name pass', async () => {
    world.supply([row(1, { CF_XDR_SHXYM: ALPHA, CF_XDR_MC: '测试不符有限公司' })]);
    expect((await world.run()).accepted).toBe(1);
    await registerSays(entry({ CYM: '测试旧名甲有限公司' }));
    world.supply([
      row(2, { CF_XDR_SHXYM: ALPHA, CF_XDR_MC: '测试不符有限公司' }),
      row(3, { CF_XDR_SHXYM: ALPHA, CF_XDR_MC: '测试旧名甲有限公司' }),
    ]);
    const receipt = await world.run();
    expect([receipt.accepted, receipt.quarantined]).toEqual([1, 1]);
    expect(receipt.findingsByRule).toMatchObject({ SUBJECT_MISMATCH: 1 });
  });

  it('moves a merger to another successor when the entry is corrected, and takes it back with the entry', async () => {
    const merged = (into: string) => entry({ DJZT: '合并注销', BRZTDM: into });
    const [beta, gamma] = [
      entry({ TYSHXYDM: BETA, ZTMC: '测试登记乙有限公司' }),
      entry({ TYSHXYDM: GAMMA, ZTMC: '测试登记丙有限公司' }),
    ];
    await registerSays(merged(BETA), beta, gamma);
    expect((await findSubject(world.database, { uscc: ALPHA }))?._id).toBe(BETA);
    await registerSays(merged(GAMMA), beta, gamma);
    expect((await findSubject(world.database, { uscc: ALPHA }))?._id).toBe(GAMMA);
    expect((await findSubject(world.database, { uscc: BETA }))?.formerCodes).toEqual([]);
    await registerSays(entry({}), beta, gamma);
    expect(await findSubject(world.database, { uscc: ALPHA })).toMatchObject({
      _id: ALPHA,
      status: 'ACTIVE',
    });
  });

  it('gives a name up that a corrected entry does not bear, and warns of decisions after a subject’s end', async () => {
    await registerSays(entry({ ZTMC: '测试错名有限公司' }));
    await registerSays(entry({ DJZT: '注销', HZRQ: '2022/03/04' }));
    world.supply([
      row(1, { CF_XDR_SHXYM: ALPHA, CF_XDR_MC: '测试错名有限公司' }),
      row(2, { CF_XDR_SHXYM: ALPHA, CF_XDR_MC: '测试登记甲有限公司' }),
    ]);
    const receipt = await world.run();
    expect([receipt.accepted, receipt.quarantined]).toEqual([1, 1]);
    expect(receipt.findingsByRule).toMatchObject({ SUBJECT_NOT_ACTIVE: 2, SUBJECT_MISMATCH: 1 });
  });
});

describe('codes of the time before unified codes', () => {
  const waits = penalty(1, { CF_XDR_SHXYM: '', CF_XDR_GSZC: NUMBER, CF_XDR_MC: '测试登记甲有限公司' });

  it('wait in the queue with their department, and a number that may be a person’s is not kept there', async () => {
    // Passes the check of a registration number, and has a birth date at 7–12.
    const doubtful = penalty(2, { CF_XDR_SHXYM: '', CF_XDR_GSZC: '370306491001001' });
    world.supply([waits, doubtful]);
    const receipt = await world.run();
    expect(receipt.accepted).toBe(0);
    expect(await conversions()).toMatchObject([
      { _id: `REGISTRATION_NO:${NUMBER}`, state: 'waiting', departments: [{ uscc: '11370306QQQQ90012L' }] },
    ]);
    const kept = JSON.stringify(await listQuarantine(world.database, 'zc-penalty', 10));
    expect(kept).not.toContain('370306491001001');
  });

  it('lead to the unified code that the register gives, and the rows that waited are taken in', async () => {
    world.supply([waits]);
    await world.run();
    await registerSays(entry({ ZCH: NUMBER }));
    expect(await conversions()).toMatchObject([{ state: 'converted', uscc: ALPHA, by: 'register' }]);
    const taken = await takeConverted(feedback());
    expect([taken.read, taken.accepted, taken.quarantined]).toEqual([1, 1, 0]);
    expect(await subjectsOfRecords()).toEqual([ALPHA]);
    expect((await takeConverted(feedback())).read).toBe(0);
    expect(counts(await world.run())).toEqual([1, 0, 1, 0, 0, 0]);
    expect(await listConversionRates(world.database)).toMatchObject([{ codes: 1, converted: 1, waiting: 0 }]);
  });

  it('lead by the organisation code inside a unified code, where the name agrees, else they are a conflict', async () => {
    await registerSays(entry({}));
    const byOrgCode = { CF_XDR_SHXYM: ALPHA.slice(8, 17), CF_XDR_MC: '测试登记甲有限公司' };
    world.supply([penalty(1, byOrgCode), penalty(2, { ...byOrgCode, CF_XDR_MC: '测试另一有限公司' })]);
    const receipt = await world.run();
    expect([receipt.accepted, receipt.quarantined]).toEqual([1, 1]);
    expect(receipt.findingsByRule).toMatchObject({ CODE_CONVERTED: 1, CODE_CONFLICT: 1 });
    world.supply([penalty(3, { ...byOrgCode, CF_XDR_MC: '测试再一有限公司' })]);
    await world.run({ shrink: {} });
    // A row of another name is that row's fault: the code goes on leading where it led.
    expect(await conversions()).toMatchObject([
      { state: 'converted', uscc: ALPHA, names: expect.any(Array) },
    ]);
  });

  it('are decided by two persons and no less', async () => {
    await registerSays(entry({ ZCH: NUMBER }));
    world.supply([{ ...waits, CF_XDR_MC: '测试登记甲分厂' }]);
    expect((await world.run()).quarantined).toBe(1);
    const asked = { code: NUMBER, uscc: ALPHA, by: 'clerk01', reason: '登记档案可证' };
    const { database } = world;
    await expect(askConversion(database, { ...asked, code: '370306228010025' })).rejects.toMatchObject({
      code: 'NO_SUCH_CONVERSION',
    });
    await expect(askConversion(database, { ...asked, uscc: BETA })).rejects.toMatchObject({
      code: 'CONVERSION_TARGET',
    });
    await expect(askConversion(database, { ...asked, by: '张三' })).rejects.toMatchObject({
      code: 'BAD_ACTOR',
    });
    await expect(approveConversion(database, { code: NUMBER, by: 'chief02' })).rejects.toMatchObject({
      code: 'NO_CONVERSION_REQUESTED',
    });
    await askConversion(database, asked);
    await expect(askConversion(database, asked)).rejects.toMatchObject({ code: 'CONVERSION_NOT_OPEN' });
    await expect(approveConversion(database, { code: NUMBER, by: 'CLERK01' })).rejects.toMatchObject({
      code: 'SAME_PERSON_TWICE',
    });
    await refuseConversion(database, { code: NUMBER, by: 'chief02' });
    expect((await takeConverted(feedback())).quarantined).toBe(1);
    await askConversion(database, asked);
    await approveConversion(database, { code: NUMBER, by: 'chief02' });
    expect((await takeConverted(feedback())).accepted).toBe(1);
    expect(await subjectsOfRecords()).toEqual([ALPHA]);
  });

  it('are forgotten with a subject in which a person was found', async () => {
    world.supply([waits]);
    await world.run();
    await registerSays(entry({ ZCH: NUMBER }));
    await takeConverted(feedback());
    const records = await recordModel.in(world.database).find({ subject: ALPHA }).toArray();
    for (const { _id } of records) {
      await withdrawPerson(world.database, _id);
      await personForgetter(world.database)(_id);
    }
    expect(await findSubject(world.database, { uscc: ALPHA })).toBeNull();
    expect(await conversions()).toEqual([]);
  });
});

describe('a unified code whose check fails', () => {
  const row5 = row(5, { CF_XDR_SHXYM: WRONG_CHECK, CF_XDR_MC: '测试登记戊有限公司' });

  it('is right once the register says why', async () => {
    world.supply([row5]);
    expect((await world.run()).findingsByRule).toMatchObject({ BAD_USCC: 1 });
    expect(await conversions()).toMatchObject([{ kind: 'USCC', state: 'waiting' }]);
    const said = { TYSHXYDM: WRONG_CHECK, ZTMC: '测试登记戊有限公司' };
    expect((await registerSays(entry(said))).quarantined).toBe(1);
    expect((await registerSays(entry({ ...said, DMLWSM: '赋码时校验位有误' }))).accepted).toBe(1);
    expect((await takeConverted(feedback())).accepted).toBe(1);
  });

  it('is right once two persons hold it so, as it is written and under no other code', async () => {
    world.supply([row5]);
    await world.run();
    const { database } = world;
    const asked = { code: WRONG_CHECK, uscc: ALPHA, by: 'clerk01', reason: '登记档案可证' };
    await expect(askConversion(database, asked)).rejects.toMatchObject({ code: 'CONVERSION_TARGET' });
    await askConversion(database, { ...asked, uscc: WRONG_CHECK });
    await approveConversion(database, { code: WRONG_CHECK, by: 'chief02' });
    expect((await takeConverted(feedback())).accepted).toBe(1);
    expect(await findSubject(database, { uscc: WRONG_CHECK })).toMatchObject({
      confirmation: { requestedBy: 'clerk01', confirmedBy: 'chief02', reason: '登记档案可证' },
    });
  });
});

describe('an entry of the subject register that came from a partner', () => {
  const asWire = async (): Promise<WireRecord[]> => {
    const held = await recordModel.in(world.database).find({}).sort({ kind: -1 }).toArray();
    return held.flatMap((it) => wireRecordOf(it, it.head.v, 'zhoucun') ?? []);
  };

  it('confirms the subject there too, and lets a code pass whose check fails, until it is withdrawn', async () => {
    const said = { TYSHXYDM: WRONG_CHECK, ZTMC: '测试登记戊有限公司', DMLWSM: '赋码时校验位有误' };
    await registerSays(entry(said));
    world.supply([row(5, { CF_XDR_SHXYM: WRONG_CHECK, CF_XDR_MC: said.ZTMC })]);
    await world.run();
    const [registration, decision, ...none] = await asWire();
    expect([registration?.kind, decision?.kind, none]).toEqual(['REGISTRATION', 'PENALTY', []]);
    if (registration === undefined || decision === undefined) throw new Error('two records are held');
    const city = await openRunWorld();
    const { database, secret } = { ...city, ...city.parts };
    const accept = partnerIntake({ database, catalogue, hub: { id: 'zibo', soleTraders: 'on' }, secret });
    const from = (messageId: string) => ({ partner: 'zhoucun', messageId });
    const [early] = await accept([decision], from('m1'));
    expect([early?.disposition, early?.rule]).toEqual(['quarantined', 'BAD_USCC']);
    await accept([registration], from('m2'));
    expect(await findSubject(database, { uscc: WRONG_CHECK })).toMatchObject({
      name: said.ZTMC,
      status: 'ACTIVE',
    });
    expect(await accept([decision], from('m3'))).toMatchObject([{ disposition: 'stored' }]);
    const held = await recordModel.in(world.database).findOne({ kind: 'REGISTRATION' });
    const withdrawn = held === null ? null : wireWithdrawalOf(held, 1, 'zhoucun');
    if (withdrawn === null) throw new Error('the entry is held');
    await accept([{ ...withdrawn, v: 2 }], from('m4'));
    expect(await findSubject(database, { uscc: WRONG_CHECK })).toMatchObject({
      register: null,
      status: 'UNKNOWN',
    });
    await city.close();
  });
});
