import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { RunningHub } from '../../../src/apps/hub/index.ts';
import type { DemoHub } from '../../../src/apps/demo/hub-files.ts';
import type { WireRecord } from '../../../src/contracts/messages/index.ts';
import { contentHash, recordKey } from '../../../src/domain/record/index.ts';
import { loadSigner, signRequest } from '../../../src/infra/signing/index.ts';
import type { HubWorld } from '../../support/hubs.ts';

const PRODUCER = { name: '淄博市周村区市场监督管理局', uscc: '11370306QQQQ90012L', region: '370306' };
const SUBJECT = { uscc: '91370306QQQQ00013R', name: '测试一号商贸有限公司' };

/** A sound penalty record of `zhoucun` by its document number; `change` makes it unsound. */
export function recordOf(documentNo: string, change: Partial<WireRecord> = {}): WireRecord {
  const statement = {
    documentNo,
    violationType: '未按规定公示信息',
    facts: '经查属实。',
    basis: '中华人民共和国行政处罚法第九条',
    categories: ['FINE'],
    content: '罚款',
    fineWanYuan: '1.000000',
    decidedOn: '2026-06-01',
    validTo: '2027-06-01',
    authorityName: PRODUCER.name,
    authorityCode: PRODUCER.uscc,
  };
  const identity = { documentNo, decidedOn: '2026-06-01' };
  return {
    key: recordKey({ kind: 'PENALTY', producer: PRODUCER.uscc, subject: SUBJECT.uscc, identity }),
    v: 1,
    hash: contentHash(statement),
    operation: 'UPSERT',
    kind: 'PENALTY',
    dataset: 'administrative_penalty@1',
    itemCode: 'XZCF',
    subject: SUBJECT,
    producer: PRODUCER,
    origin: 'zhoucun',
    via: ['zhoucun'],
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
    acceptedAt: '2026-06-02T00:00:00.000Z',
    decidedOn: '2026-06-01',
    validFrom: '2026-06-01',
    validUntil: '2027-06-01',
    provenance: { source: 's', run: 'r', ruleVersion: '1', legalBasis: { document: 'd', article: 'a' } },
    replaces: null,
    statement,
    ...change,
  };
}

/** An envelope of `zhoucun` to `zibo` around records, sound or not. */
export function envelopeOf(records: readonly unknown[], change: object = {}): { id: string } & object {
  const sentAt = new Date().toISOString();
  const whole = {
    protocol: 'xinqiao/1',
    id: randomUUID(),
    sender: 'zhoucun',
    receiver: 'zibo',
    sentAt,
    records,
  };
  return { ...whole, ...change };
}

/** How a call differs from a sound one of `zhoucun` at `zibo`. */
export type Calling = {
  readonly path?: string;
  readonly from?: DemoHub;
  readonly sender?: string;
  readonly keyId?: string;
  readonly ageSeconds?: number;
  /** Seconds by which the signature is ahead of the moment, at least. */
  readonly aheadSeconds?: number;
  readonly nonce?: string;
  readonly messageId?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Body that travels in place of the signed one. */
  readonly travels?: Uint8Array<ArrayBuffer> | string;
};

/** Status and JSON of an answer. */
export type Answered = { readonly status: number; readonly body: Record<string, unknown> };

function createdAt({ ageSeconds = 0, aheadSeconds }: Calling): number {
  const now = Date.now() / 1_000;
  return aheadSeconds === undefined ? Math.floor(now) - ageSeconds : Math.ceil(now) + aheadSeconds;
}

/** Fields of a signed call on a body, and the address that they sign. */
export function signedFields(
  world: HubWorld,
  body: Uint8Array,
  how: Calling,
): { url: string; fields: Record<string, string> } {
  const from = how.from ?? 'zhoucun';
  const url = `${world.facts.zibo.url}/exchange/v1${how.path ?? '/envelopes'}`;
  const signed = signRequest(
    { method: 'POST', targetUri: url, body, idempotencyKey: how.messageId ?? 'm' },
    loadSigner(world.keyFiles[from], how.keyId ?? 'k1'),
    { at: createdAt(how), nonce: how.nonce ?? randomUUID() },
  );
  return { url, fields: { ...signed, 'xinqiao-sender': how.sender ?? from, ...how.fields } };
}

/** Posts a body to `zibo`, signed as `zhoucun` unless told otherwise. */
export async function post(world: HubWorld, content: string, how: Calling = {}): Promise<Answered> {
  const { url, fields } = signedFields(world, Buffer.from(content), how);
  const response = await fetch(url, { method: 'POST', headers: fields, body: how.travels ?? content });
  return { status: response.status, body: JSON.parse(await response.text()) as Record<string, unknown> };
}

/** Sends an envelope to `zibo` under its own id. */
export async function send(world: HubWorld, envelope: { id: string }, how: Calling = {}): Promise<Answered> {
  return post(world, JSON.stringify(envelope), { messageId: envelope.id, ...how });
}

/** Writes bytes to a hub's port as they are and reads what comes until the connection ends. */
export async function converse(
  port: number,
  write: (line: { send(text: string): void; end(): void }) => void,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    socket.setEncoding('utf8').on('data', (text: Buffer | string) => (got += text.toString()));
    socket.on('error', () => undefined).once('close', () => resolve(got));
    write({
      send: (text) => {
        if (socket.writable) socket.write(text);
      },
      end: () => {
        socket.end();
      },
    });
  });
}

/** Every document of a hub by collection, as text in which anything kept can be searched. */
export async function dump(hub: RunningHub): Promise<Record<string, string[]>> {
  const { db } = hub.parts.database.connection;
  if (db === undefined) throw new Error('the hub has no database');
  const all: Record<string, string[]> = {};
  for (const { name } of await db.listCollections().toArray()) {
    all[name] = (await db.collection(name).find().toArray()).map((it) => JSON.stringify(it));
  }
  return all;
}

/** What a hub holds apart from the notes of a refusal (audit, nonces), its leases and its own marks. */
export async function holdings(hub: RunningHub): Promise<Record<string, number>> {
  const beside = new Set(['audit', 'nonces', 'leases', 'cursors', 'partner_health', 'partner_terms']);
  const all = Object.entries(await dump(hub)).filter(([name]) => !beside.has(name));
  return Object.fromEntries(all.map(([name, documents]) => [name, documents.length]));
}

/** Codes of the audit entries of one event. */
export async function auditCodes(hub: RunningHub): Promise<string[]> {
  const entries = (await dump(hub))['audit'] ?? [];
  return entries.map((it) => {
    const { event, code } = JSON.parse(it) as { event: string; code: string | null };
    return `${event} ${code ?? ''}`;
  });
}
