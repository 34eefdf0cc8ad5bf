import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { findSubject, noteSubjects, subjectModel } from '../../../src/registry/subjects/index.ts';
import { freshDatabase } from '../../support/servers.ts';

const OLD = '91370306QQQQ70070W';
const NEW = '91370306QQQQ700622';
const TRADER = '92370306QQQQ70089N';

let database: HubDatabase;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  const models = [subjectModel] as unknown as Parameters<typeof ensureIndexes>[1];
  await ensureIndexes(database, models);
});

afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
});

describe('a declared change of name', () => {
  const uscc = '91370306QQQQ700547';
  const first = { uscc, name: '测试甲有限公司', source: 'test' };
  const second = { ...first, name: '测试乙有限公司', formerName: '测试甲有限公司' };
  const third = { ...first, name: '测试丙有限公司', formerName: '测试乙有限公司' };

  it('is not taken from a name that was merely met', async () => {
    await noteSubjects(database, [first]);
    await noteSubjects(database, [{ ...first, name: '测试甲（周村）有限公司' }]);
    expect((await findSubject(database, { uscc }))?.name).toBe('测试甲有限公司');
  });

  it('gives the new name, keeps the old one, and is not taken back when an earlier change is read again', async () => {
    await noteSubjects(database, [second]);
    await noteSubjects(database, [third]);
    await noteSubjects(database, [second]);
    const found = await findSubject(database, { name: '测试甲有限公司' });
    expect(found?.name).toBe('测试丙有限公司');
    expect(found?.names.map((it) => it.name)).toEqual([
      '测试甲有限公司',
      '测试甲(周村)有限公司',
      '测试乙有限公司',
      '测试丙有限公司',
    ]);
  });

  it('of a subject not met before knows both names', async () => {
    const fresh = { uscc: '91370306QQQQ70038H', name: '测试戊有限公司', source: 'test' };
    await noteSubjects(database, [{ ...fresh, formerName: '测试丁有限公司' }]);
    const found = await findSubject(database, { name: '测试丁有限公司' });
    expect(found?.name).toBe('测试戊有限公司');
  });
});

describe('a code that was given up', () => {
  it('leads to the subject that carries it on, though records came under it, by code and by name', async () => {
    await noteSubjects(database, [{ uscc: OLD, name: '测试被合并有限公司', source: 'test' }]);
    expect((await findSubject(database, { uscc: OLD }))?._id).toBe(OLD);
    const merged = { uscc: NEW, name: '测试合并有限公司', source: 'test', formerUscc: OLD };
    await noteSubjects(database, [merged]);
    await noteSubjects(database, [merged]);
    const found = await findSubject(database, { uscc: OLD });
    expect([found?._id, found?.formerCodes]).toEqual([NEW, [OLD]]);
    expect((await findSubject(database, { name: '测试被合并有限公司' }))?._id).toBe(NEW);
    expect((await findSubject(database, { uscc: NEW }))?._id).toBe(NEW);
  });

  it('does not lead on from a sole trader with a name like a person’s', async () => {
    await noteSubjects(database, [{ uscc: TRADER, name: '张*', source: 'test' }]);
    const grown = { uscc: '91370306QQQQ70046C', name: '测试庚有限公司', source: 'test', formerUscc: TRADER };
    await noteSubjects(database, [grown]);
    expect((await findSubject(database, { name: '张*' }))?._id).toBe(TRADER);
    expect((await findSubject(database, { uscc: TRADER }))?._id).toBe('91370306QQQQ70046C');
  });
});
