import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningHub } from '../../../src/apps/hub/index.ts';
import type { WireRecord } from '../../../src/contracts/messages/index.ts';
import { contentHash } from '../../../src/domain/record/index.ts';
import { makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { auditCodes, dump, envelopeOf, holdings, recordOf, send } from './bad-input-calls.ts';

/** Has the form and check digit of a resident's number; made up. */
const NUMBER = '370306194910010002';

let world: HubWorld;
let zibo: RunningHub;

beforeAll(async () => {
  world = await makeHubWorld();
  zibo = await world.start('zibo', ['exchange']);
});
afterAll(() => zibo.close());

/** What a refusal of one record may leave: the message's row and the receiver's own word on it. */
const LEFT = { inbox: 1, business_receipts: 1 };

function grown(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const more = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count !== 0));
}

/** Sends one record and tells its end, what was noted and what grew. */
async function endOf(record: WireRecord): Promise<{ end: unknown[]; noted: string[]; grew: object }> {
  const [held, noted] = [await holdings(zibo), await auditCodes(zibo)];
  const { status, body } = await send(world, envelopeOf([record]));
  expect(status).toBe(200);
  const [only] = body['records'] as { disposition: string; rule: string | null; retryable: boolean }[];
  const end = [only?.disposition, only?.rule, only?.retryable];
  const after = await auditCodes(zibo);
  return { end, noted: after.slice(noted.length), grew: grown(held, await holdings(zibo)) };
}

function stated(documentNo: string, change: object): WireRecord {
  const sound = recordOf(documentNo);
  const statement = { ...sound.statement, ...change } as WireRecord['statement'];
  return { ...sound, statement, hash: contentHash(statement) };
}

describe('a record about a natural person', () => {
  const { subject, producer } = recordOf('p');

  it.each<[string, () => WireRecord]>([
    [
      "a person's number is the subject's code",
      () => recordOf('p1', { subject: { ...subject, uscc: NUMBER } }),
    ],
    [
      "a person's name is the subject's name",
      () => recordOf('p2', { subject: { ...subject, name: '王小明' } }),
    ],
    [
      "a person's number is in the subject's name",
      () => recordOf('p3', { subject: { ...subject, name: `测试商贸有限公司${NUMBER}` } }),
    ],
    ['a field is for a number', () => stated('p4', { 身份证号: NUMBER })],
  ])('is refused for ever, noted once, and nothing of it is kept when %s', async (_, record) => {
    const { end, noted, grew } = await endOf(record());
    expect(end).toEqual(['refused', 'NATURAL_PERSON_SUBJECT', false]);
    expect(noted).toEqual(['PERSON_REFUSED NATURAL_PERSON_SUBJECT']);
    expect(grew).toEqual(LEFT);
  });

  it.each<[string, () => WireRecord]>([
    ['a field of its statement', () => stated('q1', { facts: `当事人${NUMBER}经查属实。` })],
    ['a list of its statement', () => stated('q2', { categories: ['FINE', NUMBER] })],
    ['the name of its authority', () => recordOf('q3', { producer: { ...producer, name: `局${NUMBER}` } })],
    [
      'the reason of its disclosure',
      () => recordOf('q4', { disclosure: { class: 'PUBLIC', publishable: false, reason: NUMBER } }),
    ],
    [
      'its legal basis',
      () => {
        const legalBasis = { document: NUMBER, article: '一' };
        return recordOf('q5', { provenance: { source: 's', run: 'r', ruleVersion: '1', legalBasis } });
      },
    ],
  ])('is not stored when a number stands in %s', async (_, record) => {
    const { end, grew } = await endOf(record());
    expect(['refused', 'quarantined']).toContain(end[0]);
    expect(grew).not.toHaveProperty('records');
  });

  it('is in no document of the whole database, and its name is not either', async () => {
    const all = Object.values(await dump(zibo)).flat();
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((it) => it.includes(NUMBER) || it.includes('王小明'))).toEqual([]);
  });
});

describe('a record that its sender may not send', () => {
  const { producer } = recordOf('n');

  it.each<[string, Partial<WireRecord>]>([
    ['its authority is in another region', { producer: { ...producer, region: '440800' } }],
    ['it began at the receiver', { origin: 'zibo', via: ['zibo', 'zhoucun'] }],
    ['it was at the receiver before', { via: ['zhoucun', 'zibo'] }],
    ['neither its origin nor its way leads through the sender', { origin: 'zhanjiang', via: ['zhanjiang'] }],
  ])('is refused, noted once and not kept when %s', async (name, change) => {
    const { end, noted, grew } = await endOf(recordOf(`n ${name}`, change));
    expect(end).toEqual(['refused', 'NOT_ENTITLED', false]);
    expect(noted).toEqual(['RECORD_REFUSED NOT_ENTITLED']);
    expect(grew).toEqual(LEFT);
  });

  it('is refused from a platform without an agreement', async () => {
    const record = recordOf('n5', { origin: 'shandong', via: ['shandong'] });
    const envelope = envelopeOf([record], { sender: 'shandong' });
    const { body } = await send(world, envelope, { from: 'shandong', sender: 'shandong' });
    expect(body['records']).toMatchObject([{ disposition: 'refused', rule: 'NOT_ENTITLED' }]);
  });

  it('does not keep the sound one beside it from being stored', async () => {
    const strange = recordOf('n6', { producer: { ...producer, region: '440800' } });
    const { body } = await send(world, envelopeOf([strange, recordOf('n7')]));
    expect(body['records']).toMatchObject([{ disposition: 'refused' }, { disposition: 'stored' }]);
  });
});

describe('a record that is not what it says', () => {
  it.each<[string, string, () => WireRecord]>([
    ['its hash is of another statement', 'HASH_MISMATCH', () => recordOf('h1', { hash: 'a'.repeat(64) })],
    ['its key is of another record', 'HASH_MISMATCH', () => recordOf('h2', { key: 'b'.repeat(64) })],
    ['its dataset is not in the catalogue', 'NOT_IN_CATALOGUE', () => recordOf('h3', { dataset: 'none@1' })],
    ['its kind is not that of its dataset', 'NOT_IN_CATALOGUE', () => recordOf('h4', { kind: 'LICENCE' })],
    ['its statement has a field of no catalogue', 'NOT_IN_CATALOGUE', () => stated('h5', { colour: '红' })],
    ['a number stands where a text belongs', 'BAD_TYPE', () => stated('h6', { facts: 7 })],
    ['a list stands where a text belongs', 'BAD_TYPE', () => stated('h7', { facts: ['经查属实。'] })],
  ])('is quarantined by its rule and not stored when %s', async (_, rule, record) => {
    const { end, grew } = await endOf(record());
    expect(end).toEqual(['quarantined', rule, false]);
    expect(grew).toEqual({ ...LEFT, quarantine: 1 });
  });
});
