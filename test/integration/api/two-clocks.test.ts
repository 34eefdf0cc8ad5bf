import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentHash, tombstoneStatement } from '../../../src/domain/record/index.ts';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import type { Candidate } from '../../../src/registry/records/index.ts';
import {
  ask,
  askSigned,
  candidate,
  codeOf,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  penalty,
  startHub,
  store,
  usccOf,
  type ConnectionReply,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';

const keys = { hub: makeKeys(), historian: makeKeys(), reader: makeKeys() };
let hub: RunningHub;

beforeAll(async () => {
  const terms = (scopes: string[]) => ({ query: { purposes: ['BIDDING'], scopes } });
  hub = await startHub(await openPort(), {
    keys: keys.hub,
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('historian', keys.historian, terms(['read:penalty', 'read:history'])),
        partnerTerms('reader', keys.reader, terms(['read:penalty'])),
      ],
    }),
  });
});
afterAll(() => hub.close());

const CLOCKS = `query Q($u: USCC!, $validOn: Date, $knownAt: DateTime) { subject(by: { uscc: $u }) {
  penalties(validOn: $validOn, knownAt: $knownAt) { totalCount coverage { source status withheld rule }
    edges { node { id version documentNo content } } } } }`;
type Clocks = { validOn?: string; knownAt?: string };
type Shown = readonly { version: number; content: string }[];

function callerOf(id: 'historian' | 'reader'): Caller {
  const file = hubFile(id, '440800', { partners: [partnerTerms('shandong', keys.hub, { url: hub.url })] });
  return {
    directory: new PartnerDirectory(file),
    database: hub.database,
    signer: signerOf(keys[id].privateKey, 'k1'),
  };
}
const put = (u: string, clocks: Clocks, id: 'historian' | 'reader' = 'historian'): Promise<Reply> =>
  askSigned(callerOf(id), 'shandong', { query: CLOCKS, variables: { u, ...clocks } });

async function connection(u: string, clocks: Clocks = {}): Promise<ConnectionReply> {
  return (await put(u, clocks)).data.subject.penalties;
}
async function look(u: string, clocks: Clocks = {}): Promise<Shown> {
  const { edges } = await connection(u, clocks);
  return edges.map(({ node }) => {
    const { version, content } = node as unknown as Shown[number];
    return { version, content };
  });
}

let next = 60;
const subjectOf = (): { uscc: string; name: string } => {
  next += 1;
  return { uscc: usccOf(next), name: '测试甲有限公司' };
};
/** An instant that lies between what was stored before and what is stored after. */
async function between(): Promise<string> {
  await delay(5);
  const at = new Date().toISOString();
  await delay(5);
  return at;
}
const corrected = (first: Candidate, content: string, more: object = {}): Candidate => {
  const statement = { ...first.statement, content };
  return { ...first, statement, operation: 'CORRECT', hash: contentHash(statement), ...more };
};
function withdrawn(first: Candidate): Candidate {
  const statement = tombstoneStatement({ reason: 'WITHDRAWN' });
  return {
    ...first,
    statement,
    operation: 'WITHDRAW',
    hash: contentHash(statement),
    validFrom: null,
    validUntil: null,
  };
}
const first = (subject: { uscc: string; name: string }, validTo = '2030-01-01'): Candidate =>
  candidate('administrative_penalty', subject, penalty('测罚〔2025〕1 号', '2025-05-01', validTo));

