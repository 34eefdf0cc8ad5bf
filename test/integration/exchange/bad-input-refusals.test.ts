import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHub, type RunningHub } from '../../../src/apps/hub/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import type { Envelope, WireRecord } from '../../../src/contracts/messages/index.ts';
import { contentHash } from '../../../src/domain/record/index.ts';
import { signDocument } from '../../../src/exchange/protocol/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { findHealth } from '../../../src/exchange/health/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import {
  auditCodes,
  dump,
  envelopeOf,
  holdings,
  post,
  recordOf,
  send,
  type Answered,
} from './bad-input-calls.ts';
import { WaywardPartner } from './bad-input-partner.ts';

/** Has the form and check digit of a resident's number; made up. */
const NUMBER = '370306194910010002';

let world: HubWorld;
let zibo: RunningHub;
let shandong: WaywardPartner;

const takingFromShandong = (file: HubFile): HubFile => ({
  ...file,
  partners: file.partners.map((it) =>
    it.id === 'shandong' ? { ...it, sends: { kinds: 'ALL', producerRegions: ['370000'] } } : it,
  ),
});

async function openWorld(): Promise<void> {
  world = await makeHubWorld();
  shandong = new WaywardPartner(world);
  await shandong.open();
  zibo = await startHub(world.configOf('zibo', takingFromShandong), ['exchange', 'worker']);
}
async function closeWorld(): Promise<void> {
  await zibo.close();
  await shandong.close();
}

async function expectRefused(call: () => Promise<Answered>, status: number, code: string): Promise<void> {
  const [held, noted] = [await holdings(zibo), await auditCodes(zibo)];
  const answer = await call();
  const after = await auditCodes(zibo);
  expect({ said: [answer.status, answer.body['code']], grew: await holdings(zibo) }).toEqual({
    said: [status, code],
    grew: held,
  });
  expect(after.slice(noted.length)).toEqual([`ENVELOPE_REFUSED ${code}`]);
}

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const withStatement = (member: string): string =>
  JSON.stringify(envelopeOf([recordOf(randomUUID())])).replace('"facts":"经查属实。"', member);

describe('a request', () => {
  beforeAll(openWorld);
  afterAll(closeWorld);

  it('is refused with its own code when it comes with a content coding', async () => {
    const coded = new Uint8Array(gzipSync('{}'));
    const call = () => post(world, 'x', { travels: coded, fields: { 'content-encoding': 'gzip' } });
    await expectRefused(call, 415, 'CONTENT_CODED');
  });

  it('is refused when it pulls in the name of another platform', async () => {
    const asked = '{"protocol":"xinqiao/1","puller":"shandong","afterSeq":0}';
    await expectRefused(() => post(world, asked, { path: '/pull' }), 400, 'WRONG_SENDER');
  });

  it.each<[string, string]>([
    ['its JSON names a member twice', withStatement('"facts":"甲","facts":"乙"')],
    ['a statement is nested deeper than 64 levels', withStatement(`"facts":${deep(100)}`)],
    ['a statement holds half of a surrogate pair', withStatement(String.raw`"facts":"\ud800"`)],
  ])('is refused before anything of it is kept when %s', async (_, content) => {
    const messageId = /"id":"([^"]+)"/.exec(content)?.[1] ?? 'm';
    await expectRefused(() => post(world, content, { messageId }), 400, 'BAD_ENVELOPE');
  });

  it('is quarantined when a statement holds a NUL byte', async () => {
    const { statement } = recordOf('nul');
    const changed = { ...statement, facts: '经查\u0000属实' };
    const record = recordOf('nul', { statement: changed, hash: contentHash(changed) });
    const { body } = await send(world, envelopeOf([record]));
    expect(body['records']).toMatchObject([{ disposition: 'quarantined', rule: 'BAD_TYPE' }]);
  });

  it('is refused when it names one version twice: one answer cannot be true of two texts', async () => {
    const first = recordOf('twice');
    const statement = { ...first.statement, content: '罚款，另一内容' };
    const second = { ...first, statement, hash: contentHash(statement) };
    await expectRefused(() => send(world, envelopeOf([first, second])), 400, 'BAD_ENVELOPE');
  });

  it('never answers stored for a record that was not taken, beside one of the same version', async () => {
    const first = recordOf('twin');
    const strange = { ...first, producer: { ...first.producer, region: '440800' } };
    await expectRefused(() => send(world, envelopeOf([first, strange])), 400, 'BAD_ENVELOPE');
  });

  it('leaves nothing of a number that stands in a field of its header, its address or its id', async () => {
    await post(world, '{}', { sender: NUMBER });
    await post(world, '{}', { path: `/${NUMBER}` });
    await send(world, envelopeOf([recordOf('id')], { id: NUMBER }));
    const all = Object.values(await dump(zibo)).flat();
    expect(all.filter((it) => it.includes(NUMBER))).toEqual([]);
  });

  const provenance = recordOf('x').provenance;
  it.each<[string, Partial<WireRecord>]>([
    ['source', { provenance: { ...provenance, source: NUMBER } }],
    ['run', { provenance: { ...provenance, run: NUMBER } }],
    ['revision of the rules', { provenance: { ...provenance, ruleVersion: NUMBER } }],
    ['item code', { itemCode: NUMBER }],
  ])('leaves nothing of a number that stands in the %s of a record', async (name, change) => {
    await send(world, envelopeOf([recordOf(`beside ${name}`, change)]));
    const all = Object.values(await dump(zibo)).flat();
    expect(all.filter((it) => it.includes(NUMBER) && it.includes('versions'))).toEqual([]);
  });
});

