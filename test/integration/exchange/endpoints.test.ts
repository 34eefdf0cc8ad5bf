import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningHub } from '../../../src/apps/hub/index.ts';
import type { TransportReceipt, WireRecord } from '../../../src/contracts/messages/index.ts';
import { contentHash } from '../../../src/domain/record/index.ts';
import { verifyDocument } from '../../../src/exchange/protocol/index.ts';
import { countAudit } from '../../../src/registry/audit/index.ts';
import { countRecords, findRecord } from '../../../src/registry/records/index.ts';
import { loadSigner, signRequest, type Signer } from '../../../src/infra/signing/index.ts';
import { makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { envelopeOf, recordOf } from './bad-input-calls.ts';

let world: HubWorld;
let zibo: RunningHub;
let signer: Signer;

beforeAll(async () => {
  world = await makeHubWorld();
  zibo = await world.start('zibo', ['exchange']);
  signer = loadSigner(world.keyFiles.zhoucun, 'k1');
});
afterAll(() => zibo.close());

type Sending = {
  at?: number;
  nonce?: string;
  sender?: string;
  idempotencyKey?: string;
  alter?: (headers: Record<string, string>) => void;
  sent?: string;
};

async function send(
  envelope: { readonly id: string; readonly records?: unknown },
  how: Sending = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const url = `${world.facts.zibo.url}/exchange/v1/envelopes`;
  const body = JSON.stringify(envelope);
  const headers = signRequest(
    {
      method: 'POST',
      targetUri: url,
      body: Buffer.from(body),
      idempotencyKey: how.idempotencyKey ?? envelope.id,
    },
    signer,
    { at: how.at ?? Math.floor(Date.now() / 1_000), nonce: how.nonce ?? randomUUID() },
  );
  how.alter?.(headers);
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'xinqiao-sender': how.sender ?? 'zhoucun' },
    body: how.sent ?? body,
  });
  return { status: response.status, body: JSON.parse(await response.text()) as Record<string, unknown> };
}

