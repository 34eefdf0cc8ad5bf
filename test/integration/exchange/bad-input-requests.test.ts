import { gzipSync } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHub, type RunningHub } from '../../../src/apps/hub/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { auditCodes, envelopeOf, holdings, post, recordOf, send, type Answered } from './bad-input-calls.ts';

let world: HubWorld;
let zibo: RunningHub;

/** `zibo`, for which the key of `shandong` is revoked. */
const withRevokedKey = (file: HubFile): HubFile => ({
  ...file,
  partners: file.partners.map((it) =>
    it.id === 'shandong'
      ? { ...it, keys: it.keys.map((key) => ({ ...key, revokedAt: '2026-02-01T00:00:00.000Z' })) }
      : it,
  ),
});

beforeAll(async () => {
  world = await makeHubWorld();
  zibo = await startHub(world.configOf('zibo', withRevokedKey), ['exchange']);
  await send(world, envelopeOf([recordOf('sound')]));
});
afterAll(() => zibo.close());

/** Asserts status, code, one audit entry of exactly this refusal, and that nothing else of the hub grew. */
async function expectRefused(call: () => Promise<Answered>, status: number, code: string): Promise<void> {
  const [held, noted] = [await holdings(zibo), await auditCodes(zibo)];
  const answer = await call();
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
  expect((await auditCodes(zibo)).slice(noted.length)).toEqual([`ENVELOPE_REFUSED ${code}`]);
  expect(await holdings(zibo)).toEqual(held);
}

const body = () => JSON.stringify(envelopeOf([recordOf(randomUUID())]));

describe('a request whose body or signature is not what it says', () => {
  it.each<[string, number, string, () => Promise<Answered>]>([
    ['its body is one byte over the limit', 413, 'BODY_TOO_LARGE', () => post(world, 'x'.repeat(1_048_577))],
    ['its body has another digest', 400, 'DIGEST_MISMATCH', () => post(world, body(), { travels: body() })],
    [
      'one byte of its body was changed on the way',
      400,
      'DIGEST_MISMATCH',
      () => {
        const sound = body();
        return post(world, sound, { travels: sound.replace('1.000000', '1.000001') });
      },
    ],
    ['its signature is 301 s old', 401, 'SIGNATURE_EXPIRED', () => post(world, body(), { ageSeconds: 301 })],
    [
      'its signature is 301 s ahead',
      401,
      'SIGNATURE_EXPIRED',
      () => post(world, body(), { aheadSeconds: 301 }),
    ],
    ['its key is unknown', 401, 'UNKNOWN_KEY', () => post(world, body(), { keyId: 'k9' })],
    ['its sender is unknown', 401, 'UNKNOWN_PARTNER', () => post(world, body(), { sender: 'nobody' })],
    [
      "another platform's key signed it",
      401,
      'SIGNATURE_INVALID',
      () => post(world, body(), { from: 'shandong', sender: 'zhoucun' }),
    ],
  ])('is refused with its own code, noted once and without effect when %s', async (_, status, code, call) => {
    await expectRefused(call, status, code);
  });

  it('is refused when its nonce was used before, though its signature is right', async () => {
    const nonce = randomUUID();
    await send(world, envelopeOf([recordOf('nonce')]), { nonce });
    const again = envelopeOf([recordOf('nonce-2')]);
    await expectRefused(() => send(world, again, { nonce }), 401, 'NONCE_REPLAYED');
  });

  it('is refused when its key was revoked before it was signed', async () => {
    const envelope = envelopeOf([recordOf('revoked')], { sender: 'shandong' });
    const call = () => send(world, envelope, { from: 'shandong', sender: 'shandong' });
    await expectRefused(call, 401, 'UNKNOWN_KEY');
  });

  it('is refused when its id came before with another body', async () => {
    const envelope = envelopeOf([recordOf('reused')]);
    await send(world, envelope);
    const other = { ...envelope, records: [recordOf('reused-2')] };
    await expectRefused(() => send(world, other), 422, 'MESSAGE_ID_REUSED');
  });

  it('is refused and never inflated when it comes with a content coding', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200 * 1_048_576, 32), { level: 9 }));
    expect(bomb.byteLength).toBeLessThan(1_048_576);
    const before = process.memoryUsage.rss();
    const held = await holdings(zibo);
    const answer = await post(world, 'x', { travels: bomb, fields: { 'content-encoding': 'gzip' } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await holdings(zibo)).toEqual(held);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1_048_576);
  });
});

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
describe('an envelope that is malformed', () => {
  it.each<[string, string, () => string]>([
    ['is not JSON', 'BAD_ENVELOPE', () => '{"protocol":'],
    ['is empty', 'BAD_ENVELOPE', () => ''],
    ['is not UTF-8', 'BAD_ENVELOPE', () => '\u00ff'],
    ['is 1,000 levels of arrays', 'BAD_ENVELOPE', () => deep(1_000)],
    ['is 400,000 levels of arrays', 'BAD_ENVELOPE', () => deep(400_000)],
    ['has no record', 'BAD_ENVELOPE', () => JSON.stringify(envelopeOf([]))],
    [
      'has 501 records',
      'BAD_ENVELOPE',
      () => JSON.stringify(envelopeOf(Array.from({ length: 501 }, (_, place) => recordOf(`many-${place}`)))),
    ],
    [
      'has a number where a text belongs',
      'BAD_ENVELOPE',
      () => JSON.stringify(envelopeOf([{ ...recordOf('typed'), itemCode: 7 }])),
    ],
    [
      'has a text where a number belongs',
      'BAD_ENVELOPE',
      () => JSON.stringify(envelopeOf([{ ...recordOf('typed'), v: '1' }])),
    ],
    [
      'has a member that the protocol does not name',
      'BAD_ENVELOPE',
      () => JSON.stringify(envelopeOf([{ ...recordOf('strange'), remark: 'x' }])),
    ],
    ['has a version of zero', 'BAD_ENVELOPE', () => JSON.stringify(envelopeOf([recordOf('zero', { v: 0 })]))],
    [
      'is for another hub',
      'WRONG_RECEIVER',
      () => JSON.stringify(envelopeOf([recordOf('r')], { receiver: 'shandong' })),
    ],
    [
      'names another sender than the one who signed',
      'WRONG_SENDER',
      () => JSON.stringify(envelopeOf([recordOf('s')], { sender: 'shandong' })),
    ],
    ['has another id than its message', 'ENVELOPE_ID_MISMATCH', () => body()],
  ])('is refused with its own code, noted once and without effect when it %s', async (_, code, content) => {
    const bytes = content();
    const parsed = /"id":"([^"]+)"/.exec(bytes)?.[1];
    const messageId = code === 'ENVELOPE_ID_MISMATCH' ? 'another' : (parsed ?? 'm');
    await expectRefused(() => post(world, bytes, { messageId }), 400, code);
  });

  it('is refused whole when its records are larger than its limit in bytes', async () => {
    const { statement } = recordOf('large');
    const large = recordOf('large', { statement: { ...statement, facts: '长'.repeat(400_000) } });
    await expectRefused(() => send(world, envelopeOf([large])), 413, 'BODY_TOO_LARGE');
  });
});

