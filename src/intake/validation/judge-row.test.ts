import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { connectorSchema } from '../../contracts/manifests/index.ts';
import type { RawRow } from '../connectors/index.ts';
import { loadCatalogue } from '../../registry/catalogue/index.ts';
import type { SubjectIdentity, SubjectRegister } from '../../registry/subjects/index.ts';
import type { KnownSubjects } from './known-subjects.ts';
import { RowJudge, type Verdict } from './judge-row.ts';

const catalogue = loadCatalogue(join(import.meta.dirname, '../../../connectors'));
const OWNER = { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' };

const permits = {
  apiVersion: 'xinqiao/v1',
  kind: 'Connector',
  metadata: {
    id: 'test-permits',
    title: { zh: '测试', en: 'test' },
    owner: OWNER,
    dataset: 'administrative_licence@1',
    legalBasis: { document: '测试办法', article: '第一条' },
  },
  source: { type: 'file', path: '*.csv', format: 'csv' },
  map: {
    'subject.uscc': 'shxym',
    'subject.name': 'qymc',
    documentName: 'ws',
    documentNo: 'wsh',
    category: { const: 'ORDINARY' },
    content: 'nr',
    decidedOn: 'jdrq',
    validFrom: 'yxqz',
    validTo: 'yxqzi',
    authorityName: 'jg',
    authorityCode: 'jgdm',
    currentStatus: { const: 'VALID' },
  },
};

const SOUND = {
  shxym: '91370306QQQQ00013R',
  qymc: '测试甲有限公司',
  ws: '食品经营许可',
  wsh: '测许〔2026〕1号',
  nr: '食品销售',
  jdrq: '2026/11/19',
  yxqz: '2026/11/19',
  yxqzi: '2031/11/09',
  jg: OWNER.name,
  jgdm: OWNER.uscc,
};

function judgeOf(changes: object = {}, known?: KnownSubjects): RowJudge {
  const connector = { ...connectorSchema.parse({ ...permits, ...changes }), directory: '.', revision: 'r1' };
  return new RowJudge({
    connector,
    catalogue,
    hub: { id: 'test', soleTraders: 'on' },
    run: 'test',
    today: '2026-11-21',
    ...(known === undefined ? {} : { findSubjects: () => Promise.resolve(known) }),
  });
}

async function judge(judgeOfRun: RowJudge, ...rows: Record<string, string>[]): Promise<Verdict[]> {
  const raw = rows.map((it, place): RawRow => ({
    row: String(place + 1),
    cells: Object.keys({ ...SOUND, ...rows[0] }).map((column) => ({ ...SOUND, ...it })[column] ?? ''),
    fault: null,
  }));
  return judgeOfRun.judgeRows(Object.keys({ ...SOUND, ...rows[0] }), raw);
}

const said = (verdict: Verdict | undefined): string[] => [
  verdict?.verdict ?? 'none',
  ...(verdict?.findings.map((it) => `${it.rule} ${it.field ?? '-'} ${it.severity}`) ?? []),
];

describe('a row judged by its connector', () => {
  it('is rejected with every finding at once, each once', async () => {
    const rules = [
      { on: 'decidedOn', test: 'notFuture' },
      {
        id: 'test-permits/R001',
        expr: '$contains(documentNo, "号")',
        on: 'documentNo',
        say: '文号应以号结尾',
      },
    ];
    const row = { shxym: '91370306QQQQ00013X', wsh: 'A1', jdrq: '2027/01/01', nr: '' };
    const [verdict] = await judge(judgeOf({ rules }), row);
    expect(said(verdict)).toEqual([
      'quarantined',
      'BAD_USCC subject.uscc reject',
      'MISSING_FIELD content reject',
      'FUTURE_DATE decidedOn reject',
      'test-permits/R001 documentNo reject',
    ]);
  });

  it('speaks for the owner and those that the manifest names, and for no other', async () => {
    const other = { name: '测试二局', uscc: '11370306QQQQ90020F', region: '370306' };
    const [refused] = await judge(judgeOf(), { jgdm: other.uscc });
    expect(said(refused)).toEqual(['quarantined', 'NOT_ENTITLED authorityCode reject']);
    const [named] = await judge(judgeOf({ producers: [other] }), { jgdm: other.uscc });
    const [own] = await judge(judgeOf({ producers: [other] }), {});
    expect(named).toMatchObject({ verdict: 'candidate', candidate: { producer: other } });
    expect(own).toMatchObject({ verdict: 'candidate', candidate: { producer: OWNER } });
  });

  it('is refused, with nothing of it, where an expression brings a person to light', async () => {
    const map = { ...permits.map, 'subject.name': { expr: 'qymc & zw' } };
    const [verdict] = await judge(judgeOf({ map }), { qymc: '370306', zw: '199001011233' });
    expect(said(verdict)).toEqual(['refused', 'NATURAL_PERSON_SUBJECT subject.name reject']);
  });

  it('does not show an expression the columns about persons', async () => {
    const map = { ...permits.map, content: { expr: '$exists(`法定代表人`) ? "读到" : "未读到"' } };
    const [verdict] = await judge(judgeOf({ map }), { 法定代表人: '张三' });
    expect(verdict).toMatchObject({ verdict: 'candidate', candidate: { statement: { content: '未读到' } } });
  });
});

describe('derived values', () => {
  const map = { ...permits.map, validTo: { expr: "yxqzi = '长期' ? '2099-12-31' : yxqzi" } };

  it('take the steps and checks of any other', async () => {
    const verdicts = await judge(judgeOf({ map }), { yxqzi: '长期' }, { wsh: 'B', yxqzi: '2026年2月30日' });
    expect(verdicts[0]).toMatchObject({ candidate: { statement: { validTo: '2099-12-31' } } });
    expect(said(verdicts[1])).toEqual(['quarantined', 'BAD_DATE validTo reject']);
  });

  it('that cannot be had on one row reject it alone', async () => {
    const failing = { ...permits.map, remark: { expr: '$string($number(nr))' } };
    const verdicts = await judge(judgeOf({ map: failing }), {}, { wsh: 'B', nr: '12' });
    expect(said(verdicts[0])).toEqual(['quarantined', 'EXPRESSION_FAILED remark reject']);
    expect(verdicts[1]).toMatchObject({ candidate: { statement: { remark: '12' } } });
  });
});

describe('own rules', () => {
  it('warn or reject as they say, and pass over what a row does not say', async () => {
    const rules = [
      { id: 'test-permits/R001', expr: 'decidedOn >= "2026-11-20"', severity: 'warn', say: '决定较早' },
      { id: 'test-permits/R002', expr: 'licenceNo < "A"', say: '不应为 A' },
    ];
    const [verdict] = await judge(judgeOf({ rules }), {});
    expect(said(verdict)).toEqual(['candidate', 'test-permits/R001 - warn']);
  });

  it('that come to no yes or no are told as such', async () => {
    const rules = [{ id: 'test-permits/R001', expr: 'documentNo', say: '写错的规则' }];
    expect(said((await judge(judgeOf({ rules }), {}))[0])).toEqual([
      'quarantined',
      'EXPRESSION_FAILED - reject',
    ]);
  });

  it('look across the rows of one run', async () => {
    const rules = [{ id: 'test-permits/R003', unique: ['subject', 'content'], say: '重复' }];
    const unique = { ...permits.map, documentName: { from: 'ws', constraints: { unique: true } } };
    const once = judgeOf({ rules: [{ ...rules[0], unique: ['content', 'validTo'] }], map: unique });
    const verdicts = await judge(once, {}, { wsh: '2', ws: '另一许可' }, { wsh: '3', nr: '另一内容' });
    expect(verdicts.map(said)).toEqual([
      ['candidate'],
      ['quarantined', 'test-permits/R003 content reject'],
      ['quarantined', 'NOT_UNIQUE documentName reject'],
    ]);
  });
});

describe('constraints', () => {
  it("are Frictionless' words with global rule ids", async () => {
    const map = {
      ...permits.map,
      documentNo: { from: 'wsh', constraints: { pattern: '测许〔\\d{4}〕\\d+号', minLength: 4 } },
      decidedOn: { from: 'jdrq', constraints: { minimum: '2020-01-01' } },
      content: { from: 'nr', constraints: { enum: ['食品销售'], maxLength: 4 } },
      licenceNo: { from: 'bh', constraints: { required: true } },
    };
    const [verdict] = await judge(judgeOf({ map }), {
      wsh: 'A/1',
      jdrq: '2019/12/31',
      nr: '食品生产加工',
      bh: '',
    });
    expect(said(verdict)).toEqual([
      'quarantined',
      'TOO_SHORT documentNo reject',
      'BAD_FORM documentNo reject',
      'TOO_LONG content reject',
      'UNKNOWN_CODE_VALUE content reject',
      'OUT_OF_RANGE decidedOn reject',
      'MISSING_FIELD licenceNo reject',
    ]);
    const [sound] = await judge(judgeOf({ map }), { bh: '1' });
    expect(said(sound)).toEqual(['candidate']);
  });
});

/** A subject as the registry knows it; `register` as its register says, null: none did. */
function identityOf(register: Partial<SubjectRegister> | null): SubjectIdentity {
  const name = '测试旧有限公司';
  const none = { registrationNo: null, taxNo: null, mergedInto: null, codeException: null };
  const former = { formerNames: [], formerCodes: [], formerNumbers: [] };
  const entry = {
    ...none,
    ...former,
    status: 'ACTIVE' as const,
    name,
    changedOn: '2020-01-02',
    record: 'k',
    v: 1,
  };
  return {
    _id: SOUND.shxym,
    name,
    names: [{ name, source: 'test', firstSeenAt: new Date(0) }],
    orgCode: SOUND.shxym.slice(8, 17),
    numbers: [],
    formerCodes: [],
    register: register === null ? null : { ...entry, ...register },
    confirmation: null,
    status: 'UNKNOWN',
  };
}

const knownOf = (identity: SubjectIdentity, more: Partial<KnownSubjects> = {}): KnownSubjects => ({
  identities: new Map([[identity._id, identity]]),
  resolutions: new Map(),
  ...more,
});

describe('name against code', () => {
  it('rejects where the subject register gave the name, and warns where only departments did', async () => {
    expect(said((await judge(judgeOf({}, knownOf(identityOf({}))), {}))[0])).toEqual([
      'quarantined',
      'SUBJECT_MISMATCH subject.name reject',
    ]);
    expect(said((await judge(judgeOf({}, knownOf(identityOf(null))), {}))[0])).toEqual([
      'candidate',
      'SUBJECT_MISMATCH subject.name warn',
    ]);
  });

  it('takes a declared change of name for what it is, and a former name of the register', async () => {
    const map = { ...permits.map, 'subject.formerName': 'cym' };
    const [declared] = await judge(judgeOf({ map }, knownOf(identityOf({}))), { cym: '测试旧有限公司' });
    expect(said(declared)).toEqual(['candidate']);
    const renamed = identityOf({ formerNames: [SOUND.qymc] });
    expect(said((await judge(judgeOf({}, knownOf(renamed)), {}))[0])).toEqual(['candidate']);
  });

  it('warns of a decision after the subject was struck off, and of one after it was merged', async () => {
    const cancelled = { name: SOUND.qymc, status: 'CANCELLED', mergedInto: '91370306QQQQ700622' } as const;
    const [later] = await judge(judgeOf({}, knownOf(identityOf(cancelled))), {});
    expect(said(later)).toEqual([
      'candidate',
      'SUBJECT_NOT_ACTIVE subject.uscc warn',
      'SUBJECT_MERGED subject.uscc warn',
    ]);
    const [before] = await judge(
      judgeOf({}, knownOf(identityOf({ ...cancelled, changedOn: '2026-11-20' }))),
      {},
    );
    expect(said(before)).toEqual(['candidate']);
  });
});

describe('a row without a unified code', () => {
  const map = { ...permits.map, 'subject.registrationNo': 'zch' };
  const row = { shxym: '', zch: '370306228012342' };
  const leads = (identity: SubjectIdentity[], decided = false) =>
    knownOf(identityOf({}), {
      resolutions: new Map([[`REGISTRATION_NO:${row.zch}`, { candidates: identity, decided }]]),
    });
  const judged = async (known?: KnownSubjects) => (await judge(judgeOf({ map }, known), row))[0];

  it('waits where no registry is asked, and says that nothing was checked', async () => {
    const verdict = await judged();
    expect(said(verdict)).toEqual(['quarantined', 'CODE_NOT_CONVERTED subject.uscc reject']);
    expect(verdict?.findings[0]?.en).toContain('not checked');
  });

  it('waits in the queue where nobody knows its number', async () => {
    const verdict = await judged(leads([]));
    expect(said(verdict)).toEqual(['quarantined', 'CODE_NOT_CONVERTED subject.uscc reject']);
    expect(verdict).toMatchObject({ conversion: { state: 'waiting', uscc: null, name: SOUND.qymc } });
  });

  it('is a conflict where the number leads to another name, or to two subjects', async () => {
    const other = await judged(leads([identityOf({})]));
    expect(said(other)).toEqual(['quarantined', 'CODE_CONFLICT subject.uscc reject']);
    const same = identityOf({ name: SOUND.qymc });
    const two = await judged(leads([same, { ...same, _id: '91370306QQQQ700622' }]));
    expect(two).toMatchObject({ verdict: 'quarantined', conversion: { state: 'conflict' } });
  });

  it('gets the unified code that its number leads to, and says so', async () => {
    const verdict = await judged(leads([identityOf({ name: SOUND.qymc })]));
    expect(said(verdict)).toEqual(['candidate', 'CODE_CONVERTED subject.uscc warn']);
    expect(verdict).toMatchObject({
      candidate: { subject: { uscc: SOUND.shxym } },
      conversion: { state: 'converted', uscc: SOUND.shxym },
    });
  });

  it('gets the code that two persons decided, whatever the name', async () => {
    expect(said(await judged(leads([identityOf({})], true)))).toEqual([
      'candidate',
      'CODE_CONVERTED subject.uscc warn',
    ]);
  });
});

describe('a unified code whose check fails', () => {
  const wrong = { shxym: '91370306QQQQ00013X' };

  it('is rejected, and passes with a warning once the register or two persons hold it right', async () => {
    const identity = { ...identityOf({ name: SOUND.qymc }), _id: wrong.shxym };
    const [rejected] = await judge(judgeOf({}, knownOf(identityOf({}))), wrong);
    expect(said(rejected)).toEqual(['quarantined', 'BAD_USCC subject.uscc reject']);
    const [passed] = await judge(judgeOf({}, knownOf(identity)), wrong);
    expect(said(passed)).toEqual(['candidate', 'BAD_USCC_CHECK subject.uscc warn']);
  });
});
