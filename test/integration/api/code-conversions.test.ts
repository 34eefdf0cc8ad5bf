import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OWN_ASKER } from '../../../src/api/shared/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { noteConversions } from '../../../src/registry/conversions/index.ts';
import { setRegister } from '../../../src/registry/subjects/index.ts';
import { freshDatabase } from '../../support/servers.ts';
import { ask, codeOf, type RunningHub } from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

const DEPARTMENT = { uscc: '11370306QQQQ90012L', name: '测试局', source: 'zc-penalty' };
const SUBJECT = '91370306QQQQ800174';
const CARRIES_ON = '91370306QQQQ80025Y';

let hub: RunningHub;
let database: HubDatabase;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  ({ hub } = await startAskedHub({ purposes: ['BIDDING'], scopes: ['read:licence'] }, { database }));
  const waiting = { state: 'waiting', uscc: null, candidates: [], name: '测试登记甲有限公司' } as const;
  const converted = { state: 'converted', uscc: SUBJECT, candidates: [SUBJECT], name: '' } as const;
  await noteConversions(
    database,
    [
      { ...waiting, source: { kind: 'REGISTRATION_NO', code: '370306228010017' } },
      { ...waiting, source: { kind: 'ORGANISATION_CODE', code: 'QQQQ80025' } },
      { ...converted, source: { kind: 'ORGANISATION_CODE', code: 'QQQQ80017' } },
    ],
    DEPARTMENT,
  );
  const none = { registrationNo: null, taxNo: null, codeException: null, formerCodes: [], formerNumbers: [] };
  const entry = { ...none, changedOn: '2024-09-10', record: 'k', v: 1, formerNames: ['测试旧名甲有限公司'] };
  const register = {
    ...entry,
    name: '测试登记甲有限公司',
    status: 'CANCELLED',
    mergedInto: CARRIES_ON,
  } as const;
  await setRegister(database, [{ uscc: SUBJECT, register, source: 'zc-register' }]);
});

afterAll(async () => hub.close());

const QUERY = `query Q($state: ConversionState, $department: USCC, $first: Int, $after: String) {
  codeConversions(state: $state, department: $department, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { id state uscc connectors } } }
  conversionRates { department codes converted waiting conflict requested } }`;
const conversions = (variables: Record<string, unknown>) =>
  hub.api.ask({ source: QUERY, variables, asker: OWN_ASKER });

describe('the conversion queue', () => {
  it('is refused to the public, to pages of a wrong size, and to cursors of another list', async () => {
    expect(codeOf(await ask(hub.url, '{ codeConversions { edges { cursor } } }'))).toBe('SCOPE_MISSING');
    expect(codeOf(await ask(hub.url, '{ conversionRates { codes } }'))).toBe('SCOPE_MISSING');
    const codes = await Promise.all([conversions({ first: 101 }), conversions({ after: 'AAAA' })]);
    expect(codes.map((it) => it.errors[0]?.extensions.code)).toEqual(['BAD_PAGE', 'BAD_CURSOR']);
  });

  it('is shown to operators page by page, with the rate of each department', async () => {
    const { data } = await conversions({ department: DEPARTMENT.uscc, first: 2 });
    expect(data).toMatchObject({
      codeConversions: {
        pageInfo: { hasNextPage: true },
        edges: [
          { node: { id: 'ORGANISATION_CODE:QQQQ80017', state: 'CONVERTED', uscc: SUBJECT } },
          { node: { id: 'ORGANISATION_CODE:QQQQ80025', state: 'WAITING', connectors: ['zc-penalty'] } },
        ],
      },
      conversionRates: [{ department: DEPARTMENT.uscc, codes: 3, converted: 1, waiting: 2 }],
    });
    const { endCursor: after } = (data as { codeConversions: { pageInfo: { endCursor: string } } })
      .codeConversions.pageInfo;
    const next = await conversions({ state: 'WAITING', after });
    expect(next.data).toMatchObject({
      codeConversions: { edges: [{ node: { id: 'REGISTRATION_NO:370306228010017' } }] },
    });
  });
});

describe('a subject that its register merged into another', () => {
  it('says so, with its state and its earlier names', async () => {
    const fields = 'uscc status confirmed mergedInto formerNames';
    const { data } = await hub.api.ask({
      source: `{ subject(by: { uscc: "${SUBJECT}" }) { ${fields} } }`,
      asker: OWN_ASKER,
    });
    expect(data).toEqual({
      subject: {
        uscc: SUBJECT,
        status: 'CANCELLED',
        confirmed: true,
        mergedInto: CARRIES_ON,
        formerNames: ['测试旧名甲有限公司'],
      },
    });
  });
});