describe('an envelope that is not what it says', () => {
  it.each<[string, Sending, number, string]>([
    ['has no signature', { alter: (it) => delete it['signature'] }, 401, 'SIGNATURE_MISSING'],
    [
      'has a broken signature field',
      { alter: (it) => (it['signature-input'] = 'xq=oops') },
      401,
      'SIGNATURE_MALFORMED',
    ],
    [
      'has another signature',
      { alter: (it) => (it['signature'] = `xq=:${Buffer.alloc(64).toString('base64')}:`) },
      401,
      'SIGNATURE_INVALID',
    ],
    [
      'was signed more than 300 s ago',
      { at: Math.floor(Date.now() / 1_000) - 301 },
      401,
      'SIGNATURE_EXPIRED',
    ],
    ['was signed in the future', { at: Math.floor(Date.now() / 1_000) + 400 }, 401, 'SIGNATURE_EXPIRED'],
    ['comes from a platform nobody knows', { sender: 'nobody' }, 401, 'UNKNOWN_PARTNER'],
    ['was signed by another platform', { sender: 'shandong' }, 401, 'SIGNATURE_INVALID'],
    ['has another body than its digest', { sent: '{"protocol":"xinqiao/1"}' }, 400, 'DIGEST_MISMATCH'],
    ['has another id than its message', { idempotencyKey: 'other' }, 400, 'ENVELOPE_ID_MISMATCH'],
  ])('is refused with its own code and noted when it %s', async (_, how, status, code) => {
    const before = await countAudit(zibo.parts.database, 'ENVELOPE_REFUSED');
    const answer = await send(envelopeOf([recordOf('refused')]), how);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(await countAudit(zibo.parts.database, 'ENVELOPE_REFUSED')).toBe(before + 1);
    expect(await countRecords(zibo.parts.database)).toBe(0);
  });

  it('is refused when it is for another hub, malformed, or too large', async () => {
    const wrong = await send(envelopeOf([recordOf('x')], { receiver: 'shandong' }));
    expect([wrong.status, wrong.body['code']]).toEqual([400, 'WRONG_RECEIVER']);
    const malformed = await send({ ...envelopeOf([recordOf('x')]), records: [] });
    expect([malformed.status, malformed.body['code']]).toEqual([400, 'BAD_ENVELOPE']);
    const large = await send(envelopeOf([recordOf('x')]), { sent: 'x'.repeat(1_048_577) });
    expect([large.status, large.body['code']]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('is refused when its nonce was used before', async () => {
    const nonce = randomUUID();
    await send(envelopeOf([recordOf('nonce-1')]), { nonce });
    const again = await send(envelopeOf([recordOf('nonce-2')]), { nonce });
    expect([again.status, again.body['code']]).toEqual([401, 'NONCE_REPLAYED']);
  });
});

describe('a record in an envelope', () => {
  const dispositionOf = async (record: WireRecord): Promise<unknown[]> => {
    const { body } = await send(envelopeOf([record]));
    const [only] = (body as unknown as TransportReceipt).records;
    return [only?.disposition, only?.rule];
  };

  it('is refused when its sender may not send it', async () => {
    const sound = recordOf('strange');
    const strange = { ...sound, producer: { ...sound.producer, region: '440800' } };
    expect(await dispositionOf(strange)).toEqual(['refused', 'NOT_ENTITLED']);
    expect(await dispositionOf(recordOf('own', { origin: 'zibo', via: ['zibo', 'zhoucun'] }))).toEqual([
      'refused',
      'NOT_ENTITLED',
    ]);
    expect(await countAudit(zibo.parts.database, 'RECORD_REFUSED')).toBe(2);
  });

  it('is refused and not kept when it is about a natural person', async () => {
    const { subject } = recordOf('person');
    const person = recordOf('person', { subject: { ...subject, name: '测试人王小明' } });
    const before = await countRecords(zibo.parts.database);
    const named = { ...person, subject: { ...subject, name: '王小明' } };
    expect(await dispositionOf(named)).toEqual(['refused', 'NATURAL_PERSON_SUBJECT']);
    expect(await countRecords(zibo.parts.database)).toBe(before);
  });

  it('goes to quarantine when its content does not match its hash, its key, or the rules', async () => {
    expect(await dispositionOf(recordOf('hash', { hash: 'a'.repeat(64) }))).toEqual([
      'quarantined',
      'HASH_MISMATCH',
    ]);
    expect(await dispositionOf(recordOf('key', { key: 'b'.repeat(64) }))).toEqual([
      'quarantined',
      'HASH_MISMATCH',
    ]);
    const { statement } = recordOf('no-expiry');
    const { validTo, ...without } = statement;
    expect(validTo).toBe('2027-06-01');
    const endless = recordOf('no-expiry', { statement: without, hash: contentHash(without) });
    expect(await dispositionOf(endless)).toEqual(['quarantined', 'NO_EXPIRY']);
    expect(await dispositionOf(recordOf('set', { dataset: 'unheard_of@1' }))).toEqual([
      'quarantined',
      'NOT_IN_CATALOGUE',
    ]);
  });

  it('is stored once: the same message again gives the same receipt, another message is a duplicate', async () => {
    const envelope = envelopeOf([recordOf('once')]);
    const first = await send(envelope);
    const again = await send(envelope);
    expect(again.body).toEqual(first.body);
    expect((first.body as unknown as TransportReceipt).records[0]?.disposition).toBe('stored');
    expect(await dispositionOf(recordOf('once'))).toEqual(['duplicate', null]);
    const record = await findRecord(zibo.parts.database, recordOf('once').key);
    expect(record?.versions.map((it) => it.v)).toEqual([1]);
  });

  it('is answered 422 when a known message id comes with another body', async () => {
    const envelope = envelopeOf([recordOf('reused')]);
    await send(envelope);
    const other = await send({ ...envelope, records: [recordOf('reused-2')] });
    expect([other.status, other.body['code']]).toEqual([422, 'MESSAGE_ID_REUSED']);
  });

  it('keeps the highest version: an older one is stale, another content of the same is a conflict', async () => {
    const second = { ...recordOf('order').statement, content: '罚款，已更正' };
    const newer = recordOf('order', {
      v: 2,
      operation: 'CORRECT',
      statement: second,
      hash: contentHash(second),
    });
    expect(await dispositionOf(newer)).toEqual(['stored', null]);
    expect(await dispositionOf(recordOf('order'))).toEqual(['stale', 'NEWER_VERSION_KNOWN']);
    const third = { ...second, content: '另一内容' };
    const conflicting = recordOf('order', {
      v: 2,
      operation: 'CORRECT',
      statement: third,
      hash: contentHash(third),
    });
    expect(await dispositionOf(conflicting)).toEqual(['conflict', 'NEWER_VERSION_KNOWN']);
  });
});

describe('a transport receipt', () => {
  it('verifies offline with the public key alone, and no altered receipt does', async () => {
    const { body } = await send(envelopeOf([recordOf('receipt')]));
    const receipt = body as unknown as TransportReceipt;
    const key = world.facts.zibo.publicKey;
    expect(verifyDocument(receipt, key)).toBe(true);
    const altered = { ...receipt, records: receipt.records.map((it) => ({ ...it, disposition: 'refused' })) };
    expect(verifyDocument(altered, key)).toBe(false);
  });
});