describe('knownAt', () => {
  it('is refused without the scope, on the public channel even so, and past what the hub has committed', async () => {
    const { uscc } = subjectOf();
    const knownAt = new Date().toISOString();
    const denied = await put(uscc, { knownAt }, 'reader');
    expect(codeOf(denied)).toBe('SCOPE_MISSING');
    expect(denied.extensions.coverage).toMatchObject([{ status: 'DENIED', rule: 'SCOPE_MISSING' }]);
    expect(codeOf(await ask(hub.url, CLOCKS, { u: uscc, knownAt }))).toBe('SCOPE_MISSING');
    const soon = new Date(Date.now() + 60_000).toISOString();
    const early = await put(uscc, { knownAt: soon });
    expect(codeOf(early)).toBe('NOT_YET_KNOWN');
    expect(early.extensions.coverage).toMatchObject([{ status: 'NOT_ASKED', rule: 'REFUSED' }]);
  });

  it('shows a corrected record as it stood at that instant, and nothing before the hub knew it', async () => {
    const subject = subjectOf();
    const early = await between();
    await store(hub.database, [first(subject)]);
    const middle = await between();
    await store(hub.database, [corrected(first(subject), '罚款（更正）')]);
    expect(await look(subject.uscc, { knownAt: early })).toEqual([]);
    expect(await look(subject.uscc, { knownAt: middle })).toEqual([{ version: 1, content: '罚款' }]);
    expect(await look(subject.uscc, { knownAt: await between() })).toEqual([
      { version: 2, content: '罚款（更正）' },
    ]);
    expect(await look(subject.uscc)).toEqual([{ version: 2, content: '罚款（更正）' }]);
  });

  it('decides disclosure now: what became restricted, or has expired since, is shown at no instant and in no count', async () => {
    const restricted = subjectOf();
    const expired = subjectOf();
    await store(hub.database, [first(restricted), first(expired)]);
    const middle = await between();
    const secret = { disclosure: { class: 'RESTRICTED', publishable: false, reason: '国家秘密' } };
    const ended = { validUntil: '2025-12-31' };
    await store(hub.database, [
      corrected(first(restricted), '密', secret),
      corrected(first(expired), '罚款（已到期）', ended),
    ]);
    for (const { uscc } of [restricted, expired]) {
      const { edges, totalCount, coverage } = await connection(uscc, { knownAt: middle });
      expect([edges, totalCount]).toEqual([[], 0]);
      expect(coverage).toEqual([
        { source: 'shandong/registry', status: 'ANSWERED', withheld: 0, rule: null },
      ]);
    }
  });

  it('works together with validOn: in force on that day as it was known at that instant', async () => {
    const subject = subjectOf();
    await store(hub.database, [first(subject)]);
    const middle = await between();
    await store(hub.database, [
      corrected(first(subject), '罚款（改期）', { validFrom: '2025-07-01', validUntil: '2028-01-01' }),
    ]);
    const inJune = { validOn: '2025-06-01' };
    expect(await look(subject.uscc, { ...inJune, knownAt: middle })).toHaveLength(1);
    expect(await look(subject.uscc, inJune)).toEqual([]);
    expect(await look(subject.uscc, { validOn: '2029-01-01', knownAt: middle })).toHaveLength(1);
    expect(await look(subject.uscc, { validOn: '2029-01-01' })).toEqual([]);
  });
});

describe('a record withdrawn as wrong', () => {
  it('was never in force: no day and no instant shows it, nor any count', async () => {
    const subject = subjectOf();
    await store(hub.database, [first(subject)]);
    const middle = await between();
    expect(await look(subject.uscc, { validOn: '2025-06-01' })).toHaveLength(1);
    await store(hub.database, [withdrawn(first(subject))]);
    const looks: Clocks[] = [{}, { validOn: '2025-06-01' }, { knownAt: middle }];
    for (const clocks of looks) {
      const { edges, totalCount, coverage } = await connection(subject.uscc, clocks);
      expect([edges, totalCount]).toEqual([[], 0]);
      expect(coverage.map((it) => [it.status, it.withheld])).toEqual([['ANSWERED', 0]]);
    }
  });
});

describe('validOn', () => {
  it('shows a record from its first day to its last, both included', async () => {
    const subject = subjectOf();
    await store(hub.database, [first(subject)]);
    const days = ['2025-04-30', '2025-05-01', '2030-01-01', '2030-01-02'];
    const found = await Promise.all(days.map((validOn) => look(subject.uscc, { validOn })));
    expect(found.map((it) => it.length)).toEqual([0, 1, 1, 0]);
  });

  it('ends what is shortened from its new last day on, and no earlier', async () => {
    const subject = subjectOf();
    await store(hub.database, [first(subject)]);
    await store(hub.database, [corrected(first(subject), '罚款（改期）', { validUntil: '2027-06-30' })]);
    const days = ['2027-06-30', '2027-07-01'];
    const found = await Promise.all(days.map((validOn) => look(subject.uscc, { validOn })));
    expect(found.map((it) => it.length)).toEqual([1, 0]);
  });
});
