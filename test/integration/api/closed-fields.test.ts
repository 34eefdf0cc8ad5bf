import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { datasetSchema } from '../../../src/contracts/manifests/index.ts';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import {
  ask,
  askSigned,
  candidate,
  catalogue,
  penalty,
  store,
  usccOf,
  type Reply,
  type RunningHub,
} from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

/* A published dataset one of whose fields only government sees; a platform that may read one city. */
const subject = { uscc: usccOf(81), name: '测试丁有限公司' };
const QUERY = `query Q($u: USCC!) { subject(by: { uscc: $u }) { penalties {
  complete edges { node { documentNo remark } } } } }`;

const released = catalogue.datasets.find((it) => it.name === 'administrative_penalty')!;
const closing = (name: string) => ({
  ...released,
  fields: released.fields.map((it) => (it.name === name ? { ...it, disclosure: 'GOVERNMENT' as const } : it)),
});

let hub: RunningHub;
let zhanjiang: Caller;

beforeAll(async () => {
  ({ hub, zhanjiang } = await startAskedHub(
    { purposes: ['BIDDING'], scopes: ['read:penalty'], producerRegions: ['370300'] },
    { more: { catalogue: { datasets: [closing('remark')] } } },
  ));
  const made = ['淄罚1', '济罚1'].map((documentNo, place) => {
    const statement = { ...penalty(documentNo, `2026-03-0${place + 1}`), remark: '内部说明' };
    const it = candidate('administrative_penalty', subject, statement);
    return { ...it, producer: { ...it.producer, region: place === 0 ? '370306' : '370100' } };
  });
  await store(hub.database, made);
});

afterAll(async () => hub.close());

const shown = (reply: Reply): unknown =>
  reply.data.subject.penalties.edges.map(({ node }) => {
    const { documentNo, remark } = node as unknown as Record<string, unknown>;
    return [documentNo, remark];
  });

describe('a field that only government sees', () => {
  it('is none that the public needs to see the record at all', () => {
    const parsed = datasetSchema.safeParse(closing('documentNo'));
    expect(parsed.error?.issues.map((it) => it.path.join('.'))).toEqual(['fields.0.disclosure']);
  });

  it('is empty on the public channel, in a record that is shown', async () => {
    const reply = await ask(hub.url, QUERY, { u: subject.uscc });
    expect(shown(reply)).toEqual([
      ['济罚1', null],
      ['淄罚1', null],
    ]);
    expect(reply.text).not.toContain('内部说明');
  });

  it('is shown to a platform, and empty in records of regions that its terms do not reach', async () => {
    const reply = await askSigned(zhanjiang, 'shandong', { query: QUERY, variables: { u: subject.uscc } });
    expect(shown(reply)).toEqual([
      ['济罚1', null],
      ['淄罚1', '内部说明'],
    ]);
  });

  it('says so in the schema', () => {
    expect(hub.api.publicSdl).toContain('Remark. Shown to government bodies alone.');
  });
});