describe('a request to the other endpoints that is malformed', () => {
  it.each<[string, string, string]>([
    ['a position below zero', '/pull', '{"protocol":"xinqiao/1","puller":"zhoucun","afterSeq":-1}'],
    ['a position that is a text', '/pull', '{"protocol":"xinqiao/1","puller":"zhoucun","afterSeq":"0"}'],
    [
      'a position beyond every double',
      '/pull',
      '{"protocol":"xinqiao/1","puller":"zhoucun","afterSeq":1e400}',
    ],
    ['a cursor below zero', '/receipts', '{"protocol":"xinqiao/1","type":"FETCH","after":"-1"}'],
    ['too many receipts', '/receipts', '{"protocol":"xinqiao/1","type":"FETCH","after":"0","limit":101}'],
    ['no receipt', '/receipts', '{"protocol":"xinqiao/1","type":"RETURN","transport":null,"business":null}'],
    [
      'leaf 65536',
      '/reconcile',
      '{"protocol":"xinqiao/1","type":"LEAVES","leaves":[{"leaf":65536,"prints":""}]}',
    ],
    ['another protocol', '/reconcile', '{"protocol":"xinqiao/2","type":"INVITE","heal":true}'],
    ['1,000 levels of arrays', '/reconcile', deep(1_000)],
  ])('is refused when it asks for %s', async (_, path, asked) => {
    await expectRefused(() => post(world, asked, { path }), 400, 'BAD_REQUEST');
  });

  it('is refused when there is no such endpoint', async () => {
    await expectRefused(() => post(world, '{}', { path: '/other' }), 404, 'NOT_FOUND');
  });
});
