import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { subjectModel } from '../../../src/registry/subjects/index.ts';
import { ask, askSigned, candidate, codeOf, licence, store, usccOf, type RunningHub } from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

const company = { uscc: usccOf(81), name: '测试公示有限公司' };
/** A sole trader named like a person, one that gave such a name up, and one with a trade name. */
const traders = [
  { uscc: usccOf(82, '370306', '92'), name: '张小四' },
  { uscc: usccOf(83, '370306', '92'), name: '张小五' },
  { uscc: usccOf(84, '370306', '92'), name: '测试一小吃店' },
] as const;

let hub: RunningHub;
let zhanjiang: Caller;

beforeAll(async () => {
  ({ hub, zhanjiang } = await startAskedHub({ purposes: ['BIDDING'], scopes: ['read:licence'] }));
  const records = [company, ...traders].map((subject, place) =>
    candidate('administrative_licence', subject, licence(`测许〔2025〕8${place} 号`, '2025-05-05')),
  );
  await store(hub.database, records);
  const renamed = { ...traders[1], name: '测试二小吃店' };
  await store(hub.database, [
    candidate('administrative_licence', renamed, licence('测许〔2025〕89 号', '2025-06-05')),
  ]);
  await subjectModel
    .in(hub.database)
    .updateMany(
      { _id: { $in: [company.uscc, traders[2].uscc] } },
      { $set: { registrationNo: '370306000000017' } },
    );
});

afterAll(async () => hub.close());

const byName = 'query Q($name: String!) { subject(by: { name: $name }) { uscc licences { totalCount } } }';
const byCode =
  'query Q($uscc: USCC!) { subject(by: { uscc: $uscc }) { name formerNames registrationNo taxNo } }';

describe('the public channel', () => {
  it.each([
    ['registrationNo', '110101199003070011'],
    ['registrationNo', '110101900307001'],
    ['taxNo', '110101199003070011'],
    ['taxNo', '11010119900307001101'],
    ['orgCode', 'G12345679'],
    ['name', '110101199003070011'],
  ])('refuses a %s that reads like a person’s number and does not echo it', async (key, value) => {
    const query = `query Q($value: String!) { subject(by: { ${key}: $value }) { uscc } }`;
    const reply = await ask(hub.url, query, { value });
    expect(codeOf(reply)).toBe('NATURAL_PERSON_SUBJECT');
    expect(reply.text).not.toContain(value);
  });

  it('answers the name of a person-like sole trader like an unknown one, to the byte', async () => {
    const bare = (text: string) => text.replace(/"(traceId|resetAt)":"[^"]*"|"remaining":\d+/g, '');
    const unknown = await ask(hub.url, byName, { name: '赵小六' });
    const trader = await ask(hub.url, byName, { name: traders[0].name });
    expect(trader.data.subject).toBeNull();
    expect(bare(trader.text)).toBe(bare(unknown.text));
    const partner = await askSigned(zhanjiang, 'shandong', {
      query: byName,
      variables: { name: traders[0].name },
    });
    expect(partner.data.subject.uscc).toBe(traders[0].uscc);
  });

  it('does not find a sole trader by a former name that reads like a person’s, and masks it by code', async () => {
    expect((await ask(hub.url, byName, { name: traders[1].name })).data.subject).toBeNull();
    const reply = await ask(hub.url, byCode, { uscc: traders[1].uscc });
    expect(reply.text).not.toContain(traders[1].name);
  });

  it.each(['测试公示有限公司', ' 测试公示有限公司 ', '测试公示 有限公司'])(
    'finds an organisation by its exact name after normalisation: "%s"',
    async (name) => {
      expect((await ask(hub.url, byName, { name })).data.subject.uscc).toBe(company.uscc);
    },
  );

  it('finds nothing by a part of a name', async () => {
    expect((await ask(hub.url, byName, { name: '测试公示' })).data.subject).toBeNull();
  });

  it('shows other numbers of an organisation, and none of a sole trader', async () => {
    const numbers = async (uscc: string) => (await ask(hub.url, byCode, { uscc })).data.subject;
    expect(await numbers(company.uscc)).toMatchObject({ registrationNo: '370306000000017' });
    expect(await numbers(traders[2].uscc)).toMatchObject({ registrationNo: null, taxNo: null });
  });
});
