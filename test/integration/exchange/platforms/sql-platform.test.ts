import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { envelopeModel } from '../../../../src/exchange/delivery/index.ts';
import { findHealth } from '../../../../src/exchange/health/index.ts';
import type { SqlDriver } from '../../../../src/infra/sql/index.ts';
import { candidateOf, openPlatformWorld, type PlatformWorld } from './platform-world.ts';

const ID = 'enterprise-publicity';

describe.each<SqlDriver>(['sqlite', 'mysql', 'postgresql'])(
  'a platform with front-exchange tables on %s',
  (driver) => {
    let world: PlatformWorld;

    beforeAll(async () => {
      world = await openPlatformWorld(driver);
    }, 60_000);
    afterAll(() => world.close());
    beforeEach(() => world.reset());

    const complain = (key: string, code: string, text = '') =>
      world.front.run(
        `insert into wtsjfk ("SJWYBS", "SJBBH", "WTDM", "WTMS") values ('${key}', '1', '${code}', '${text}')`,
      );

    it('whose table is missing is away: nothing is counted and nothing is lost', async () => {
      await world.accept(candidateOf('缺-1'));
      await world.front.run('alter table xzcf rename to xzcf_away');
      await world.drain(ID);
      const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
      const health = await findHealth(world.parts.database, ID);
      await world.front.run('alter table xzcf_away rename to xzcf');
      expect([envelope?.failures, health?.outages, health?.lastError]).toEqual([0, 1, 'SQL_FAILED']);
      await world.lookAgain();
      await world.drain(ID);
      await world.hear(ID);
      expect(await world.states(ID)).toEqual({ accepted: 1 });
    });

    it('is not believed about rows that are none of ours', async () => {
      await complain('f'.repeat(64), '1001');
      await complain('not a key', '1001');
      await world.hear(ID);
      expect(await world.notes()).toEqual(['PLATFORM_ANSWER_UNKNOWN']);
    });

    it('may say the same twice: one effect, and the first words stay', async () => {
      const [key = ''] = await world.accept(candidateOf('复-1'));
      await world.drain(ID);
      await world.front.run(`update xzcf set "CLZT" = '2'`);
      await complain(key, '1001', '未查询到主体');
      await complain(key, '1001', '未查询到主体（再次）');
      await world.hear(ID);
      await world.hear(ID);
      const delivery = await world.delivery(ID, key);
      expect([delivery?.state, delivery?.rule, delivery?.told]).toEqual([
        'rejected',
        'SUBJECT_MISMATCH',
        { code: '1001', text: '未查询到主体' },
      ]);
      const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
      expect(envelope?.words).toHaveLength(1);
    });

    it('rejects by a code that nobody named, and its text loses numbers of persons', async () => {
      const [key = ''] = await world.accept(candidateOf('未-1'));
      await world.drain(ID);
      await world.front.run(`update xzcf set "CLZT" = '2'`);
      await complain(key, '7777', '联系人电话13800138000');
      await world.hear(ID);
      const delivery = await world.delivery(ID, key);
      expect([delivery?.rule, delivery?.told?.text]).toEqual(['PLATFORM_REJECTED', '联系人电话〔不收〕']);
    });

    it('gets enterprises only', async () => {
      const school = { uscc: '12440800QQQQ0003XY', name: '测试学校' };
      const [key = ''] = await world.accept(candidateOf('类-1', { subject: school }));
      await world.drain(ID);
      expect(await world.delivery(ID, key)).toMatchObject({ state: 'withheld', rule: 'SUBJECT_NOT_TAKEN' });
    });

    it('has all rows of a batch or none', async () => {
      const keys = await world.accept(...['全-1', '全-2', '全-3'].map((it) => candidateOf(it)));
      await world.front.run(
        `insert into xzcf ("SJWYBS", "SJBBH", "CFWSH", "CLZT") values ('other', '1', '全-3', '1')`,
        'create unique index xzcf_number on xzcf ("CFWSH")',
      );
      await world.drain(ID, undefined, 0.9);
      const listed = keys.map((key) => `'${key}'`).join(',');
      const count = async () =>
        (await world.front.rows(`select count(*) as n from xzcf where "SJWYBS" in (${listed})`))[0]?.['n'];
      expect(await count()).toBe('0');
      await world.front.run(`drop index xzcf_number${driver === 'mysql' ? ' on xzcf' : ''}`);
      await envelopeModel.in(world.parts.database).updateMany({}, { $set: { nextAttemptAt: new Date(0) } });
      await world.drain(ID);
      expect(await count()).toBe('3');
    });

    it('shows a record as late when it came after twenty working days', async () => {
      await world.accept(candidateOf('迟-1'));
      await world.drain(ID);
      await world.parts.database.connection
        .collection('platform_rows')
        .updateMany({}, { $set: { dueOn: '2026-01-01' } });
      await world.hear(ID);
      const { reportPartner } = await import('../../../../src/exchange/operator/index.ts');
      const { caller, database } = world.parts;
      expect((await reportPartner(database, caller.directory.get(ID))).platform).toEqual({
        held: 1,
        late: 1,
      });
    });
  },
);