describe('a receipt that is returned', () => {
  let pulled: { envelope: Envelope; digest: string };
  beforeAll(openWorld);
  afterAll(closeWorld);

  beforeAll(async () => {
    const records = ['r1', 'r2'].map((it) => recordOf(it, { origin: 'shandong', via: ['shandong'] }));
    const sender = { from: 'shandong', sender: 'shandong' } as const;
    await send(world, envelopeOf(records, { sender: 'shandong' }), sender);
    await eventually('both records can be pulled', async () => {
      const asked = '{"protocol":"xinqiao/1","puller":"zhoucun","afterSeq":0}';
      const { body } = await post(world, asked, { path: '/pull' });
      if (typeof body['envelope'] !== 'string') return false;
      pulled = { envelope: JSON.parse(body['envelope']) as Envelope, digest: String(body['digest']) };
      return pulled.envelope.records.length === 2;
    });
  });

  type Lines = { key: string; v: number; hash: string }[];
  function returnOf(change: object, linesOf: (sound: Lines) => Lines = (it) => it): string {
    const { envelope, digest } = pulled;
    const signer = signerOf(createPrivateKey(readFileSync(world.keyFiles.zhoucun, 'utf8')), 'k1');
    const sound = envelope.records.map(({ key, v, hash }) => ({ key, v, hash }));
    const rest = { disposition: 'stored', rule: null, retryable: false, held: null };
    const common = { protocol: 'xinqiao/1', sender: 'zibo', receiver: 'zhoucun', envelopeId: envelope.id };
    const at = new Date().toISOString();
    const transport = {
      type: 'TRANSPORT',
      ...common,
      envelopeDigest: digest,
      receivedAt: at,
      records: linesOf(sound).map((it) => ({ ...it, ...rest })),
    };
    const business = {
      type: 'BUSINESS',
      ...common,
      envelopeDigest: digest,
      decidedAt: at,
      records: sound.map((it) => ({ ...it, outcome: 'accepted', rule: null })),
      ...change,
    };
    const both = { transport: signDocument(transport, signer), business: signDocument(business, signer) };
    return JSON.stringify({ protocol: 'xinqiao/1', type: 'RETURN', ...both });
  }

  async function expectNoEffect(content: string, code: string): Promise<void> {
    const kept = async () => {
      const { envelopes, deliveries } = await dump(zibo);
      return { envelopes, deliveries };
    };
    const [before, noted] = [await kept(), (await auditCodes(zibo)).length];
    const answer = await post(world, content, { path: '/receipts' });
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
    expect((await auditCodes(zibo)).slice(noted)).toEqual([`ENVELOPE_REFUSED ${code}`]);
    expect(await kept()).toEqual(before);
  }

  it('is refused for good and noted when its digest differs', async () => {
    const sound = returnOf({});
    const content = sound.replace(pulled.digest, 'c'.repeat(64));
    await expectNoEffect(content, 'RECEIPT_INVALID');
  });

  it.each<[string, (sound: Lines) => Lines]>([
    ['it names one record twice and another not', (sound) => [...sound.slice(0, 1), ...sound.slice(0, 1)]],
    ['it names a record that was not sent', ([first]) => [first!, { ...first!, key: 'e'.repeat(64) }]],
    ['it names another content', (sound) => sound.map((it) => ({ ...it, hash: 'f'.repeat(64) }))],
    ['it names another version', (sound) => sound.map((it) => ({ ...it, v: 9 }))],
  ])('is refused without effect when %s', async (_, linesOf) => {
    await expectNoEffect(returnOf({}, linesOf), 'RECEIPT_INVALID');
  });

  it('has no effect when the business receipt beside it is for another body', async () => {
    await expectNoEffect(returnOf({ envelopeDigest: 'c'.repeat(64) }), 'RECEIPT_UNKNOWN');
  });
});

describe('a partner', () => {
  beforeAll(openWorld);
  afterAll(closeWorld);

  it('that answers with a receipt that is not usable is noted once', async () => {
    shandong.next = (response) => void response.end('{"ok":true}');
    await send(world, envelopeOf([recordOf('noted')]));
    await eventually('it was sent', async () => Promise.resolve(shandong.arrived.length === 1));
    await eventually('it is noted', async () =>
      (await auditCodes(zibo)).some((it) => it === 'RECEIPT_REFUSED RECEIPT_INVALID'),
    );
  });

  it('whose pages of receipts never end is asked a bounded number of times, and is noted', async () => {
    shandong.receipts = '{"protocol":"xinqiao/1","receipts":[],"next":"0","more":true}';
    const before = shandong.fetches;
    await send(world, envelopeOf([recordOf('endless pages')]));
    await eventually('it is noted', async () =>
      (await auditCodes(zibo)).some((it) => it.startsWith('RECEIPT_REFUSED')),
    );
    expect(shandong.fetches - before).toBeLessThan(50);
  });

  it('whose page of receipts is larger than anything is left alone for a while', async () => {
    shandong.receipts = ' '.repeat(9 * 1_048_576);
    await send(world, envelopeOf([recordOf('endless page')]));
    await eventually('it is noted', async () => {
      const health = await findHealth(zibo.parts.database, 'shandong');
      return health?.lastError === 'HTTP_TOO_LARGE' && health.openUntil !== null;
    });
  });
});

describe('a hub whose database is away', () => {
  it('answers a refusal and lives: a stranger cannot end it', async () => {
    await openWorld();
    await zibo.parts.database.connection.close(true);
    const answer = await post(world, '{}', { sender: 'nobody' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    await closeWorld().catch(() => undefined);
  });
});
